"""What HubSpot allows, and what its answers tell of it."""

from __future__ import annotations

from connectors.exchange import Answer
from connectors.hubspot.errors import seconds_to_midnight
from connectors.pacing import Limit, Pacer
from connectors.protocol import Observer
from syncd.clock import Clock

#: Per app; the smallest plan's until an answer tells.
BURST = Limit("burst", 100, 10.0)
#: Per account, whatever the plan; search counts against nothing else.
SEARCH = Limit("search", 5, 1.0)
#: The associations API's own, besides the burst.
ASSOCIATIONS = Limit("associations", 100, 10.0)

ALL = (BURST, SEARCH, ASSOCIATIONS)


def learn(pacer: Pacer, answer: Answer, observer: Observer, account: str, clock: Clock) -> None:
    """Take over the limits an answer tells of. Search answers tell of none."""
    most = answer.number("X-HubSpot-RateLimit-Max")
    interval = answer.number("X-HubSpot-RateLimit-Interval-Milliseconds")
    remaining = answer.number("X-HubSpot-RateLimit-Remaining")
    if most and interval:
        pacer.learn(Limit(BURST.name, int(most), interval / 1000), None if remaining is None else int(remaining))
    daily = answer.number("X-HubSpot-RateLimit-Daily")
    left = answer.number("X-HubSpot-RateLimit-Daily-Remaining")
    if left is None:
        return
    observer.quota_told(account, int(left))
    resets_in = seconds_to_midnight(answer.moment or clock.now())
    pacer.learn_day(int(left), None if daily is None else int(daily), resets_in)
