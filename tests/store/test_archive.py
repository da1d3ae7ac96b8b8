"""Copies of what was removed, and what the journal says of removals."""

from __future__ import annotations

from datetime import timedelta

from syncd.model import FixState
from tests.store.given import CONTACTS, MODIFIED, decided, link_fix, moved, removal_fix, source


def test_copy_comes_back_as_it_was_even_when_made_twice(store):
    [fix] = decided(store, removal_fix())
    first, second = source(email="a@x.com"), source(email="A@X.COM", note=None, employees=250)
    with store.transaction() as tx:
        tx.archive.keep(CONTACTS, {fix.id: first})
        tx.archive.keep(CONTACTS, {fix.id: second})

    with store.reading() as tx:
        assert tx.archive.of([fix.id, "unknown"]) == {fix.id: second}


def test_copies_are_let_go_of_when_their_time_is_over(store, clock):
    [fix] = decided(store, removal_fix())
    with store.transaction() as tx:
        tx.archive.keep(CONTACTS, {fix.id: source()})

    with store.transaction() as tx:
        assert tx.archive.forget_before(CONTACTS, clock.now() - timedelta(days=1)) == 0
        assert tx.archive.forget_before(CONTACTS, clock.now() + timedelta(days=1)) == 1
        assert tx.archive.of([fix.id]) == {}


def test_removal_wanted_twice_is_one_fix(store):
    [once] = decided(store, removal_fix())

    assert decided(store, removal_fix()) == [once]


def test_removal_that_a_person_dismissed_is_not_proposed_again(store, clock):
    [fix] = decided(store, removal_fix(state=FixState.PROPOSED))
    moved(store, fix.id, FixState.DISMISSED, at=clock.now())

    assert [one.state for one in decided(store, removal_fix(), link_fix())] == [FixState.DISMISSED, FixState.APPROVED]


def test_removal_on_its_way_keeps_a_second_one_waiting(store, clock):
    [fix] = decided(store, removal_fix())
    moved(store, fix.id, FixState.INTENDED, at=clock.now())

    assert [one.id for one in decided(store, removal_fix())] == [fix.id]


def test_removed_records_are_known_for_good(store, clock):
    [fix] = decided(store, removal_fix())
    moved(store, fix.id, FixState.INTENDED, FixState.APPLIED, at=MODIFIED)

    with store.reading() as tx:
        assert tx.journal.removed(CONTACTS, ["1", "2"]) == {"1"}
