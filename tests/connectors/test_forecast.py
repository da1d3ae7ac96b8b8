"""When a whole object will be read: whatever takes longest decides, and waiting counts."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.forecast import Effort, LimitedBy, Means, foresee, in_words

NOW = datetime(2026, 11, 22, 13, 30, tzinfo=UTC)


def nightly(moment):
    """Open from 20:00 to 06:00."""
    is_open = moment.hour >= 20 or moment.hour < 6
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    ends = [day + timedelta(hours=hour) for hour in (6, 20, 30)]
    return is_open, min(one for one in ends if one > moment)


efforts = st.builds(
    Effort,
    records=st.integers(0, 10**7),
    calls=st.integers(0, 10**5),
    pace=st.floats(0.1, 100),
    answer_s=st.floats(0.01, 5),
    parallel=st.floats(1, 10),
)


@given(efforts)
def test_it_never_takes_less_than_the_work(effort):
    told = foresee(effort, Means(), NOW)

    assert told.seconds == pytest.approx(min(effort.seconds, 60 * 86_400), abs=1)


@given(efforts, st.integers(0, 5000), st.integers(1, 5000))
def test_fewer_calls_a_day_never_make_it_sooner(effort, today, a_day):
    resets_at = NOW + timedelta(hours=5)
    free = foresee(effort, Means(), NOW)

    bound = foresee(effort, Means(today, a_day, resets_at), NOW)

    assert bound.seconds >= free.seconds - 1


@given(efforts)
def test_hours_never_make_it_sooner(effort):
    assert foresee(effort, Means(hours=nightly), NOW).seconds >= foresee(effort, Means(), NOW).seconds - 1


def test_our_share_of_the_limit_decides_where_answers_are_quick():
    told = foresee(Effort(120_000, 1_210, pace=0.1, answer_s=0.2), Means(), NOW)

    assert (in_words(told.seconds), told.limited_by) == ("3 h 22 min", LimitedBy.PACE)


def test_answers_decide_where_they_are_slow():
    told = foresee(Effort(2_000, 20, pace=10, answer_s=3.0), Means(), NOW)

    assert (told.seconds, told.limited_by) == (60.0, LimitedBy.ANSWERS)


def test_what_a_day_has_no_calls_for_is_done_on_the_next():
    effort = Effort(100_000, 1_000, pace=1.0, answer_s=0.1)

    told = foresee(effort, Means(400, 5_000, NOW + timedelta(hours=10)), NOW)

    assert told.done_at == NOW + timedelta(hours=10, seconds=600)
    assert told.limited_by is LimitedBy.DAY


def test_what_does_not_fit_into_one_night_goes_on_in_the_next():
    effort = Effort(100_000, 43_200, pace=1.0, answer_s=0.1)

    told = foresee(effort, Means(hours=nightly), NOW)

    assert told.done_at == datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
    assert told.limited_by is LimitedBy.HOURS


def test_what_never_comes_to_an_end_is_told_as_sixty_days():
    assert foresee(Effort(1, 10, pace=1.0, answer_s=0.1), Means(today=0), NOW).seconds == 60 * 86_400
    assert math.isfinite(foresee(Effort(1, 10, pace=0.0, answer_s=0.1), Means(), NOW).seconds)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.4, "0 s"), (59, "59 s"), (61, "1 min"), (3_600, "1 h"), (11_400, "3 h 10 min"), (187_200, "2 d 4 h")],
)
def test_times_are_told_as_people_say_them(seconds, told):
    assert in_words(seconds) == told
