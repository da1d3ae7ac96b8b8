from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.report import grade_of
from syncd.report.pictures import blocks_of, points_of, size
from syncd.report.words import gained, percent

START = datetime(2026, 3, 1, tzinfo=UTC)
SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=60)


def trend(shares):
    return [(START + timedelta(days=number), share) for number, share in enumerate(shares)]


def test_trend_on_a_terminal_goes_from_its_lowest_to_its_highest():
    assert blocks_of(trend([0.2, 0.6, 0.8])) == "▁▆█"
    assert blocks_of(trend([0.7, 0.7])) == "▄▄"
    assert blocks_of(trend([0.7])) == ""


def test_long_trend_is_thinned_out_and_ends_with_today():
    told = blocks_of(trend([*[0.5] * 99, 1.0]))

    assert len(told) <= 24
    assert told[-1] == "█"


@given(SHARES)
def test_picture_of_a_trend_stays_within_its_frame(shares):
    width, height = size()
    points = [tuple(map(float, point.split(","))) for point in points_of(trend(shares)).split()]

    assert len(points) == len(shares)
    assert all(0 <= x <= width and 0 <= y <= height for x, y in points)


@given(st.floats(0, 1))
def test_better_base_never_has_a_worse_grade(share):
    assert grade_of(min(1.0, share + 0.05)) <= grade_of(share)


@pytest.mark.parametrize(
    ("share", "told"), [(1.0, "100 %"), (0.99999, "99.9 %"), (0.873, "87.3 %"), (0.5, "50 %"), (0.0, "0 %")]
)
def test_what_is_not_whole_is_never_rounded_to_whole(share, told):
    assert percent(share) == told


def test_gain_is_told_in_points():
    assert [gained(one) for one in (0.0931, -0.02, 0.0, None)] == ["+9.3", "-2.0", "±0", "–"]
