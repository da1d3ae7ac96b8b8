"""Records that are to be made: one under a key, whoever wants it and how often."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.errors import StoreError
from syncd.model import Action, Change, Fix, FixState, Link, Ref
from tests.store.given import COMPANIES, CONTACTS, MODIFIED, kept, ref

HERE = Ref(CONTACTS.account, CONTACTS.object, "")


def making(email: str = "ada@acme.com", key: str = "test 1", state: FixState = FixState.APPROVED, **rest) -> Fix:
    changes = (Change("email", "email", None, email, ("made",), ("given",)),)
    return Fix("", HERE, Action.CREATE, state, changes, rules=("made",), reasons=("wanted",), key=key, **rest)


def want(store, *fixes: Fix, by: str = ""):
    with store.transaction() as tx:
        return tx.creations.want(CONTACTS, fixes, "run", by=by)


def settle(store, fix: str, *states: FixState, record: str = "") -> None:
    with store.transaction() as tx:
        for state in states:
            if state is FixState.APPLIED:
                tx.creations.name(fix, record)
            if state is FixState.INTENDED:
                tx.journal.intend([fix], "run", MODIFIED)
            else:
                tx.journal.settle([(fix, state, "")], MODIFIED)


def found(store, fix: str) -> Fix:
    with store.reading() as tx:
        kept = tx.journal.find(fix)
    assert isinstance(kept, Fix)
    return kept


def test_what_is_to_be_made_comes_back_as_it_was_with_a_name_of_its_own(store):
    given = making(cause=ref("7", COMPANIES), ties=(Link(ref("7", COMPANIES), "primary"),))
    with store.transaction() as tx:
        tx.records.keep(COMPANIES, [kept("7", COMPANIES)])

    made = want(store, given)["test 1"]

    held = found(store, made.fix)
    assert (made.state, made.is_new) == (FixState.APPROVED, True)
    assert held.ref.id == f"new-{made.fix}"
    assert replace(held, id="", ref=HERE, run="", decided_at=None) == given


@pytest.mark.parametrize(
    ("end", "again", "state"),
    [
        ((), making(), FixState.APPROVED),
        ((FixState.INTENDED,), making("other@acme.com"), FixState.INTENDED),
        ((FixState.INTENDED, FixState.UNKNOWN), making("other@acme.com"), FixState.UNKNOWN),
        ((FixState.INTENDED, FixState.APPLIED), making("other@acme.com"), FixState.APPLIED),
        ((FixState.INTENDED, FixState.REJECTED), making(), FixState.REJECTED),
    ],
)
def test_nothing_is_made_twice_under_one_key(store, end, again, state):
    first = want(store, making())["test 1"]
    settle(store, first.fix, *end, record="9")

    second = want(store, again)["test 1"]

    assert (second.fix, second.state, second.is_new) == (first.fix, state, False)


@pytest.mark.parametrize(
    ("end", "again"),
    [
        ((), making("other@acme.com")),
        ((FixState.STALE,), making()),
        ((FixState.INTENDED, FixState.REJECTED), making("other@acme.com")),
    ],
)
def test_what_came_to_nothing_or_is_another_matter_by_now_is_wanted_anew(store, end, again):
    first = want(store, making())["test 1"]
    settle(store, first.fix, *end)

    second = want(store, again)["test 1"]

    assert second.fix != first.fix
    assert second.state is FixState.APPROVED
    assert found(store, first.fix).state in {FixState.STALE, FixState.REJECTED}


def test_a_proposal_is_approved_by_a_mode_that_writes_and_what_a_person_approved_is_not_replaced(store):
    first = want(store, making(state=FixState.PROPOSED))["test 1"]
    second = want(store, making(state=FixState.PROPOSED, key="test 2"))["test 2"]
    with store.transaction() as tx:
        tx.journal.approve([second.fix], "ada")

    by_mode = want(store, making())["test 1"]
    by_person = want(store, making("other@acme.com", key="test 2"))["test 2"]

    assert (by_mode.fix, by_mode.state) == (first.fix, FixState.APPROVED)
    assert (by_person.fix, by_person.state) == (second.fix, FixState.APPROVED)


def test_what_is_for_a_record_that_is_gone_or_not_wanted_any_more_is_dropped(store):
    with store.transaction() as tx:
        tx.records.keep(COMPANIES, [kept("7", COMPANIES), kept("8", COMPANIES)])
    made = want(store, making(cause=ref("7", COMPANIES)), making(key="test 2", cause=ref("8", COMPANIES)))

    with store.transaction() as tx:
        dropped = tx.creations.drop([ref("8", COMPANIES)], CONTACTS, "test", set(), "not any more")
        tx.journal.drop_open(COMPANIES, ["7"], MODIFIED)

    assert dropped == 1
    assert [found(store, one.fix).detail for one in made.values()] == [
        "the record it would be made for is gone",
        "not any more",
    ]


def test_who_is_forgotten_is_forgotten_in_what_was_made_for_them(store):
    with store.transaction() as tx:
        tx.records.keep(COMPANIES, [kept("7", COMPANIES)])
    fix = want(store, making(cause=ref("7", COMPANIES)))["test 1"].fix

    with store.transaction() as tx:
        tx.erasures.erase(COMPANIES, "7")

    held = found(store, fix)
    assert (held.state, held.changes) == (FixState.STALE, ())


def test_whether_a_record_was_made_is_for_a_person_to_say_where_nobody_can_tell(store):
    fix = want(store, making())["test 1"].fix
    settle(store, fix, FixState.INTENDED, FixState.UNKNOWN)

    with store.transaction() as tx:
        count = tx.journal.dismiss([fix], "ada", "it was not")

    assert count == 1
    assert want(store, making("other@acme.com"))["test 1"].state is FixState.DISMISSED


def test_without_a_key_nothing_is_made(store):
    with pytest.raises(StoreError, match="under a key"):
        want(store, making(key=""))
