"""Facts about calls to the CRMs: each answer, each wait, what is left of the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from syncd.clock import Clock
from syncd.telemetry.children import Counters
from syncd.telemetry.process import ProcessFacts
from syncd.telemetry.redaction import Redaction

#: HTTP statuses worth a series before the first of them was seen.
_STATUSES = (200, 201, 207, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504, 0)
_HTTP_STATUSES = range(100, 600)


class CallFacts(ProcessFacts):
    """What connectors tell of their calls: it is their observer."""

    def __init__(self, clock: Clock, redaction: Redaction | None = None) -> None:
        super().__init__(clock, redaction)
        self._requests: dict[str, Counters[tuple[str, str]]] = {}
        self._calls: Counter[str] = Counter()

    def expect_calls(self, account: str, endpoints: Iterable[str]) -> None:
        """Let the series of an account's endpoints exist before its first call."""
        self._requests_of(account).expect((endpoint, _status(code)) for endpoint in endpoints for code in _STATUSES)

    def request_answered(self, account: str, endpoint: str, status: int, seconds: float) -> None:
        """Hear of one HTTP exchange; status 0 is no answer."""
        if 200 <= status < 400:
            self._moved()
        with self._lock:
            self._calls[account] += 1
        self._requests_of(account).add((endpoint, _status(status)))
        self._log.debug(
            "request_answered", account=account, endpoint=endpoint, status=status, seconds=round(seconds, 3)
        )

    def calls_of(self, account: str) -> int:
        """Return how many HTTP exchanges an account has had; a pass tells the difference."""
        with self._lock:
            return self._calls[account]

    def throttled(self, account: str, seconds: float) -> None:
        """Hear of a wait imposed by the CRM or by our own pacing."""
        self.metrics.throttled.labels(account).inc(max(0.0, seconds))
        self._log.debug("call_throttled", account=account, seconds=round(seconds, 3))

    def quota_told(self, account: str, remaining: int) -> None:
        """Hear of the calls left today."""
        self.metrics.quota.labels(account).set(remaining)

    def _requests_of(self, account: str) -> Counters[tuple[str, str]]:
        counters = self._requests.get(account)
        if counters is None:
            with self._lock:
                counters = self._requests.setdefault(account, Counters(self.metrics.requests, (account,)))
        return counters


def _status(code: int) -> str:
    if code == 0:
        return "none"
    return str(code) if code in _HTTP_STATUSES else "other"
