"""Hours of the day: for writing, and for reading a whole base."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.settings import is_within, last_moment, next_turn


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


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("UTC", "2026-11-23T08:00", "2026-11-23T08:00"),
        ("UTC", "2026-11-23T07:59", "2026-11-16T08:00"),
        ("UTC", "2026-11-29T23:59", "2026-11-23T08:00"),
        # In winter Berlin is one hour ahead; it is Monday there before it is here.
        ("Europe/Berlin", "2026-11-23T07:00", "2026-11-23T07:00"),
        ("Pacific/Auckland", "2026-11-22T20:00", "2026-11-22T19:00"),
    ],
)
def test_weekly_moment_last_was_at_its_hour_in_its_zone(zone, now, expected):
    moment = datetime.fromisoformat(f"{now}:00+00:00")

    assert last_moment("monday 08:00", zone, moment) == datetime.fromisoformat(f"{expected}:00+00:00")


TIMES = st.times().map(lambda time: time.strftime("%H:%M"))


@given(
    begin=TIMES,
    end=TIMES,
    zone=st.sampled_from(["UTC", "Asia/Kathmandu", "America/Sao_Paulo"]),
    minutes=st.integers(0, 500_000),
)
def test_hours_turn_where_they_are_said_to_and_nowhere_before(begin, end, zone, minutes):
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    if begin == end:
        end = "12:01" if begin == "12:00" else "12:00"
    hours = f"{begin}-{end}"

    turn = next_turn(hours, zone, moment)

    inside = is_within(hours, zone, moment)
    assert turn is not None
    assert moment < turn <= moment + timedelta(days=1)
    assert is_within(hours, zone, turn) is not inside
    assert is_within(hours, zone, turn - timedelta(minutes=1)) is inside or turn - moment < timedelta(minutes=1)


def test_hours_that_are_always_never_turn():
    assert next_turn("", "UTC", datetime(2026, 1, 1, tzinfo=UTC)) is None
