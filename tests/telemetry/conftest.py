from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from syncd.telemetry import Telemetry


class HandClock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def wait(self, seconds: float, stop: threading.Event | None = None) -> bool:
        self.pass_by(seconds)
        return stop is not None and stop.is_set()

    def pass_by(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def telemetry(clock):
    return Telemetry(clock)
