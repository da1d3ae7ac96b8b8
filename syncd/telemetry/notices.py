"""Facts about telling people: what arrived, what did not, what waits."""

from __future__ import annotations

from structlog.stdlib import BoundLogger

from syncd.telemetry.metrics import Metrics


class Notices:
    """What is told of notifications. Used by one thread."""

    def __init__(self, metrics: Metrics, log: BoundLogger) -> None:
        self._metrics = metrics
        self._log = log
        #: Channels that take no message now.
        self._silent: set[str] = set()
        self._failure = ""

    def expect(self, channel: str) -> None:
        """Let every series of a channel exist before its first message."""
        for outcome in ("sent", "failed", "given_up"):
            self._metrics.notifications.labels(channel, outcome)
        self._metrics.notifications_waiting.labels(channel)

    def sent(self, channel: str, count: int) -> None:
        """Tell that messages arrived at a channel, and that one which failed works again."""
        self._metrics.notifications.labels(channel, "sent").inc(count)
        tell = self._log.info if channel in self._silent else self._log.debug
        self._silent.discard(channel)
        tell("notified", channel=channel, messages=count)

    def failed(self, channel: str, failure: str, *, given_up: int) -> None:
        """Tell that a channel took no message, when that begins; and each time messages are given up."""
        self._metrics.notifications.labels(channel, "failed").inc()
        self._metrics.notifications.labels(channel, "given_up").inc(given_up)
        is_known = channel in self._silent and not given_up
        self._silent.add(channel)
        tell = self._log.debug if is_known else self._log.warning
        tell("notification_failed", channel=channel, failure=failure, given_up=given_up)

    def broke(self, error: BaseException) -> None:
        """Tell that telling people failed in a way nobody foresaw; it goes on."""
        failure = type(error).__name__
        is_known, self._failure = self._failure == failure, failure
        if not is_known:
            self._log.error("notifier_failed", failure=failure, exc_info=error)

    def waiting(self, channel: str, count: int) -> None:
        """Tell how many messages wait for a channel."""
        self._metrics.notifications_waiting.labels(channel).set(count)
