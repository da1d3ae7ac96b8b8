"""How many calls of a pull may be under way at a time: one more while all goes well, half as many when it does not.

That is how a sender finds out what a line bears without being told. Nobody says how many calls a CRM likes to work on
at a time; what it does say, or takes longer for, is learned from each answer. The pace is another matter (`pacing`):
where calls have to wait for their turn anyway, more of them side by side would only wait together.
"""

from __future__ import annotations

import threading

#: Calls under way at a time until more is known.
START = 4
#: An answer that takes so many times the usual, and this much longer, says that calls queue up at the CRM.
_SLOW_TIMES, _SLOW_SECONDS = 3.0, 0.5
#: How much of an answer's time goes into what is usual for its endpoint.
_WEIGHT = 0.1
#: Slowness alone leaves that many.
_LEAST_WHEN_SLOW = 2.0


class Width:
    """Learns from answers. Safe to use from several threads."""

    def __init__(self, most: int, *, start: int = START) -> None:
        self._most = float(max(1, most))
        self._width = min(float(start), self._most)
        #: The usual time of an answer, by endpoint.
        self._usual: dict[str, float] = {}
        #: When the width was last halved: calls sent before that tell nothing new.
        self._halved_at = float("-inf")
        self._lock = threading.Lock()

    @property
    def most(self) -> int:
        """Return how many calls may be under way at the very most."""
        return int(self._most)

    @property
    def calls(self) -> int:
        """Return how many calls may be under way."""
        return max(1, int(self._width))

    def usual_seconds(self, endpoint: str) -> float:
        """Return how long an answer usually takes; 0 before the first."""
        return self._usual.get(endpoint, 0.0)

    def answered(self, endpoint: str, seconds: float, *, has_waited: bool) -> None:
        """Hear of a success; `has_waited`: for its turn, so that it was the pace that held it back."""
        with self._lock:
            usual = self._usual.get(endpoint, seconds)
            self._usual[endpoint] = usual + _WEIGHT * (seconds - usual)
            if seconds > max(_SLOW_TIMES * usual, usual + _SLOW_SECONDS):
                self._width = max(min(self._width, _LEAST_WHEN_SLOW), self._width - 1.0)
            elif not has_waited:
                self._width = min(self._most, self._width + 1.0 / self._width)

    def overtaxed(self, sent_at: float, now: float) -> None:
        """Hear of an answer that says it was too much, or of none; several sent together count once."""
        with self._lock:
            if sent_at > self._halved_at:
                self._width = max(1.0, self._width / 2.0)
                self._halved_at = now
