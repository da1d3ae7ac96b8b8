"""What an operator of the sandbox wishes for: what goes wrong with events on their way."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

#: Fewer than a hundred events in a request.
_BATCH = 99
#: HubSpot spreads its retries over a day; the pauses can be set, for nobody waits that long for a test.
_RETRIES_S = (60.0, 300.0, 900.0, 3600.0, 7200.0, 10_800.0, 14_400.0, 18_000.0, 21_600.0, 21_600.0)


@dataclass(slots=True)
class Wishes:
    """What shall go wrong on the way."""

    #: The share of events that is sent twice, and the share that is lost for good.
    duplicate: float = 0.0
    drop: float = 0.0
    #: Whether events of a step come in any order.
    is_shuffled: bool = True
    delay_s: float = 0.0
    #: So many of the next requests are signed with another secret, or carry an old time.
    bad_signature: int = 0
    stale: int = 0
    #: Events in a request at most.
    batch: int = _BATCH
    retries_s: tuple[float, ...] = _RETRIES_S

    def turned(self, wish: dict[str, Any]) -> Wishes:
        """Return these with some changed; ValueError names one that does not exist."""
        known = {one.name for one in fields(self)}
        if unknown := set(wish) - known:
            raise ValueError(f"no such wish: {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
        if "retries_s" in wish:
            wish = {**wish, "retries_s": tuple(float(one) for one in wish["retries_s"])}
        return replace(self, **wish)
