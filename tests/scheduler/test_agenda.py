"""What an account does next: the urgent first, nothing for ever last, nothing that has to wait."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.day import Day
from connectors.purpose import Purpose
from syncd.model import Stream
from syncd.scheduler import (
    Ask,
    Habit,
    Kind,
    Reason,
    Schedule,
    beyond,
    choose,
    passed_over,
    planned_calls,
    stretch,
    why_not,
)
from syncd.scheduler.agenda import PATIENCE
from syncd.scheduler.plan import MOST

CONTACTS = Stream("main", "contacts", "person")
#: One ask of each kind, as the daemon makes them.
APPROVED = Ask(Kind.APPROVED, Purpose.PERSON, (CONTACTS,))
PASS = Ask(Kind.PASS, Purpose.CHANGES, (CONTACTS,))
LATE = Ask(Kind.PASS, Purpose.LATE, (CONTACTS,))
SWEEP = Ask(Kind.SWEEP, Purpose.SWEEPS, (CONTACTS,))
LOAD = Ask(Kind.LOAD, Purpose.FIRST_LOADS, (CONTACTS,), is_heavy=True)

asks = st.lists(st.sampled_from([APPROVED, PASS, LATE, SWEEP, LOAD]), max_size=5, unique_by=lambda ask: ask.kind)
passed = st.dictionaries(st.sampled_from(Kind), st.integers(0, PATIENCE - 1))
rooms = st.integers(-5, 5).map(lambda step: lambda purpose: step - purpose.rank / 2)


def plenty(_purpose):
    return math.inf


@given(asks, passed, st.booleans(), rooms)
def test_the_most_urgent_of_what_may_be_done_is_done_first(given_asks, before, is_quiet, room):
    chosen = choose(given_asks, room, is_quiet=is_quiet, passed=before)

    able = [ask for ask in given_asks if why_not(ask, room, is_quiet=is_quiet) is None]
    assert (chosen is None) == (not able)
    assert chosen is None or chosen.purpose.rank == min(ask.purpose.rank for ask in able)


@given(asks, st.dictionaries(st.sampled_from(Kind), st.integers(0, 100)), st.booleans(), rooms)
def test_nothing_is_done_that_has_to_wait_and_nobody_who_waits_in_person_is_passed_over(
    given_asks, before, is_quiet, room
):
    chosen = choose(given_asks, room, is_quiet=is_quiet, passed=before)

    if chosen is not None:
        assert why_not(chosen, room, is_quiet=is_quiet) is None
        assert APPROVED not in given_asks or room(Purpose.PERSON) <= 0 or chosen is APPROVED


@given(st.lists(st.sampled_from([PASS, LATE]), min_size=40, max_size=80))
def test_nothing_starves_behind_passes_that_are_always_due(due):
    before: dict[Kind, int] = {}
    done = []

    for one in due:
        able = [one, SWEEP, LOAD]
        chosen = choose(able, plenty, is_quiet=True, passed=before)
        assert chosen is not None
        before = passed_over(able, chosen, before)
        done.append(chosen.kind)

    for start in range(0, len(done) - 2 * (PATIENCE + 2), PATIENCE):
        assert {Kind.SWEEP, Kind.LOAD, Kind.PASS} <= {*done[start : start + 2 * (PATIENCE + 2)]}


def test_heavy_work_waits_for_quiet_hours_and_changes_do_not():
    assert why_not(LOAD, plenty, is_quiet=False) is Reason.QUIET_HOURS
    assert choose([LOAD, PASS], plenty, is_quiet=False, passed={Kind.LOAD: 99}) is PASS


def test_what_the_day_has_no_calls_for_waits():
    def scarce(purpose):
        return 5 - purpose.rank

    assert why_not(LOAD, scarce, is_quiet=True) is Reason.DAILY_BUDGET
    assert choose([LOAD, LATE], scarce, is_quiet=True, passed={}) is LATE


@given(st.floats(0, 1e7), st.floats(0, 1e7), st.floats(0, 1e7))
def test_fewer_calls_never_mean_more_looks(planned, room, more):
    assert 1.0 <= stretch(planned, room + more) <= stretch(planned, room) <= MOST


def test_calls_that_would_be_gone_by_noon_are_made_to_last():
    habits = [Habit(every_s=60, calls_a_pass=2), Habit(every_s=60, sweep_calls_a_day=240)]

    planned = planned_calls(habits, seconds_left=36_000)

    assert planned == pytest.approx({Purpose.CHANGES: 1_800, Purpose.SWEEPS: 100})
    assert stretch(planned[Purpose.CHANGES], room=600) == pytest.approx(3.0)
    assert stretch(planned[Purpose.CHANGES], math.inf) == 1.0


def test_a_day_that_rolls_has_room_for_a_first_load_however_steadily_changes_are_read():
    steady = {Purpose.CHANGES: 5_760}
    planned = planned_calls([Habit(every_s=60)] * 4, seconds_left=86_400)

    day = Day(15_000, 8_000, steady, share=0.5, planned=beyond(planned, steady))

    assert stretch(planned[Purpose.CHANGES], Day(15_000, share=0.5).room(Purpose.CHANGES)) == 1.0
    assert day.room(Purpose.FIRST_LOADS) == 240


def test_turns_of_an_account_whose_calls_are_scarce_are_longer():
    class Setup:
        stream, every_s = CONTACTS, 60.0

    schedule = Schedule(stretched={"main": 3.0})
    schedule.begin([Setup()], 0.0)

    assert [len(schedule.due([Setup()], now)) for now in (60.0, 179.0, 180.0)] == [0, 0, 1]
