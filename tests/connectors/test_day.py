"""A day's calls are shared: some for others, some for what is more urgent, and something for everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.book import CallBook
from connectors.day import OPEN, Day
from connectors.purpose import Purpose, calling_for
from tests.connectors.doubles import HandClock

PURPOSES = st.sampled_from(Purpose)
LIMIT = 10_000


@st.composite
def days(draw):
    limit = draw(st.integers(10, 1_000_000))
    return Day(
        limit,
        draw(st.none() | st.integers(0, limit)),
        draw(st.dictionaries(PURPOSES, st.integers(0, limit), max_size=3)),
        draw(st.floats(0.05, 1.0)),
        draw(st.floats(0.0, 0.5)),
        draw(st.dictionaries(PURPOSES, st.floats(0, 1e6), max_size=4)),
    )


@given(days(), PURPOSES, PURPOSES)
def test_the_more_urgent_never_has_less_room(day, one, other):
    urgent, patient = sorted((one, other), key=lambda purpose: purpose.rank)

    assert day.room(urgent) >= day.room(patient)


@given(days(), PURPOSES)
def test_nobody_takes_what_is_left_to_others(day, purpose):
    room = day.room(purpose)

    assert room <= day.limit * day.share - day.spent + 1
    assert day.remaining is None or room <= day.remaining - day.reserve * day.limit


@given(days())
def test_plans_of_the_urgent_leave_something_to_everybody(day):
    fresh = Day(day.limit, None, {}, day.share, day.reserve, day.planned)

    assert fresh.ours is not None
    assert fresh.room(Purpose.FIRST_LOADS) >= OPEN * fresh.ours - 1


@given(st.integers(100, 5000), st.lists(st.tuples(PURPOSES, st.integers(1, 40)), max_size=60))
def test_a_day_of_calls_stays_within_the_share_whoever_asks_when(limit, asked):
    clock = HandClock()
    book = CallBook(clock, share=0.5, reserve=0.1)
    book.learn(limit, limit, 3600.0)
    made = 0

    for purpose, calls in asked:
        for _ in range(calls):
            if book.room(purpose) > 0:
                book.count(purpose)
                made += 1
                book.learn(limit - made, limit, 3600.0)

    assert made <= limit * 0.5 + 1


def test_where_nobody_tells_there_is_no_end():
    assert Day().room(Purpose.FIRST_LOADS) == float("inf")


def test_a_first_load_waits_before_pulls_do_and_a_person_last():
    used = {Purpose.CHANGES: 4200}

    day = Day(LIMIT, 9000, used, share=0.5, reserve=0.1)

    assert day.room(Purpose.FIRST_LOADS) < 0 < day.room(Purpose.CHANGES) < day.room(Purpose.PERSON) == 800


def test_what_others_use_up_counts_too():
    day = Day(LIMIT, 1400, {Purpose.CHANGES: 10}, share=0.5, reserve=0.1)

    assert day.room(Purpose.FIRST_LOADS) < 0 < day.room(Purpose.CHANGES)
    assert day.room(Purpose.PERSON) == 400


def test_calls_are_counted_for_what_they_were_made(clock):
    book = CallBook(clock)

    with calling_for(Purpose.SWEEPS):
        book.count()
    book.count()

    assert book.day().used == {Purpose.SWEEPS: 1, Purpose.CHANGES: 1}


def test_a_restart_goes_on_with_the_days_counts(clock):
    book = CallBook(clock, share=0.5)
    book.learn(9_000, LIMIT, 7200.0)
    for _ in range(7):
        book.count(Purpose.FIXES)
    kept = [(quarter, purpose, count) for (quarter, purpose), count in book.take_unkept().items()]
    told = book.told()

    after = CallBook(clock, share=0.5)
    after.restore(kept, told)

    assert after.day() == book.day()
    assert after.take_unkept() == {}


def test_the_reset_gives_everything_back(clock):
    book = CallBook(clock, share=0.5)
    book.learn(0, LIMIT, 3600.0)
    for _ in range(5_000):
        book.count(Purpose.CHANGES)
    before = book.wait_s(Purpose.PERSON)

    clock.wait(4600.0)

    assert before == pytest.approx(3600.0)
    assert book.wait_s(Purpose.FIRST_LOADS) == 0
    assert book.day().spent == 0


def test_a_rolling_day_gives_calls_back_bit_by_bit(clock):
    book = CallBook(clock, share=0.5)
    book.learn(None, 100, 900.0, is_rolling=True)
    for _ in range(25):
        book.count(Purpose.CHANGES)
    clock.wait(timedelta(hours=12).total_seconds())
    for _ in range(25):
        book.count(Purpose.CHANGES)

    full = book.room(Purpose.PERSON)
    clock.wait(timedelta(hours=13).total_seconds())

    assert full == 0
    assert book.room(Purpose.PERSON) == 25


def test_what_could_not_be_kept_is_handed_over_again(clock):
    book = CallBook(clock)
    book.count(Purpose.CHANGES)
    counts = book.take_unkept()

    book.put_back(counts)

    assert sum(book.take_unkept().values()) == 1
