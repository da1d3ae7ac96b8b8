"""Ids of fixes and runs: short text that sorts by time and can be typed."""

from __future__ import annotations

import secrets
import threading

from syncd.clock import Clock
from syncd.store.columns.types import EPOCH

#: Without i, l, o and u: nothing that could be read as something else.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_LENGTH = 9
_REST_LENGTH = 6
_REST = 32**_REST_LENGTH


class IdMaker:
    """Makes ids of 15 characters: milliseconds, then a counter that starts anywhere.

    Ids of one maker always grow, whatever its clock does; two makers collide with a chance of one in a hundred million.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._time = 0
        self._rest = 0

    def __call__(self) -> str:
        """Return a new id."""
        with self._lock:
            now = int((self._clock.now() - EPOCH).total_seconds() * 1000)
            if now > self._time:
                # The lower half only, so that there is room to count up within the millisecond.
                self._time, self._rest = now, secrets.randbelow(_REST // 2)
            else:
                self._rest += 1
                if self._rest == _REST:
                    self._time, self._rest = self._time + 1, 0
            return _spelled(self._time, _TIME_LENGTH) + _spelled(self._rest, _REST_LENGTH)


def _spelled(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
