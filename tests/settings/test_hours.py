"""Hours of the day for writing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from syncd.settings import is_within


@pytest.mark.parametrize(
    ("hours", "zone", "at", "expected"),
    [
        ("", "UTC", "03:00", True),
        ("08:00-18:00", "UTC", "08:00", True),
        ("08:00-18:00", "UTC", "18:00", False),
        ("20:00-06:00", "UTC", "23:59", True),
        ("20:00-06:00", "UTC", "05:59", True),
        ("20:00-06:00", "UTC", "12:00", False),
        # In July Berlin is two hours ahead.
        ("08:00-18:00", "Europe/Berlin", "06:00", True),
        ("08:00-18:00", "Europe/Berlin", "16:00", False),
    ],
)
def test_moment_lies_within_hours_or_not(hours, zone, at, expected):
    moment = datetime.fromisoformat(f"2026-07-01T{at}:00").replace(tzinfo=UTC)

    assert is_within(hours, zone, moment) is expected
