"""Rate limits: rolling windows per app, calls a day per account, and the search limit all apps share."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

BURST_WINDOW_MS = 10_000
SEARCH_WINDOW_MS = 1_000


@dataclass(frozen=True, slots=True)
class Tier:
    """What an account is allowed."""

    burst: int
    daily: int
    associations_burst: int
    associations_daily: int
    search_per_second: int = 5
    #: Marketplace apps: the search endpoint leaves their burst alone, like everybody's.
    is_limited: bool = True


TIERS: dict[str, Tier] = {
    "free_starter": Tier(100, 250_000, 100, 500_000),
    # 625,000 by the usage page of 2026; a changelog of 2024 says 650,000.
    "pro": Tier(190, 625_000, 150, 500_000),
    "enterprise": Tier(190, 1_000_000, 150, 500_000),
    "increase": Tier(250, 2_000_000, 200, 1_000_000),
    "oauth": Tier(110, 1_000_000, 100, 500_000),
    "off": Tier(1_000_000, 1_000_000_000, 1_000_000, 1_000_000_000, 1_000_000, is_limited=False),
}


class Window:
    """A rolling window of calls."""

    def __init__(self, length_ms: int) -> None:
        self._length_ms = length_ms
        self._calls: deque[int] = deque()

    def used(self, now_ms: int) -> int:
        """Return how many calls the window holds now."""
        calls = self._calls
        while calls and not now_ms - self._length_ms < calls[0] <= now_ms:
            calls.popleft()
        return len(calls)

    def used_within(self, now_ms: int, length_ms: int) -> int:
        """Return how many of them are younger than this."""
        return sum(1 for at in reversed(self._calls) if at > now_ms - length_ms)

    def add(self, now_ms: int) -> None:
        """Count a call."""
        self._calls.append(now_ms)


@dataclass(frozen=True, slots=True)
class Refused:
    """Which policy a call ran into."""

    #: `TEN_SECONDLY_ROLLING`, `SECONDLY`, `DAILY`.
    policy: str


class Limiter:
    """Counts the calls of one account and says no when it is time. Refused calls are not counted (careful reading)."""

    def __init__(self, tier: str = "pro", time_zone: str = "US/Eastern") -> None:
        self.tier_name = tier
        self.tier = TIERS[tier]
        self._zone = ZoneInfo(time_zone)
        self._windows: dict[tuple[str, str], Window] = {}
        self._search = Window(SEARCH_WINDOW_MS)
        self._day = ""
        self._daily: dict[str, int] = {}

    def set_tier(self, name: str) -> None:
        """Change what the account is allowed, from the next call on."""
        self.tier_name, self.tier = name, TIERS[name]

    def admit(self, app: str, bucket: str, now_ms: int) -> Refused | None:
        """Count a call into `bucket` (`standard`, `search`, `associations`), or say which policy refuses it."""
        if not self.tier.is_limited:
            self._count_daily(bucket, now_ms)
            return None
        if self.daily_remaining(bucket, now_ms) <= 0:
            return Refused("DAILY")
        if bucket == "search":
            if self._search.used(now_ms) >= self.tier.search_per_second:
                return Refused("SECONDLY")
            self._search.add(now_ms)
        else:
            window = self._window(app, bucket)
            if window.used(now_ms) >= self.burst(bucket):
                return Refused("TEN_SECONDLY_ROLLING")
            window.add(now_ms)
        self._count_daily(bucket, now_ms)
        return None

    def burst(self, bucket: str) -> int:
        """Return the calls allowed in ten seconds."""
        return self.tier.associations_burst if bucket == "associations" else self.tier.burst

    def headers(self, app: str, bucket: str, now_ms: int, *, with_daily: bool = True) -> dict[str, str]:
        """Return the rate-limit headers of an ordinary answer."""
        burst = self.burst(bucket)
        window = self._window(app, bucket)
        second = max(1, burst // 10)
        told = {
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(BURST_WINDOW_MS),
            "X-HubSpot-RateLimit-Max": str(burst),
            "X-HubSpot-RateLimit-Remaining": str(max(0, burst - window.used(now_ms))),
            "X-HubSpot-RateLimit-Secondly": str(second),
            "X-HubSpot-RateLimit-Secondly-Remaining": str(max(0, second - window.used_within(now_ms, 1000))),
        }
        if with_daily:
            told["X-HubSpot-RateLimit-Daily"] = str(self.daily_limit(bucket))
            told["X-HubSpot-RateLimit-Daily-Remaining"] = str(self.daily_remaining(bucket, now_ms))
        return told

    def daily_limit(self, bucket: str = "standard") -> int:
        """Return the calls allowed a day."""
        return self.tier.associations_daily if bucket == "associations" else self.tier.daily

    def daily_remaining(self, bucket: str, now_ms: int) -> int:
        """Return the calls left until midnight in the account's time zone."""
        self._turn_day(now_ms)
        return self.daily_limit(bucket) - self._daily.get(_pot(bucket), 0)

    def daily_used(self, now_ms: int, bucket: str = "standard") -> int:
        """Return the calls made since midnight."""
        self._turn_day(now_ms)
        return self._daily.get(_pot(bucket), 0)

    def spend(self, calls: int, now_ms: int) -> None:
        """Use up calls of the day, as other apps of the account would."""
        self._turn_day(now_ms)
        self._daily["standard"] = self._daily.get("standard", 0) + calls

    def clear(self) -> None:
        """Forget all calls."""
        self._windows.clear()
        self._daily.clear()
        self._search = Window(SEARCH_WINDOW_MS)

    def _window(self, app: str, bucket: str) -> Window:
        key = (app, _pot(bucket))
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = Window(BURST_WINDOW_MS)
        return window

    def _count_daily(self, bucket: str, now_ms: int) -> None:
        self._turn_day(now_ms)
        pot = _pot(bucket)
        self._daily[pot] = self._daily.get(pot, 0) + 1

    def _turn_day(self, now_ms: int) -> None:
        day = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(self._zone).strftime("%Y-%m-%d")
        if day != self._day:
            self._day = day
            self._daily.clear()


def _pot(bucket: str) -> str:
    return "associations" if bucket == "associations" else "standard"
