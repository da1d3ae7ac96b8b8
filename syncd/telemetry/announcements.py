"""Facts about what CRMs say by themselves: requests posted to us, feeds followed, and what came of them."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping

from structlog.stdlib import BoundLogger

from syncd.clock import Clock
from syncd.errors import SyncdError
from syncd.model import Stream
from syncd.telemetry.metrics import Metrics

#: Which object, where none that is watched is meant.
OTHER = "other"
#: A reason to refuse requests is told so often: whoever sends forged ones shall not fill the log.
_TOLD_EVERY_S = 60.0


class Announcements:
    """What is told of announcements. Safe to share between threads."""

    def __init__(self, metrics: Metrics, log: BoundLogger, clock: Clock) -> None:
        self._metrics = metrics
        self._log = log
        self._clock = clock
        self._lock = threading.Lock()
        #: Feeds that are down, with the kind of failure that was logged.
        self._down: dict[str, str] = {}
        #: When it was last told that requests were refused, and for what.
        self._told_at: dict[tuple[str, str], float] = {}

    def expect(
        self, account: str, objects: Collection[str], outcomes: Collection[str], posted: Collection[str]
    ) -> None:
        """Let every series of an account exist before its first fact."""
        for outcome in outcomes:
            for name in (*objects, OTHER):
                self._metrics.announced.labels(account, name, outcome).inc(0)
        for name in objects:
            self._metrics.announced_waiting.labels(account, name).set(0)
            self._metrics.announced_lag.labels(account, name).set(0)
        for outcome in posted:
            self._metrics.hook_requests.labels(account, outcome).inc(0)

    def posted(self, account: str, outcome: str, *, is_believed: bool) -> None:
        """Count a request that claims to come from a CRM; that some are not believed is told once in a while."""
        self._metrics.hook_requests.labels(account, outcome).inc()
        now = self._clock.monotonic()
        with self._lock:
            is_told = is_believed or now - self._told_at.get((account, outcome), -_TOLD_EVERY_S) < _TOLD_EVERY_S
            if not is_told:
                self._told_at[account, outcome] = now
        if not is_told:
            self._log.warning("webhook_refused", account=account, reason=outcome)

    def heard(self, account: str, by: str, counts: Mapping[tuple[str, str], int]) -> None:
        """Tell of a batch of announcements, by object (empty: none that is watched) and outcome."""
        totals: dict[str, int] = {}
        for (name, outcome), count in counts.items():
            self._metrics.announced.labels(account, name or OTHER, outcome).inc(count)
            totals[outcome] = totals.get(outcome, 0) + count
        self._log.info("changes_announced", account=account, by=by, **totals)

    def waiting(self, counts: Mapping[Stream, int], streams: Collection[Stream]) -> None:
        """Tell how many records were announced and are not read yet."""
        for stream in streams:
            self._metrics.announced_waiting.labels(stream.account, stream.object).set(counts.get(stream, 0))

    def read(self, stream: Stream, count: int, lag_s: float) -> None:
        """Tell that announced records are kept as they are now, and how long ago the first of them had changed."""
        self._metrics.announced_lag.labels(stream.account, stream.object).set(max(0.0, lag_s))
        self._log.info("announced_read", stream=stream.name, records=count, lag_s=round(max(0.0, lag_s), 3))

    def erased(self, stream: Stream) -> None:
        """Tell that somebody was forgotten because the CRM said that they had been erased there; not who."""
        self._log.info("forgotten_as_announced", stream=stream.name)

    def connected(self, account: str) -> None:
        """Tell that a feed is followed."""
        self._metrics.feed_connected.labels(account).set(1)
        with self._lock:
            was_down = self._down.pop(account, None)
        self._log.info("feed_followed", account=account, **({"after": was_down} if was_down else {}))

    def lost(self, account: str, error: SyncdError, pause_s: float) -> None:
        """Tell that a feed cannot be followed: when that starts, and when it fails in another way."""
        self._metrics.feed_connected.labels(account).set(0)
        failure = type(error).__name__
        with self._lock:
            is_known, self._down[account] = self._down.get(account) == failure, failure
        if not is_known:
            hint = {"hint": error.hint} if error.hint else {}
            self._log.warning("feed_lost", account=account, error=error.message, pause_s=round(pause_s, 1), **hint)

    def ended(self, account: str) -> None:
        """Tell that a feed is not followed any more, because nobody wants it."""
        # Without a series there is no alert that it is down.
        self._metrics.feed_connected.remove_by_labels({"account": account})
        with self._lock:
            self._down.pop(account, None)

    def gap(self, account: str, feed: str) -> None:
        """Tell that a feed may have said something that we did not hear: changes are asked for."""
        self._log.info("feed_has_gap", account=account, feed=feed)
