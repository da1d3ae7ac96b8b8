"""Accounts that know each other's records choose for themselves, and all choose alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.survivorship import Wishes, linked_survivor
from syncd.model import Record, Ref, Value

_NOW = datetime(2026, 3, 1, tzinfo=UTC)
WISHES = Wishes()


def record(account: str, key: str, *, names: str = "", age: int = 0, **values: Value) -> Record:
    """Return a record that holds the id of its counterpart."""
    held = {**values, **({"linked_id": names} if names else {})}
    name = {"hub": "contacts", "sf": "Contact"}[account]
    return Record(Ref(account, name, key), "person", held, {}, _NOW - timedelta(days=age))


def chosen(mine: list[Record], theirs: list[Record]) -> str:
    """Return the id of the record that stays."""
    stays = linked_survivor(mine, theirs, WISHES)
    return stays.ref.id if stays is not None else ""


def test_without_a_known_link_nothing_is_said():
    assert chosen([record("hub", "1"), record("hub", "2")], [record("sf", "x")]) == ""


def test_the_one_a_known_id_names_stays_though_another_is_better():
    best = record("hub", "1", age=900, deals_count=7)

    assert chosen([best, record("hub", "2", names="x")], [record("sf", "x")]) == "2"


def test_of_two_linked_pairs_the_one_with_the_best_record_stays_on_either_side():
    here = [record("hub", "1", names="x", age=9), record("hub", "2", names="y")]
    there = [record("sf", "x"), record("sf", "y", deals_count=3)]

    assert (chosen(here, there), chosen(there, here)) == ("2", "y")


def test_whoever_must_not_go_decides_for_the_other_account():
    wishes = Wishes(must_stay=("x_portal",))
    here = [record("hub", "1", names="x", age=9), record("hub", "2", names="y")]
    there = [record("sf", "x", deals_count=3), record("sf", "y", x_portal=True)]

    stays = linked_survivor(here, there, wishes)

    assert stays is not None
    assert stays.ref.id == "2"


@given(st.data())
def test_both_accounts_keep_records_that_are_linked_with_each_other(data):
    def some(account: str) -> list[Record]:
        ages = data.draw(st.lists(st.integers(0, 5), min_size=2, max_size=4))
        deals = [data.draw(st.integers(0, 2)) for _ in ages]
        return [
            record(account, f"{account}{place}", age=age, deals_count=deals[place]) for place, age in enumerate(ages)
        ]

    here, there = some("hub"), some("sf")
    count = data.draw(st.integers(1, min(len(here), len(there))))
    order = data.draw(st.permutations(there))[:count]
    linked = [Record(one.ref, one.kind, {**one.values, "linked_id": other.ref.id}, {}, one.created_at)
              for one, other in zip(here, order, strict=False)]  # fmt: skip
    here = linked + here[count:]
    pairs = {(one.ref.id, other.ref.id) for one, other in zip(linked, order, strict=True)}

    ours, theirs = chosen(here, there), chosen(there, here)

    assert (ours, theirs) in pairs
    assert chosen(here[::-1], there[::-1]) == ours


@pytest.mark.parametrize("held", [7, None])
def test_an_id_that_is_no_text_names_nobody(held):
    odd = Record(Ref("hub", "contacts", "1"), "person", {"linked_id": held}, {}, _NOW)

    assert chosen([odd], [record("sf", "7")]) == ""
