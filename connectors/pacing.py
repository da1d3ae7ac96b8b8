"""One limiter per account, shared by all threads: nobody calls without a slot.

Each named limit is a sliding window: never more than our share of `calls` within any `seconds`. Slots are handed out in
the order they are asked for, as moments in the future, so that a waiting thread can neither be overtaken nor starve.
What the CRM says of its own windows, of other users of them and of the day's calls is learned from each answer.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connectors.protocol import Budget
from syncd.clock import Clock
from syncd.errors import QuotaExhaustedError, RetryableError

#: Calls sent a window apart can arrive closer together than that; this much is added to each window.
_JITTER_SECONDS = 0.1
#: How long a slot that somebody else seems to use is held back, as a part of the window. Each answer renews it.
_FOREIGN_HOLD = 0.1


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` in any `seconds`, as the CRM allows them to us and everybody else."""

    name: str
    calls: int
    seconds: float


class _Window:
    """The slots of one limit. Not thread-safe by itself."""

    def __init__(self, limit: Limit, share: float) -> None:
        self._share = share
        self._seconds = limit.seconds + _JITTER_SECONDS
        self._granted: deque[float] = deque()
        self._count = self._share_of(limit.calls)
        self.paused_until = -math.inf

    def earliest(self, now: float) -> float:
        """Return the first moment from `now` on at which one more call fits."""
        self._forget(now)
        moment = max(now, self.paused_until)
        if self._granted:
            moment = max(moment, self._granted[-1])
        if len(self._granted) >= self._count:
            moment = max(moment, self._granted[-self._count] + self._seconds)
        return moment

    def grant(self, moment: float) -> None:
        self._granted.append(moment)

    def learn(self, now: float, limit: Limit, remaining: int | None) -> None:
        """Take over the CRM's own figures; hold slots back when others use the same window."""
        self._count = self._share_of(limit.calls)
        self._seconds = limit.seconds + _JITTER_SECONDS
        self._forget(now)
        free = self._count - len(self._granted)
        if remaining is None or remaining >= free:
            return
        held_until = now - self._seconds * (1 - _FOREIGN_HOLD)
        self._granted.extend([held_until] * (free - max(0, remaining)))
        self._granted = deque(sorted(self._granted))

    def _forget(self, now: float) -> None:
        while self._granted and self._granted[0] + self._seconds <= now:
            self._granted.popleft()

    def _share_of(self, calls: int) -> int:
        return max(1, math.ceil(calls * self._share))


class Pacer:
    """Hands out slots. Safe to use from several threads."""

    def __init__(
        self, limits: Iterable[Limit], clock: Clock, *, share: float = 0.5, daily_reserve: float = 0.1
    ) -> None:
        self._clock = clock
        self._windows = {limit.name: _Window(limit, share) for limit in limits}
        self._daily_reserve = daily_reserve
        self._remaining: int | None = None
        self._daily_limit: int | None = None
        self._exhausted_until = -math.inf
        self._waited_seconds = 0.0
        self._lock = threading.Lock()

    def acquire(self, names: Sequence[str], stop: threading.Event | None = None) -> float:
        """Wait for a slot in each of the named windows; return the seconds waited.

        Raises QuotaExhaustedError instead when the day's share is used up, and RetryableError when `stop` is set.
        """
        waited = 0.0
        while True:
            with self._lock:
                now = self._clock.monotonic()
                self._check_day(now)
                windows = [self._windows[name] for name in names]
                moment = max((window.earliest(now) for window in windows), default=now)
                for window in windows:
                    window.grant(moment)
            if moment > now:
                waited += moment - now
                self._wait(moment - now, stop)
            # A pause that began while this thread slept makes its slot worthless: it asks for another one.
            if all(window.paused_until <= moment for window in windows):
                return waited

    def pause(self, names: Sequence[str], seconds: float) -> None:
        """Let nobody through the named windows for `seconds`: the CRM said so."""
        with self._lock:
            until = self._clock.monotonic() + seconds
            for name in names:
                window = self._windows[name]
                window.paused_until = max(window.paused_until, until)

    def learn(self, limit: Limit, remaining: int | None) -> None:
        """Take over what an answer told of a window."""
        with self._lock:
            self._windows[limit.name].learn(self._clock.monotonic(), limit, remaining)

    def learn_day(self, remaining: int | None, limit: int | None, resets_in: float) -> None:
        """Take over what an answer told of the day. At the reserve left for others, calls end until the reset."""
        with self._lock:
            self._remaining = remaining if remaining is not None else self._remaining
            self._daily_limit = limit if limit is not None else self._daily_limit
            if self._remaining is None:
                return
            if self._remaining <= self._daily_reserve * (self._daily_limit or 0):
                self._exhausted_until = self._clock.monotonic() + resets_in

    def exhaust(self, seconds: float) -> None:
        """Let nobody through for `seconds`: the CRM says the day's calls are used up."""
        with self._lock:
            self._remaining = 0
            self._exhausted_until = self._clock.monotonic() + seconds

    def budget(self) -> Budget:
        """Return what is known of the day."""
        with self._lock:
            return Budget(self._remaining, self._daily_limit, self._waited_seconds)

    def _check_day(self, now: float) -> None:
        if now >= self._exhausted_until:
            return
        raise QuotaExhaustedError(
            hint="Wait for the reset, or lower `daily_reserve` when nobody else needs those calls.",
            retry_after=self._exhausted_until - now,
        )

    def _wait(self, seconds: float, stop: threading.Event | None) -> None:
        with self._lock:
            self._waited_seconds += seconds
        if self._clock.wait(seconds, stop):
            message = "syncd is stopping"
            raise RetryableError(message)
