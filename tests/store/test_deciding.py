"""A new judgement and the fixes that are open already."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.errors import StoreError
from syncd.model import FixState
from syncd.store import Decided
from tests.store.given import CONTACTS, change, decided, fix, link_fix, moved

WANTED = st.lists(
    st.builds(
        lambda record, name, after, state: fix(record, change(name, "old", after), state=state),
        st.sampled_from(["1", "2", "3"]),
        st.sampled_from(["email", "phone"]),
        st.sampled_from(["x", "y"]),
        st.sampled_from([FixState.PROPOSED, FixState.APPROVED]),
    ),
    max_size=3,
    unique_by=lambda one: (one.ref.id, one.changes[0].property),
)


def decide(store, *fixes, judged=("1",), run="run"):
    with store.transaction() as tx:
        return tx.journal.decide(CONTACTS, judged, fixes, run)


def states(store, record="1"):
    with store.transaction() as tx:
        return [one.state for one in tx.journal.select(stream=CONTACTS) if one.ref.id == record]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WANTED, min_size=1, max_size=4))
def test_deciding_twice_decides_nothing_new(store, rounds):
    for wanted in rounds:
        decide(store, *wanted, judged=("1", "2", "3"))

        again = decide(store, *wanted, judged=("1", "2", "3"))

        assert again == Decided(kept=len(wanted))
    with store.transaction() as tx:
        is_open = (FixState.PROPOSED, FixState.APPROVED)
        held = {(f.ref.id, f.changes[0].property, f.changes[0].after) for f in tx.journal.select(states=is_open)}
    assert held == {(f.ref.id, f.changes[0].property, f.changes[0].after) for f in rounds[-1]}


def test_new_fixes_get_ids_that_sort_by_time(store, clock):
    first, second = decided(store, fix("1"), link_fix("2"))
    clock.advance(1)
    (third,) = decided(store, fix("3"))

    assert first.id < second.id < third.id
    assert len(first.id) == 15
    assert second.link is not None
    assert second.link.to.id == "7"


def test_open_fix_that_is_not_wanted_any_more_is_stale(store):
    (one,) = decided(store, fix("1"))
    decided(store, fix("2"))

    told = decide(store, judged=("1",))

    assert told == Decided(dropped=1)
    with store.transaction() as tx:
        assert (tx.journal.find(one.id).state, tx.journal.find(one.id).detail) == (FixState.STALE, "no longer needed")
    assert states(store, "2") == [FixState.APPROVED]


def test_proposed_fix_is_approved_when_its_rules_may_write(store):
    decided(store, fix(state=FixState.PROPOSED))

    told = decide(store, fix(state=FixState.APPROVED))

    assert told == Decided(upgraded=1)
    assert states(store) == [FixState.APPROVED]


def test_fix_approved_by_its_rules_is_proposed_anew_when_they_may_no_longer_write(store):
    decided(store, fix(state=FixState.APPROVED))

    told = decide(store, fix(state=FixState.PROPOSED))

    assert told == Decided(proposed=1, dropped=1)
    assert states(store) == [FixState.STALE, FixState.PROPOSED]


def test_approval_by_a_person_is_never_taken_back(store):
    (one,) = decided(store, fix(state=FixState.PROPOSED))
    with store.transaction() as tx:
        tx.journal.approve([one.id], "ada")

    told = decide(store, fix(state=FixState.PROPOSED))

    assert told == Decided(kept=1)
    assert states(store) == [FixState.APPROVED]


def test_dismissed_change_is_not_proposed_again_even_beside_others(store):
    (one,) = decided(store, fix(state=FixState.PROPOSED))
    with store.transaction() as tx:
        assert tx.journal.dismiss([one.id], "ada", "she likes it so") == 1
        assert tx.journal.dismiss([one.id], "ada", "twice") == 0

    alone = decide(store, fix())
    beside = decide(store, fix("1", change(), change("phone", "1", "2")))

    assert alone == Decided(dismissed=1)
    assert beside == Decided(approved=1)
    with store.transaction() as tx:
        (left,) = tx.journal.approved(CONTACTS, 10)
        assert [one.property for one in left.changes] == ["phone"]
    assert decide(store, fix("1", change(), change("phone", "1", "2"))) == Decided(kept=1)


def test_dismissed_change_may_be_proposed_from_another_value(store):
    (one,) = decided(store, fix())
    moved(store, one.id, FixState.DISMISSED, at=one.decided_at)

    told = decide(store, fix("1", change(before="a@X.com")))

    assert told == Decided(approved=1)


def test_dismissed_link_is_not_proposed_again(store):
    (one,) = decided(store, link_fix())
    moved(store, one.id, FixState.DISMISSED, at=one.decided_at)

    assert decide(store, link_fix()) == Decided(dismissed=1)
    assert decide(store, link_fix(company="8")) == Decided(approved=1)


@pytest.mark.parametrize("path", [(FixState.INTENDED,), (FixState.INTENDED, FixState.UNKNOWN)])
def test_fix_in_flight_makes_others_for_its_fields_wait(store, path):
    (one,) = decided(store, fix())
    moved(store, one.id, *path, at=one.decided_at)

    told = decide(store, fix("1", change(after="other")), fix("1", change("phone", "1", "2")))

    assert told == Decided(approved=1, waiting=1)
    assert states(store) == [path[-1], FixState.APPROVED]


def test_open_undo_is_neither_dropped_nor_worked_against(store):
    (one,) = decided(store, fix())
    moved(store, one.id, FixState.INTENDED, FixState.APPLIED, at=one.decided_at)
    back = fix("1", change(before="a@x.com", after="A@X.COM"), undoes=one.id)
    with store.transaction() as tx:
        tx.journal.add(CONTACTS, [back], "run")

    told = decide(store, fix("1", change(before="a@x.com", after="b@x.com")))

    assert told == Decided(waiting=1)
    assert states(store) == [FixState.APPLIED, FixState.APPROVED]


def test_fix_never_begins_in_the_middle_of_its_life(store):
    with pytest.raises(StoreError, match="not as applied"):
        decide(store, replace(fix(), state=FixState.APPLIED))


def test_deciding_about_clean_records_takes_two_statements_a_batch(store):
    decided(store, fix("1"))
    with store.transaction() as tx:
        tx.journal.decide(CONTACTS, [], [], "run")  # the stream's number is known from here on
        statements: list[str] = []
        listen(tx, statements)

        tx.journal.decide(CONTACTS, [str(number) for number in range(5000, 5900)], [], "run")

    # Their fixes, and those that merge another record into them because a person turned the merge round.
    assert len(statements) == 2


def listen(tx, statements):
    from sqlalchemy import event

    event.listen(
        tx.journal.connection, "before_cursor_execute", lambda _c, _u, statement, *_: statements.append(statement)
    )
