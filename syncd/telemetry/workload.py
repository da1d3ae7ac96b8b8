"""Facts about the work on accounts: what calls are made for, how long reading a whole object will take, what waits."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from datetime import datetime

from structlog.stdlib import BoundLogger

from syncd.model import Stream
from syncd.telemetry.metrics import UNKNOWN, Metrics

#: Why something waits; nothing else is ever named.
REASONS = ("quiet_hours", "daily_budget", "failure")


class Workload:
    """What is told of the work ahead. Safe to share between threads."""

    def __init__(self, metrics: Metrics, log: BoundLogger) -> None:
        self._metrics = metrics
        self._log = log
        self._lock = threading.Lock()
        #: What waits for what, as it was told last.
        self._waiting: dict[Stream, str] = {}

    def expect(self, account: str, purposes: Collection[str]) -> None:
        """Let every series of an account exist before its first call."""
        for purpose in purposes:
            self._metrics.calls.labels(account, purpose).inc(0)
            self._metrics.calls_left.labels(account, purpose).set(UNKNOWN)

    def expect_stream(self, stream: Stream) -> None:
        """Let every series of a stream exist before there is anything to tell."""
        for gauge in (self._metrics.load_planned, self._metrics.load_remaining, self._metrics.load_seconds_left):
            gauge.labels(stream.account, stream.object)
        for reason in REASONS:
            self._metrics.waiting.labels(stream.account, stream.object, reason)

    def called(self, account: str, counts: Mapping[str, int]) -> None:
        """Count calls by what they were made for."""
        for purpose, count in counts.items():
            self._metrics.calls.labels(account, purpose).inc(count)

    def calls_left(self, account: str, left: Mapping[str, float]) -> None:
        """Tell how many calls may be made today, by what for; what is not bounded is not told."""
        for purpose, calls in left.items():
            self._metrics.calls_left.labels(account, purpose).set(calls if calls != float("inf") else UNKNOWN)

    def load_foreseen(
        self,
        stream: Stream,
        sentence: str,
        *,
        records: int,
        remaining: int,
        calls: int,
        seconds: float,
        limited_by: str,
    ) -> None:
        """Tell how long a first load, or reading a whole base again, will take."""
        self.load_progressed(stream, records, remaining, seconds)
        self._log.info(
            "load_foreseen",
            stream=stream.name,
            forecast=sentence,
            records=records,
            remaining=remaining,
            calls=calls,
            seconds=round(seconds),
            limited_by=limited_by,
        )

    def load_progressed(self, stream: Stream, records: int, remaining: int, seconds: float) -> None:
        """Tell how much is left of it. Measured only."""
        labels = (stream.account, stream.object)
        self._metrics.load_planned.labels(*labels).set(records)
        self._metrics.load_remaining.labels(*labels).set(remaining)
        self._metrics.load_seconds_left.labels(*labels).set(round(seconds))

    def load_finished(self, stream: Stream) -> None:
        """Tell that nothing is left of it."""
        self.load_progressed(stream, 0, 0, 0.0)

    def load_paused(self, stream: Stream, why: str, done: int) -> None:
        """Tell that it stands still behind a page, and what for; it goes on there."""
        self._log.info("load_paused", stream=stream.name, why=why, done=done)

    def waits(self, stream: Stream, reason: str, until: datetime | None) -> None:
        """Tell that a stream waits, and what for; in the log when it begins. An empty reason: it does not any more."""
        with self._lock:
            before = self._waiting.get(stream, "")
            if reason == before:
                return
            self._waiting[stream] = reason
        for one in (before, reason):
            if one:
                self._metrics.waiting.labels(stream.account, stream.object, one).set(1 if one == reason else 0)
        if reason:
            self._log.info("work_waits", stream=stream.name, reason=reason, until=until and f"{until:%Y-%m-%dT%H:%MZ}")
        else:
            self._log.info("work_goes_on", stream=stream.name)
