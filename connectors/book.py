"""The book of an account's calls: what was called for what, what the CRM says is left, how long answers take.

It outlives connections and, through whoever keeps and restores it, the process: a restart does not begin a new day.
"""

from __future__ import annotations

import math
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.day import Day
from connectors.purpose import Purpose, purpose_now
from syncd.clock import Clock

#: Calls are counted by the quarter of an hour: days begin at one of them, wherever an account lives.
QUARTER = timedelta(minutes=15)
_DAY = timedelta(days=1)
#: How much the newest answer weighs in what an answer usually takes.
_NEWEST = 0.1
#: After this long it is worth asking again, where nobody tells when calls come back.
_ASK_AGAIN_S = 900.0


@dataclass(frozen=True, slots=True)
class Told:
    """The CRM's last word on the day."""

    limit: int | None
    remaining: int | None
    resets_at: datetime
    #: Whether calls come back bit by bit, 24 hours after they were made.
    is_rolling: bool


class CallBook:
    """The calls of one account. Safe to use from several threads."""

    def __init__(self, clock: Clock, *, share: float = 0.5, reserve: float = 0.1) -> None:
        self._clock = clock
        self._share, self._reserve = share, reserve
        self._counts: defaultdict[datetime, Counter[Purpose]] = defaultdict(Counter)
        #: What nobody has kept yet.
        self._unkept: Counter[tuple[datetime, Purpose]] = Counter()
        self._told: Told | None = None
        self._planned: Mapping[Purpose, float] = {}
        self._usual_s: dict[str, float] = {}
        #: Monotonic moments: a clock that is set meanwhile changes nothing.
        self._holds_until = -math.inf
        self._exhausted_until = -math.inf
        self._lock = threading.Lock()

    def share_out(self, share: float, reserve: float) -> None:
        """Go by other settings from now on."""
        with self._lock:
            self._share, self._reserve = share, reserve

    def plan(self, calls: Mapping[Purpose, float]) -> None:
        """Expect so many calls until the reset: they are kept from what is less urgent."""
        with self._lock:
            self._planned = dict(calls)

    def count(self, purpose: Purpose | None = None) -> None:
        """Count a call that is about to be sent."""
        quarter, purpose = _quarter(self._clock.now()), purpose or purpose_now()
        with self._lock:
            self._counts[quarter][purpose] += 1
            self._unkept[quarter, purpose] += 1

    def took(self, endpoint: str, seconds: float) -> None:
        """Hear how long an answer took."""
        with self._lock:
            usual = self._usual_s.get(endpoint, seconds)
            self._usual_s[endpoint] = usual + _NEWEST * (seconds - usual)

    def usual_s(self, endpoint: str) -> float | None:
        """Return how long an answer usually takes; None before the first."""
        with self._lock:
            return self._usual_s.get(endpoint)

    def learn(self, remaining: int | None, limit: int | None, resets_in: float, *, is_rolling: bool = False) -> None:
        """Take over what an answer told of the day; None is nothing new."""
        resets_at = self._clock.now() + timedelta(seconds=resets_in)
        with self._lock:
            if self._told is not None:
                limit = self._told.limit if limit is None else limit
                remaining = self._told.remaining if remaining is None else remaining
            self._told = Told(limit, remaining, resets_at, is_rolling)
            self._holds_until = self._clock.monotonic() + resets_in

    def exhaust(self, seconds: float) -> None:
        """Let nobody call for so long: the CRM says the day's calls are used up."""
        with self._lock:
            self._exhausted_until = self._clock.monotonic() + seconds
            if self._told is not None:
                self._told = replace(self._told, remaining=0)

    def day(self) -> Day:
        """Return the day as it is known now."""
        now = self._clock.now()
        with self._lock:
            return self._day(now)

    def room(self, purpose: Purpose) -> float:
        """Return how many more calls may be made today for a purpose."""
        return 0.0 if self._exhausted_s() > 0 else self.day().room(purpose)

    def wait_s(self, purpose: Purpose) -> float:
        """Return how many seconds a purpose has to wait for calls of its own; 0 when it need not."""
        if (left := self._exhausted_s()) > 0:
            return left
        if self.room(purpose) > 0:
            return 0.0
        now = self._clock.monotonic()
        with self._lock:
            is_rolling = self._told is None or self._told.is_rolling
            left = self._holds_until - now
        return max(1.0, left) if left > 0 or not is_rolling else _ASK_AGAIN_S

    def told(self) -> Told | None:
        """Return the CRM's last word on the day; what is left is None when that was before the day began."""
        now = self._clock.monotonic()
        with self._lock:
            if self._told is None or now < self._holds_until:
                return self._told
            return replace(self._told, remaining=None)

    def take_unkept(self) -> Mapping[tuple[datetime, Purpose], int]:
        """Hand over what was counted since the last time, to be kept."""
        with self._lock:
            unkept, self._unkept = self._unkept, Counter()
            return unkept

    def put_back(self, counts: Mapping[tuple[datetime, Purpose], int]) -> None:
        """Take back what could not be kept."""
        with self._lock:
            self._unkept.update(counts)

    def restore(self, counts: Iterable[tuple[datetime, Purpose, int]], told: Told | None) -> None:
        """Go on with the calls that were kept by an earlier process, and with what the CRM had told it."""
        with self._lock:
            for quarter, purpose, count in counts:
                self._counts[quarter][purpose] += count
            if self._told is None and told is not None:
                self._told = told
                self._holds_until = self._clock.monotonic() + (told.resets_at - self._clock.now()).total_seconds()

    def _day(self, now: datetime) -> Day:
        told = self._told
        since = now - _DAY if told is None or told.is_rolling else _begin(told.resets_at, now)
        for old in [quarter for quarter in self._counts if quarter <= now - _DAY - QUARTER]:
            del self._counts[old]
        used: Counter[Purpose] = Counter()
        for quarter, counts in self._counts.items():
            if quarter + QUARTER > since:
                used.update(counts)
        is_fresh = self._clock.monotonic() < self._holds_until
        remaining = told.remaining if told is not None and is_fresh else None
        limit = None if told is None else told.limit
        return Day(limit, remaining, used, self._share, self._reserve, self._planned)

    def _exhausted_s(self) -> float:
        with self._lock:
            return max(0.0, self._exhausted_until - self._clock.monotonic())


def _begin(resets_at: datetime, now: datetime) -> datetime:
    """Return when the day began that `now` lies in; days end where this one does."""
    begin = resets_at - _DAY
    while begin + _DAY <= now:
        begin += _DAY
    return begin


def _quarter(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)
