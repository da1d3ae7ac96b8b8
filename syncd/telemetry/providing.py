"""Facts about providers of values from outside: what they were asked, what that cost, and when they fail."""

from __future__ import annotations

import threading
from datetime import date, datetime

from structlog.stdlib import BoundLogger

from syncd.errors import SyncdError
from syncd.telemetry.metrics import UNKNOWN, Metrics

#: What can become of a question.
OUTCOMES = ("hit", "miss", "failed")


class Providing:
    """What is told of providers. Safe to share between threads."""

    def __init__(self, metrics: Metrics, log: BoundLogger) -> None:
        self._metrics = metrics
        self._log = log
        self._lock = threading.Lock()
        #: Those that fail, with the kind of failure that was logged.
        self._failing: dict[str, str] = {}
        #: The day on which it was last told that a budget is spent.
        self._spent_on: dict[str, date] = {}
        #: Calls and costs that were counted so far.
        self._counted: dict[str, tuple[int, float]] = {}

    def expect(self, provider: str) -> None:
        """Let every series of a provider exist before its first fact."""
        for outcome in OUTCOMES:
            self._metrics.provider_questions.labels(provider, outcome).inc(0)
        self._metrics.provider_calls.labels(provider).inc(0)
        self._metrics.provider_cost.labels(provider).inc(0)
        self._metrics.provider_seconds.labels(provider).inc(0)
        self._metrics.provider_left.labels(provider).set(UNKNOWN)
        self._metrics.provider_waiting.labels(provider).set(0)
        self._metrics.provider_oldest.labels(provider).set(UNKNOWN)
        self._metrics.provider_failing.labels(provider).set(0)

    def asked(self, provider: str, hits: int, misses: int, failures: int, seconds: float = 0.0) -> None:
        """Tell what came of a batch of questions, and how long that took."""
        self._metrics.provider_seconds.labels(provider).inc(seconds)
        for outcome, count in zip(OUTCOMES, (hits, misses, failures), strict=True):
            self._metrics.provider_questions.labels(provider, outcome).inc(count)
        self._log.info("provider_asked", provider=provider, hits=hits, misses=misses, failed=failures)

    def standing(
        self, provider: str, *, calls: int, cost: float, left: int | None, waiting: int, oldest: datetime | None
    ) -> None:
        """Show what was spent so far, what is left of the day, and what waits; of all who share the store."""
        with self._lock:
            was_calls, was_cost = self._counted.get(provider, (0, 0.0))
            self._counted[provider] = (max(calls, was_calls), max(cost, was_cost))
        self._metrics.provider_calls.labels(provider).inc(max(0, calls - was_calls))
        self._metrics.provider_cost.labels(provider).inc(max(0.0, cost - was_cost))
        self._metrics.provider_left.labels(provider).set(UNKNOWN if left is None else left)
        self._metrics.provider_waiting.labels(provider).set(waiting)
        self._metrics.provider_oldest.labels(provider).set(UNKNOWN if oldest is None else oldest.timestamp())

    def fails(self, provider: str, error: SyncdError) -> None:
        """Tell that a provider cannot be asked: when that starts, and when it fails in another way."""
        self._metrics.provider_failing.labels(provider).set(1)
        failure = type(error).__name__
        with self._lock:
            is_known, self._failing[provider] = self._failing.get(provider) == failure, failure
        if not is_known:
            hint = {"hint": error.hint} if error.hint else {}
            self._log.warning("provider_failing", provider=provider, error=error.message, **hint)

    def broke(self, provider: str, error: Exception) -> None:
        """Tell that a provider broke in a way nobody foresaw; it rests, others go on."""
        self._metrics.provider_failing.labels(provider).set(1)
        self._log.error("provider_broke", provider=provider, error=type(error).__name__)

    def works(self, provider: str) -> None:
        """Tell that a provider answers again, where it did not."""
        self._metrics.provider_failing.labels(provider).set(0)
        with self._lock:
            failure = self._failing.pop(provider, None)
        if failure is not None:
            self._log.info("provider_recovered", provider=provider, after=failure)

    def spent(self, provider: str, day: date) -> None:
        """Tell, once a day, that a provider's budget is spent."""
        with self._lock:
            is_known, self._spent_on[provider] = self._spent_on.get(provider) == day, day
        if not is_known:
            self._log.info("provider_budget_spent", provider=provider)

    def ended(self, provider: str) -> None:
        """Tell that a provider is not asked any more, because nobody names it."""
        for outcome in OUTCOMES:
            self._metrics.provider_questions.remove(provider, outcome)
        for family in (
            self._metrics.provider_calls,
            self._metrics.provider_cost,
            self._metrics.provider_seconds,
            self._metrics.provider_left,
            self._metrics.provider_waiting,
            self._metrics.provider_oldest,
            self._metrics.provider_failing,
        ):
            family.remove(provider)
        with self._lock:
            self._failing.pop(provider, None)
            self._counted.pop(provider, None)
