"""What people said of pairs is remembered for ever, and for whatever a record is merged into."""

from __future__ import annotations

import pytest

from syncd.model import Gone
from tests.store.given import COMPANIES, CONTACTS, kept, ref


@pytest.fixture
def merged_twice(store):
    """1 and 2 are not one; then 1 was merged into 5, and 5 into 6."""
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept(record_id) for record_id in "1256"])
        tx.twins.keep_apart(CONTACTS, "1", "2", by="ada")
        tx.records.mark_gone(CONTACTS, [Gone(ref("1"), "5")], tx.records.now)
        tx.records.mark_gone(CONTACTS, [Gone(ref("5"), "6")], tx.records.now)
    return store


def test_pair_is_kept_apart_from_both_ends(store):
    with store.transaction() as tx:
        tx.twins.keep_apart(CONTACTS, "2", "1", by="ada")

    with store.reading() as tx:
        assert tx.twins.is_apart(CONTACTS, "1", "2")
        assert tx.twins.is_apart(CONTACTS, "2", "1")
        assert not tx.twins.is_apart(CONTACTS, "1", "3")


def test_what_a_record_is_merged_into_is_kept_apart_from_the_same(merged_twice):
    with merged_twice.reading() as tx:
        assert tx.twins.is_apart(CONTACTS, "6", "2")
        assert tx.twins.is_apart(CONTACTS, "2", "6")


def test_word_about_a_record_that_was_merged_away_counts_for_its_successor(merged_twice):
    with merged_twice.transaction() as tx:
        tx.records.keep(CONTACTS, [kept("9")])
        tx.twins.keep_apart(CONTACTS, "9", "1")

    with merged_twice.reading() as tx:
        assert tx.twins.is_apart(CONTACTS, "6", "9")


def test_record_is_not_kept_apart_from_itself_when_somebody_merges_the_pair_all_the_same(store):
    with store.transaction() as tx:
        tx.twins.keep_apart(CONTACTS, "1", "2")
        tx.records.mark_gone(CONTACTS, [Gone(ref("1"), "2")], tx.records.now)

    with store.reading() as tx:
        assert not tx.twins.is_apart(CONTACTS, "2", "2")


def test_yes_keeps_nobody_apart(store):
    with store.transaction() as tx:
        tx.twins.confirm(CONTACTS, "1", "2", by="ada")

    with store.reading() as tx:
        assert not tx.twins.is_apart(CONTACTS, "1", "2")


def test_records_are_due_until_they_were_judged(store):
    with store.transaction() as tx:
        tx.twins.wake(CONTACTS, ["2", "1"])
        tx.twins.wake(CONTACTS, ["1", "3"])

    with store.transaction() as tx:
        due = tx.twins.due(CONTACTS, 10)
        tx.twins.done(CONTACTS, ["1", "3"])

    assert due == ["1", "2", "3"]
    with store.reading() as tx:
        assert tx.twins.due(CONTACTS, 10) == ["2"]
        assert tx.twins.due(COMPANIES, 10) == []


def test_nobody_has_twins_before_anything_was_matched(store):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept("1")])

        assert tx.twins.of(CONTACTS, ["1"]) == {}
        assert tx.twins.group_counts(CONTACTS).groups == 0
