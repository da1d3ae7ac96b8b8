"""How many calls a day has left for each purpose. Pure: figures in, figures out.

Ours is a share of what the CRM allows, and the last part of what it says is left belongs to others, whoever used up the
rest. Of what is ours, a part is kept for what is more urgent: when it gets scarce, a first load waits for the reset
first, pulls go on for longer, and what a person waits for until nothing of ours is left.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.purpose import Purpose

#: The part of our calls of a day that each purpose leaves to those more urgent.
KEPT = {
    Purpose.PERSON: 0.0,
    Purpose.RECOVERY: 0.0,
    Purpose.LATE: 0.02,
    Purpose.CHANGES: 0.05,
    Purpose.FIXES: 0.08,
    Purpose.SWEEPS: 0.15,
    Purpose.FIRST_LOADS: 0.2,
}
#: However many calls are planned for what is more urgent, this part of ours is open to everybody: nothing starves.
OPEN = 0.4


@dataclass(frozen=True, slots=True)
class Day:
    """One day of an account, as far as it is known."""

    #: Calls the CRM allows everybody together; None: it does not tell.
    limit: int | None = None
    #: Calls left to everybody, by the CRM's last word; None: it has not told.
    remaining: int | None = None
    #: Calls we have made, by what for.
    used: Mapping[Purpose, int] = field(default_factory=dict)
    #: The part of the limit that is ours.
    share: float = 0.5
    #: The part of the limit that is never touched while others may need it.
    reserve: float = 0.1
    #: Calls we expect to make until the reset, by what for.
    planned: Mapping[Purpose, float] = field(default_factory=dict)

    @property
    def ours(self) -> int | None:
        """Return how many calls of a day are ours; None where nobody tells."""
        return None if not self.limit else max(1, math.floor(self.limit * self.share))

    @property
    def spent(self) -> int:
        """Return how many calls we have made."""
        return sum(self.used.values())

    @property
    def free(self) -> float:
        """Return how many calls are left to us, for whatever; infinite where nobody tells."""
        if self.ours is None or not self.limit:
            return math.inf
        told = math.inf if self.remaining is None else self.remaining - math.ceil(self.reserve * self.limit)
        return min(self.ours - self.spent, told)

    def room(self, purpose: Purpose) -> float:
        """Return how many more calls may be made for a purpose; none are left at 0 and below."""
        if self.ours is None:
            return math.inf
        return self.free - self._kept_from(purpose, self.ours)

    def _kept_from(self, purpose: Purpose, ours: int) -> float:
        """Return what is kept for more urgent ones: a fixed part, or what is planned for them where that is more."""
        urgent = sum(calls for one, calls in self.planned.items() if one.rank < purpose.rank)
        wanted = 0.0 if purpose.rank <= Purpose.RECOVERY.rank else urgent
        return max(KEPT[purpose] * ours, min(wanted, (1 - OPEN) * ours))
