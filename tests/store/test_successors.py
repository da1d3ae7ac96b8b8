"""What was known of a record goes on being known of the one that took its place, and undone merges stay undone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from syncd.model import Action, Change, Fix, FixState, Gone, Ref
from tests.store.given import CONTACTS


def ref(id_: str) -> Ref:
    return Ref(CONTACTS.account, CONTACTS.object, id_)


def merge(goes: str, stays: str, **more: Any) -> Fix:
    changes = (Change("city", "city", None, "Lyon", ("duplicate",)),)
    fix = Fix("", ref(goes), Action.MERGE, FixState.APPROVED, changes, rules=("duplicate",), into=ref(stays))
    return replace(fix, **more)


def update(record: str) -> Fix:
    changes = (Change("phone", "phone", "1", "2", ("phone_form",)),)
    return Fix("", ref(record), Action.UPDATE, FixState.APPROVED, changes, rules=("phone_form",))


def put(store, *fixes: Fix) -> list[str]:
    with store.transaction() as tx:
        ids: list[str] = tx.journal.add(CONTACTS, fixes, "run")
    return ids


def settled(store, clock, fix: str, state: FixState = FixState.APPLIED) -> None:
    with store.transaction() as tx:
        tx.journal.intend([fix], "run", clock.now())
        tx.journal.settle([(fix, state, "")], clock.now())


def test_what_waits_for_a_record_waits_for_the_one_that_took_its_place(store):
    into, out_of, tidy, other = put(store, merge("2", "1"), merge("1", "3"), update("1"), update("4"))

    with store.transaction() as tx:
        tx.successors.follow(CONTACTS, "1", "9")
        found = [tx.journal.find(fix) for fix in (into, out_of, tidy, other)]

    assert [fix.ref.id for fix in found] == ["2", "9", "9", "4"]
    assert [fix.into.id if fix.into else "" for fix in found] == ["9", "3", "", ""]
    assert {fix.state for fix in found} == {FixState.APPROVED}


def test_our_values_and_those_of_people_are_known_under_the_new_id(store, clock):
    [tidy] = put(store, update("1"))
    settled(store, clock, tidy)
    with store.transaction() as tx:
        tx.overrides.keep(CONTACTS, "1", "country", "country_form", "Germany", clock.now())

    with store.transaction() as tx:
        tx.successors.follow(CONTACTS, "1", "9")

    with store.reading() as tx:
        assert tx.journal.last_written(CONTACTS, ["1", "9"]).keys() == {("9", "phone")}
        assert tx.overrides.of(CONTACTS, ["1", "9"]) == {("9", "country", "country_form"): "Germany"}


def test_record_made_anew_by_an_undo_is_not_lost_to_what_the_crm_goes_on_saying(store, clock):
    [done] = put(store, merge("2", "1"))
    settled(store, clock, done)
    [undo] = put(store, merge("2", "1", undoes=done))
    with store.transaction() as tx:
        tx.journal.intend([undo], "run", clock.now())
        tx.aliases.keep(CONTACTS, "2", "7")

    with store.transaction() as tx:
        tx.records.mark_gone(CONTACTS, [Gone(ref("2"), "1")], clock.now())
        assert tx.aliases.current(CONTACTS, "2") == "7"


def test_undo_that_waits_outlives_the_news_that_its_record_is_gone(store, clock):
    [done] = put(store, merge("2", "1"))
    settled(store, clock, done)
    [undo] = put(store, merge("2", "1", undoes=done))

    with store.transaction() as tx:
        tx.records.mark_gone(CONTACTS, [Gone(ref("2"), "1")], clock.now())

    with store.reading() as tx:
        assert tx.journal.find(undo).state is FixState.APPROVED


def test_record_is_the_same_where_our_merges_led_it_and_not_where_it_was_merged_away(store, clock):
    [done] = put(store, merge("2", "1"))
    settled(store, clock, done)
    with store.transaction() as tx:
        tx.aliases.keep_all(CONTACTS, {"1": "9", "2": "9", "5": "6"})

    with store.reading() as tx:
        assert [tx.successors.same(CONTACTS, one) for one in ("1", "2", "5", "8")] == ["9", "2", "5", "8"]


def test_record_that_is_back_under_its_own_id_leads_nowhere_else(store):
    with store.transaction() as tx:
        tx.aliases.keep(CONTACTS, "2", "1")
        tx.aliases.forget(CONTACTS, "2")
        assert tx.aliases.current(CONTACTS, "2") == "2"
