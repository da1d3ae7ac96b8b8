"""What an org may ask for in 24 hours: requests, and the counts `/limits` shows beside them."""

from __future__ import annotations

from collections import deque
from typing import Any

#: Requests in a rolling day, by edition; twelve licences where they count.
EDITIONS = {
    "trial": 5_000,
    "developer": 15_000,
    "professional": 112_000,
    "enterprise": 112_000,
    "unlimited": 160_000,
    "sandbox": 5_000_000,
    "off": 1_000_000_000,
}
DAY_MS = 86_400_000
_BUCKET_MS = 60_000
#: The other entries of `/limits` that something here uses up.
_OTHERS = {
    "DailyBulkApiBatches": 15_000,
    "DailyBulkV2QueryJobs": 10_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "HourlyPublishedPlatformEvents": 50_000,
    "ConcurrentAsyncGetReportInstances": 200,
    "ConcurrentSyncReportRuns": 20,
    "DailyAsyncApexExecutions": 250_000,
    "DailyDurableStreamingApiEvents": 200_000,
    "DailyGenericStreamingApiEvents": 10_000,
    "DailyStreamingApiEvents": 200_000,
    "DailyWorkflowEmails": 12_000,
    "HourlyAsyncReportRuns": 1_200,
    "HourlyTimeBasedWorkflow": 1_000,
    "MassEmail": 5_000,
    "DataStorageMB": 1_024,
    "FileStorageMB": 1_024,
    "SingleEmail": 5_000,
}


class Quota:
    """Counts the requests of one org. Refused ones are not counted (careful reading)."""

    def __init__(self, edition: str = "enterprise") -> None:
        self.set_edition(edition)
        #: Minute and count, oldest first.
        self._minutes: deque[list[int]] = deque()
        self._total = 0
        self._others: dict[str, int] = {}

    def set_edition(self, name: str) -> None:
        """Change what the org is allowed, from the next call on."""
        self.limit = EDITIONS[name]
        self.edition = name

    def admit(self, now_ms: int) -> bool:
        """Count a request, or say that the day's are used up."""
        if self.used(now_ms) >= self.limit:
            return False
        self.spend(1, now_ms)
        return True

    def spend(self, count: int, now_ms: int) -> None:
        """Use up requests, as other apps of the org would."""
        minute = now_ms // _BUCKET_MS
        if not self._minutes or self._minutes[-1][0] != minute:
            self._minutes.append([minute, 0])
        self._minutes[-1][1] += count
        self._total += count

    def used(self, now_ms: int) -> int:
        """Return the requests of the last 24 hours."""
        oldest = (now_ms - DAY_MS) // _BUCKET_MS
        while self._minutes and self._minutes[0][0] <= oldest:
            self._total -= self._minutes.popleft()[1]
        return self._total

    def use(self, name: str, count: int = 1) -> bool:
        """Count against another entry of `/limits`; false: there is not enough left."""
        if self._others.get(name, 0) + count > _OTHERS[name]:
            return False
        self._others[name] = self._others.get(name, 0) + count
        return True

    def header(self, now_ms: int) -> str:
        """Return what `Sforce-Limit-Info` says."""
        return f"api-usage={self.used(now_ms)}/{self.limit}"

    def wire(self, now_ms: int) -> dict[str, Any]:
        """Return what `GET /limits` says."""
        daily = {"Max": self.limit, "Remaining": max(0, self.limit - self.used(now_ms))}
        others = {name: {"Max": most, "Remaining": most - self._others.get(name, 0)} for name, most in _OTHERS.items()}
        return dict(sorted({"DailyApiRequests": daily, **others}.items()))

    def clear(self) -> None:
        """Forget all requests."""
        self._minutes.clear()
        self._total = 0
        self._others.clear()
