"""The only place that asks for the time. Everything else is handed a `Clock`."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What syncd asks of time."""

    def now(self) -> datetime:
        """Return the wall clock, aware, in UTC. For people and for ages, never for cursors or durations."""

    def monotonic(self) -> float:
        """Return seconds that never go back, for durations."""

    def wait(self, seconds: float, stop: threading.Event | None = None) -> bool:
        """Wait, or until `stop` is set; return whether it is set."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the moment it is."""
        return datetime.now(UTC)  # noqa: TID251 - this is the place

    def monotonic(self) -> float:
        """Return seconds since some moment in the past."""
        return time.monotonic()

    def wait(self, seconds: float, stop: threading.Event | None = None) -> bool:
        """Wait, or until `stop` is set; return whether it is set."""
        if stop is not None:
            return stop.wait(max(0.0, seconds))
        time.sleep(max(0.0, seconds))  # noqa: TID251 - this is the place
        return False
