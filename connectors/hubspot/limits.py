"""What HubSpot allows, and what its answers tell of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.calls import Call
from connectors.exchange import Answer
from connectors.pacing import Limit, Pacer

#: Per app; the smallest plan's until an answer tells.
BURST = Limit("burst", 100, 10.0)
#: Per account, whatever the plan; search counts against nothing else.
SEARCH = Limit("search", 5, 1.0)
#: The associations API's own, besides the burst.
ASSOCIATIONS = Limit("associations", 100, 10.0)

ALL = (BURST, SEARCH, ASSOCIATIONS)


def seconds_to_midnight(now: datetime, zone: tzinfo) -> float:
    """Return how long the day of an account lasts: its calls are counted anew at midnight where it lives."""
    here = now.astimezone(zone)
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight.astimezone(UTC) - now).total_seconds()


def zone_of(name: Any) -> tzinfo:
    """Return a time zone by HubSpot's name for it; UTC when there is none of that name."""
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def learn(pacer: Pacer, answer: Answer, call: Call, resets_in: float) -> int | None:
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
    pacer.learn_day(int(left), None if daily is None else int(daily), resets_in)
    return int(left)
