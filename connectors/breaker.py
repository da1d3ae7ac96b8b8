"""Spares a CRM that is down: after many failures in a row nobody calls for a while."""

from __future__ import annotations

import math
import threading

from syncd.clock import Clock
from syncd.errors import RetryableError

_FAILURES = 12
_REST_SECONDS = 30.0


class Breaker:
    """Counts exchanges that failed in a row, over all threads of an account."""

    def __init__(self, clock: Clock, who: str = "the CRM") -> None:
        self._clock = clock
        self._who = who
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = -math.inf

    def check(self) -> None:
        """Raise RetryableError while the CRM is left alone. Afterwards one failure is enough for the next rest."""
        with self._lock:
            left = self._open_until - self._clock.monotonic()
        if left > 0:
            message = f"{self._who} has not answered for a while and is left alone for a moment"
            raise RetryableError(message, retry_after=left)

    def answered(self) -> None:
        """Hear that the CRM gave a proper answer, whatever it said."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """Hear that the CRM gave no proper answer."""
        with self._lock:
            self._failures += 1
            if self._failures >= _FAILURES:
                self._open_until = self._clock.monotonic() + _REST_SECONDS
