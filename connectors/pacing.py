"""One limiter per account, shared by all threads: nobody calls without a slot.

Each named limit is a sliding window: never more than our share of `calls` within any `seconds`. Who waits is let
through by urgency, equals in the order they came, and one slot in ten goes to who has waited longest, so that nobody
starves (`queueing`). What the CRM says of its own windows and of other users of them is learned from each answer; the
day's calls are in the account's book.
"""

from __future__ import annotations

import copy
import math
import threading
from bisect import bisect_right, insort
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connectors.book import CallBook
from connectors.forecast import Effort
from connectors.protocol import Budget
from connectors.purpose import purpose_now
from connectors.queueing import Queue, Waiting
from syncd.clock import Clock
from syncd.errors import QuotaExhaustedError, RetryableError

#: Calls sent a window apart can arrive closer together than that; this much is added to each window. A call that takes
#: longer to be answered may have arrived that much later: its slot is held for longer.
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
        """Use a slot at a moment that `earliest` gave."""
        self._granted.append(moment)

    def answered(self, sent: float, now: float) -> None:
        """Hold the slot of a call for as long as it may count with the CRM: nobody knows when before now it arrived."""
        arrived = now - _JITTER_SECONDS
        if arrived > sent:
            place = bisect_right(self._granted, sent) - 1
            if place >= 0:
                del self._granted[place]
            insort(self._granted, arrived)

    def copy(self) -> _Window:
        """Return another one with the same slots used, to try things out on."""
        return copy.deepcopy(self)

    @property
    def pace(self) -> float:
        """Return how many calls a second go through for long."""
        return self._count / self._seconds

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
        self,
        limits: Iterable[Limit],
        clock: Clock,
        *,
        share: float = 0.5,
        daily_reserve: float = 0.1,
        book: CallBook | None = None,
    ) -> None:
        self._clock = clock
        self._windows = {limit.name: _Window(limit, share) for limit in limits}
        self._queue = Queue()
        #: Where the day's calls are counted; shared with whoever keeps them.
        self.book = book or CallBook(clock, share=share, reserve=daily_reserve)
        self._lock = threading.Lock()

    def acquire(self, names: Sequence[str], stop: threading.Event | None = None) -> float:
        """Wait for a slot in each of the named windows; return the seconds waited.

        Raises QuotaExhaustedError instead when the day has no calls left for the purpose, and RetryableError when
        `stop` is set.
        """
        purpose = purpose_now()
        began = self._clock.monotonic()
        with self._lock:
            entry = self._queue.join(tuple(names), purpose.rank, began)
        try:
            waited = 0.0
            while True:
                self._check_day()
                with self._lock:
                    pause = self._try(entry)
                if pause <= 0:
                    break
                waited += pause
                self._wait(pause, stop)
        finally:
            with self._lock:
                self._queue.leave(entry)
        if names:
            self.book.count(purpose)
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

    def learn_day(
        self, remaining: int | None, limit: int | None, resets_in: float, *, is_rolling: bool = False
    ) -> None:
        """Take over what an answer told of the day; a rolling one gives calls back bit by bit."""
        self.book.learn(remaining, limit, resets_in, is_rolling=is_rolling)

    def exhaust(self, seconds: float) -> None:
        """Let nobody through for `seconds`: the CRM says the day's calls are used up."""
        self.book.exhaust(seconds)

    def answered(self, names: Sequence[str], sent: float) -> None:
        """Hear that a call which was sent at a moment, and has slots in these windows, is over."""
        now = self._clock.monotonic()
        with self._lock:
            for name in names:
                self._windows[name].answered(sent, now)

    def took(self, endpoint: str, seconds: float) -> None:
        """Hear how long an answer took."""
        self.book.took(endpoint, seconds)

    def effort(self, records: int, calls: int, names: Sequence[str], endpoint: str, guess_s: float) -> Effort:
        """Return what so many calls take, going by how long such answers have taken, or by a guess."""
        with self._lock:
            pace = min((self._windows[name].pace for name in names), default=math.inf)
        usual_s = self.book.usual_s(endpoint)
        return Effort(records, calls, pace, guess_s if usual_s is None else usual_s)

    def budget(self) -> Budget:
        """Return what is known of the day."""
        told = self.book.told()
        with self._lock:
            if told is None:
                return Budget(None, None)
            return Budget(told.remaining, told.limit)

    def _try(self, entry: Waiting) -> float:
        """Take a slot if it is the entry's turn; else return the seconds until it may be."""
        now = self._clock.monotonic()
        ahead = [one for one in self._queue.ahead_of(entry, now) if self._is_open(one, now)]
        windows = {name: self._windows[name] for name in entry.names}
        if ahead:
            windows = {name: window.copy() for name, window in self._windows.items()}
            for one in ahead:
                moment = max(windows[name].earliest(now) for name in one.names)
                for name in one.names:
                    windows[name].grant(moment)
        moment = max((windows[name].earliest(now) for name in entry.names), default=now)
        if moment > now:
            return moment - now
        for name in entry.names:
            self._windows[name].grant(now)
        self._queue.served(entry, now)
        return 0.0

    def _is_open(self, one: Waiting, now: float) -> bool:
        """Return whether somebody ahead could go soon: who waits for a pause to end keeps no other waiting."""
        return bool(one.names) and all(self._windows[name].paused_until <= now for name in one.names)

    def _check_day(self) -> None:
        wait_s = self.book.wait_s(purpose_now())
        if wait_s > 0:
            raise QuotaExhaustedError(
                hint="Wait for the reset; raise the account's `share`, or lower its `daily_reserve`, when nobody else"
                " needs those calls.",
                retry_after=wait_s,
            )

    def _wait(self, seconds: float, stop: threading.Event | None) -> None:
        if self._clock.wait(seconds, stop):
            message = "syncd is stopping"
            raise RetryableError(message)
