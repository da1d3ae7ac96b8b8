"""The sandbox's own time: the machine's, shifted or standing still when a test wants it so."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import formatdate
from functools import lru_cache

_DAY = 86_400_000


class SandboxClock:
    """Milliseconds since 1970, as every record, limit and header of the sandbox sees them."""

    def __init__(self) -> None:
        self._offset_ms = 0
        self._frozen_ms: int | None = None

    def now_ms(self) -> int:
        """Return the moment it is in the sandbox."""
        if self._frozen_ms is not None:
            return self._frozen_ms
        return time.time_ns() // 1_000_000 + self._offset_ms

    def shift(self, seconds: float) -> None:
        """Move time forward (or back) by this much."""
        if self._frozen_ms is not None:
            self._frozen_ms += round(seconds * 1000)
        else:
            self._offset_ms += round(seconds * 1000)

    def freeze(self, at_ms: int | None = None) -> None:
        """Let time stand still, now or at a given moment."""
        self._frozen_ms = self.now_ms() if at_ms is None else at_ms

    def thaw(self) -> None:
        """Let time run on from where it stands."""
        if self._frozen_ms is not None:
            self._offset_ms = self._frozen_ms - time.time_ns() // 1_000_000
            self._frozen_ms = None

    def http_date(self) -> str:
        """Return the moment as the `Date` header spells it."""
        return _http_date(self.now_ms() // 1000)

    def state(self) -> dict[str, int | None]:
        """Return what a snapshot has to keep."""
        return {"offset_ms": self._offset_ms, "frozen_ms": self._frozen_ms}

    def restore(self, state: dict[str, int | None]) -> None:
        """Take up a kept state."""
        self._offset_ms = state.get("offset_ms") or 0
        self._frozen_ms = state.get("frozen_ms")


@lru_cache(maxsize=8)
def _http_date(second: int) -> str:
    return formatdate(second, usegmt=True)


@lru_cache(maxsize=65_536)
def _day(number: int) -> str:
    moment = datetime.fromtimestamp(number * 86_400, UTC)
    return f"{moment.year:04d}-{moment.month:02d}-{moment.day:02d}T"


@lru_cache(maxsize=1024)  # every record says its moments twice
def iso(ms: int) -> str:
    """Spell a moment as HubSpot does: `2026-11-21T10:00:00.123Z`."""
    day, rest = divmod(ms, _DAY)
    minutes, millis = divmod(rest, 60_000)
    return f"{_day(day)}{minutes // 60:02d}:{minutes % 60:02d}:{millis // 1000:02d}.{millis % 1000:03d}Z"


@lru_cache(maxsize=65_536)
def from_iso(text: str) -> int | None:
    """Read an ISO date or date-time, or epoch milliseconds; None where it is neither. No zone means UTC."""
    text = text.strip()
    if text.lstrip("-").isdecimal():
        return int(text) if len(text) <= 16 else None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return to_ms(moment)


def to_ms(moment: datetime) -> int:
    """Turn an aware moment into milliseconds, exactly."""
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * 1000 + moment.microsecond // 1000
