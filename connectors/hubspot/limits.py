"""What HubSpot allows, and what its answers tell of it."""

from __future__ import annotations

from datetime import datetime

from connectors.calls import Call
from connectors.exchange import Answer
from connectors.hubspot.errors import seconds_to_midnight
from connectors.pacing import Limit, Pacer

#: Per app; the smallest plan's until an answer tells.
BURST = Limit("burst", 100, 10.0)
#: Per account, whatever the plan; search counts against nothing else.
SEARCH = Limit("search", 5, 1.0)
#: The associations API's own, besides the burst.
ASSOCIATIONS = Limit("associations", 100, 10.0)

ALL = (BURST, SEARCH, ASSOCIATIONS)


def learn(pacer: Pacer, answer: Answer, call: Call, now: datetime) -> int | None:
    """Take over the limits an answer tells of; return the calls left today. Search answers tell of none.

    The associations API has a window and a day of its own; only the day of all other calls is kept.
    """
    window = ASSOCIATIONS if ASSOCIATIONS.name in call.limits else BURST
    most = answer.number("X-HubSpot-RateLimit-Max")
    interval = answer.number("X-HubSpot-RateLimit-Interval-Milliseconds")
    remaining = answer.number("X-HubSpot-RateLimit-Remaining")
    if most and interval:
        pacer.learn(Limit(window.name, int(most), interval / 1000), None if remaining is None else int(remaining))
    daily = answer.number("X-HubSpot-RateLimit-Daily")
    left = answer.number("X-HubSpot-RateLimit-Daily-Remaining")
    if left is None or window is ASSOCIATIONS:
        return None
    resets_in = seconds_to_midnight(answer.moment or now)
    pacer.learn_day(int(left), None if daily is None else int(daily), resets_in)
    return int(left)
