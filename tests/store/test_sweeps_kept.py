"""How far a look through a stream is, what it came to, and the ids it compares with, on both databases."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.store import Look, SweepState
from tests.store.given import CONTACTS, kept


def test_a_look_goes_on_where_it_was_and_leaves_what_it_came_to(store, clock):
    begun = clock.now()
    with store.transaction() as tx:
        nothing = tx.sweeps.of(CONTACTS)
        tx.sweeps.go_on(CONTACTS, Look(begun, "401", "400", "run-1", 100, 1, {"new": 1}))

    with store.transaction() as tx:
        half = tx.sweeps.of(CONTACTS)
        look = half.under_way
        tx.sweeps.want(CONTACTS)
        tx.sweeps.end(CONTACTS, look.add({"new": 1, "link": 2}), 7)
        tx.sweeps.counted(CONTACTS, 9)
        whole = tx.sweeps.of(CONTACTS)

    assert nothing == SweepState()
    assert half == SweepState(Look(begun, "401", "400", "run-1", 100, 1, {"new": 1}))
    assert (whole.under_way, whole.gap, whole.last_gap, whole.is_wanted) == (None, 7, 9, False)
    assert (whole.last.seen, whole.last.calls, whole.last.caught) == (100, 1, {"new": 2, "link": 2})


def test_what_was_caught_adds_up_by_what_caught_it(store):
    for by, caught in (("overlap", {"new": 2, "change": 0}), ("sweep", {"new": 1}), ("overlap", {"new": 3})):
        with store.transaction() as tx:
            tx.sweeps.catch(CONTACTS, by, caught)

    with store.reading() as tx:
        assert tx.sweeps.caught(CONTACTS) == {("overlap", "new"): 5, ("sweep", "new"): 1}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(1, 12_000), max_size=30), st.integers(0, 12_000), st.none() | st.integers(1, 12_000))
def test_ids_between_two_are_those_between_them_as_numbers(store, ids, behind, up_to):
    with store.transaction() as tx:
        live = {int(one) for one in tx.records.ids(CONTACTS, "", 100_000)}
        tx.records.keep(CONTACTS, [kept(str(number)) for number in ids])
        found = tx.records.ids_between(CONTACTS, str(behind) if behind else "", None if up_to is None else str(up_to))

    wanted = {one for one in ids | live if one > behind and (up_to is None or one <= up_to)}
    assert sorted(map(int, found)) == sorted(wanted)
