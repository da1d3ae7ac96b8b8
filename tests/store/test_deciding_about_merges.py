"""A merge touches two records as a whole, and a no to it holds for the pair."""

from __future__ import annotations

import pytest

from syncd.model import FixState
from syncd.store import Decided
from tests.store.given import CONTACTS, MODIFIED, change, decided, fix, link_fix, merge_fix, moved, removal_fix

PHONE = change("phone", None, "+14155550100", ("duplicate",))


def decide(store, *fixes, judged=()):
    with store.transaction() as tx:
        return tx.journal.decide(CONTACTS, judged or [one.ref.id for one in fixes], fixes, "run")


def test_merge_is_kept_with_the_values_of_the_record_that_stays(store):
    (one,) = decided(store, merge_fix("1", "2", PHONE, state=FixState.PROPOSED))

    again = decide(store, merge_fix("1", "2", PHONE, state=FixState.PROPOSED))

    assert (one.ref.id, one.into.id, one.changed.id, one.changes) == ("1", "2", "2", (PHONE,))
    assert again == Decided(kept=1)


@pytest.mark.parametrize("wanted", [merge_fix("1", "2"), merge_fix("2", "1"), merge_fix("1", "2", PHONE)])
def test_dismissed_merge_is_not_proposed_again_whoever_would_stay(store, wanted):
    (one,) = decided(store, merge_fix("1", "2"))
    with store.transaction() as tx:
        tx.journal.dismiss([one.id], "ada", "two people")

    assert decide(store, wanted) == Decided(dismissed=1)
    assert decide(store, merge_fix("1", "3")) == Decided(approved=1)


def test_dismissed_merge_takes_nothing_from_updates_and_links_of_its_records(store):
    (one,) = decided(store, merge_fix("1", "2", PHONE))
    with store.transaction() as tx:
        tx.journal.dismiss([one.id], "ada", "two people")

    told = decide(store, fix("2", PHONE), link_fix("1", "2"), removal_fix("2"))

    assert told == Decided(approved=3)


@pytest.mark.parametrize("wanted", [fix("1"), fix("2"), merge_fix("3", "2"), merge_fix("2", "3"), merge_fix("1", "3"),
                                    removal_fix("2"), link_fix("1")])  # fmt: skip
def test_whatever_touches_a_record_of_a_merge_under_way_waits(store, wanted):
    (one,) = decided(store, merge_fix("1", "2"))
    moved(store, one.id, FixState.INTENDED, at=MODIFIED)

    assert decide(store, wanted) == Decided(waiting=1)
    assert decide(store, fix("4")) == Decided(approved=1)


@pytest.mark.parametrize("busy", ["1", "2"])
def test_merge_waits_as_long_as_anything_of_either_record_is_under_way(store, busy):
    (one,) = decided(store, fix(busy))
    moved(store, one.id, FixState.INTENDED, at=MODIFIED)

    assert decide(store, merge_fix("1", "2"), judged=["1"]) == Decided(waiting=1)


def test_nobody_tidies_a_record_whose_merge_is_approved(store):
    decide(store, merge_fix("1", "2"), fix("1"))

    with store.transaction() as tx:
        assert [one.action.value for one in tx.journal.select(stream=CONTACTS)] == ["merge"]


def test_record_whose_merge_is_only_proposed_is_tidied_until_a_person_approves(store):
    first = decide(store, merge_fix("1", "2", state=FixState.PROPOSED), fix("1"))
    with store.transaction() as tx:
        merge = next(one for one in tx.journal.select(stream=CONTACTS) if one.into is not None)
        tx.journal.approve([merge.id], "ada")

    second = decide(store, merge_fix("1", "2", state=FixState.PROPOSED), fix("1"))

    assert first == Decided(proposed=1, approved=1)
    assert second == Decided(kept=1, dropped=1)


def test_records_that_were_merged_or_said_not_to_be_one_are_parted(store):
    first, second, third = decided(store, merge_fix("1", "2"), merge_fix("3", "4"), merge_fix("5", "6"))
    moved(store, first.id, FixState.INTENDED, FixState.APPLIED, at=MODIFIED)
    with store.transaction() as tx:
        tx.journal.dismiss([second.id], "ada", "two people")

    with store.transaction() as tx:
        found = tx.journal.parted(CONTACTS, ["1", "2", "4", "5"])

    assert found == {"1": {"2"}, "2": {"1"}, "3": {"4"}, "4": {"3"}}
    assert third.state is FixState.APPROVED
