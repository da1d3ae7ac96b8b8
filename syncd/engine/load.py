"""One reading of a whole base, a first load or a later one: how far it is, and how fast it went."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from connectors.forecast import Effort, Forecast

#: What was measured is believed after so many seconds of work.
_BELIEVED_AFTER_S = 5.0


@dataclass(slots=True)
class Load:
    """One reading of a whole base, as far as it is."""

    #: Records in all, as the CRM counted them.
    total: int
    done: int
    #: Records read by this process, and the seconds that took.
    read: int = 0
    worked_s: float = 0.0
    forecast: Forecast | None = None
    #: When this slice of it was begun, on the monotonic clock, and how far it was then.
    _since: float = field(default=0.0, repr=False)

    def begin(self, now: float) -> None:
        """Work on it from now on."""
        self._since = now

    def advance(self, records: int, now: float) -> None:
        """Note that so many records more are kept."""
        self.done = min(self.total, self.done + records)
        self.read += records
        self.worked_s += now - self._since
        self._since = now

    def measured(self, effort: Effort) -> Effort:
        """Return the effort of the rest, going by how long it has taken so far."""
        if self.worked_s < _BELIEVED_AFTER_S or not self.read:
            return effort
        rest_s = self.worked_s / self.read * effort.records
        return replace(effort, pace=math.inf, answer_s=rest_s / max(1, effort.calls), parallel=1.0)
