"""The arrows in the life of a fix: every legal one works, every other one is refused and changes nothing."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from itertools import pairwise, product

import pytest

from syncd.errors import StoreError
from syncd.model import Action, Change, FixState
from syncd.store import ARROWS, OutcomeCount
from tests.store.given import COMPANIES, CONTACTS, change, decided, fix, link_fix, moved, ref, removal_fix

STATES = tuple(FixState)
BEGINNINGS = (FixState.PROPOSED, FixState.APPROVED)


def path_to(state: FixState) -> tuple[FixState, ...]:
    """Return the shortest life that ends in `state`."""
    lives: deque[tuple[FixState, ...]] = deque((beginning,) for beginning in BEGINNINGS)
    while lives:
        life = lives.popleft()
        if life[-1] is state:
            return life
        lives.extend((*life, after) for after in sorted(ARROWS.get(life[-1], ())) if after not in life)
    raise AssertionError(state)


def in_state(store, clock, state: FixState):
    first, *rest = path_to(state)
    (one,) = decided(store, fix(state=first))
    moved(store, one.id, *rest, at=clock.now())
    return one.id


def test_every_state_can_be_reached():
    assert {path_to(state)[-1] for state in STATES} == set(STATES)


@pytest.mark.parametrize(("was", "becomes"), list(product(STATES, STATES)))
def test_only_legal_arrows_are_taken(store, clock, was, becomes):
    fix_id = in_state(store, clock, was)

    def take() -> None:
        with store.transaction() as tx:
            tx.journal.settle([(fix_id, becomes, "why")], clock.now())

    if becomes in ARROWS.get(was, ()):
        take()
        expected = becomes
    else:
        with pytest.raises(StoreError, match=f"is {was.value} and cannot become {becomes.value}"):
            take()
        expected = was

    with store.transaction() as tx:
        assert tx.journal.find(fix_id).state is expected
        entries = tx.journal.events(fix_id)
    assert [entry.became for entry in entries][-1] is expected
    assert all(second.was is first.became for first, second in pairwise(entries))


def test_events_tell_who_did_what_when_and_in_which_run(store, clock):
    (one,) = decided(store, fix(state=FixState.PROPOSED), run="decided-in")
    decided_at = clock.now()
    with store.transaction() as tx:
        assert tx.journal.approve([one.id, "no-such-fix"], "ada") == 1
        assert tx.journal.approve([one.id], "ada") == 0
    later = clock.advance(60)
    moved(store, one.id, FixState.INTENDED, FixState.APPLIED, at=later)

    with store.transaction() as tx:
        told = [(e.at, e.was, e.became, e.by, e.run) for e in tx.journal.events(one.id)]
        settled = tx.journal.find(one.id)

    assert told == [
        (decided_at, None, FixState.PROPOSED, "", "decided-in"),
        (decided_at, FixState.PROPOSED, FixState.APPROVED, "ada", "decided-in"),
        (later, FixState.APPROVED, FixState.INTENDED, "", "run-2"),
        (later, FixState.INTENDED, FixState.APPLIED, "", "run-2"),
    ]
    assert (settled.decided_at, settled.settled_at, settled.run) == (decided_at, later, "run-2")


def test_word_of_a_person_holds_when_the_crm_would_not_take_what_they_approved(store, clock):
    (one,) = decided(store, fix(state=FixState.PROPOSED))
    with store.transaction() as tx:
        tx.journal.approve([one.id], "ada")
    moved(store, one.id, FixState.INTENDED, FixState.APPROVED, at=clock.now())

    decided(store, fix(state=FixState.PROPOSED))

    with store.transaction() as tx:
        assert tx.journal.find(one.id).state is FixState.APPROVED


def test_one_illegal_move_leaves_the_whole_batch_undone(store, clock):
    first, second = decided(store, fix("1"), fix("2"))

    with pytest.raises(StoreError), store.transaction() as tx:  # noqa: PT012 - a transaction is a block
        tx.journal.intend([first.id], "run", clock.now())
        tx.journal.settle([(first.id, FixState.APPLIED, ""), (second.id, FixState.APPLIED, "")], clock.now())

    with store.transaction() as tx:
        assert tx.journal.count(CONTACTS, FixState.APPROVED) == 2
        assert tx.journal.outcome_counts() == [
            OutcomeCount("hubspot-main", "contacts", "email_form", FixState.APPROVED, 2)
        ]


def test_unknown_fix_is_refused_by_name(store, clock):
    with pytest.raises(StoreError, match="holds no fix 'nonsense'"), store.transaction() as tx:
        tx.journal.intend(["nonsense"], "run", clock.now())


def test_unsettled_fixes_tell_since_when_and_come_oldest_first(store, clock):
    first, second, _ = decided(store, fix("1"), fix("2"), fix("3"))
    at = clock.advance(60)
    moved(store, second.id, FixState.INTENDED, FixState.UNKNOWN, at=at)
    moved(store, first.id, FixState.INTENDED, at=at)

    with store.transaction() as tx:
        unsettled = tx.journal.unsettled(CONTACTS)

    assert [(one.id, one.state, one.settled_at) for one in unsettled] == [
        (first.id, FixState.INTENDED, at),
        (second.id, FixState.UNKNOWN, at),
    ]


def test_last_written_is_the_newest_applied_value_until_a_person_changes_it(store, clock):
    (old,) = decided(store, fix("1", change(after="b", before="a"), change("phone", None, "1")))
    moved(store, old.id, FixState.INTENDED, FixState.APPLIED, at=clock.now())
    (_, new) = decided(store, fix("1", change(after="c", before="b")))
    moved(store, new.id, FixState.INTENDED, FixState.APPLIED, at=clock.advance(1))
    (_, _, rejected) = decided(store, fix("1", change(after="d", before="c")))
    moved(store, rejected.id, FixState.INTENDED, FixState.REJECTED, at=clock.advance(1))

    with store.transaction() as tx:
        written = tx.journal.last_written(CONTACTS, ["1", "2"])
        tx.journal.supersede(CONTACTS, [("1", "email"), ("9", "email")])
        left = tx.journal.last_written(CONTACTS, ["1"])

    assert {key: (one.fix_id, one.before, one.after) for key, one in written.items()} == {
        ("1", "email"): (new.id, "b", "c"),
        ("1", "phone"): (old.id, None, "1"),
    }
    assert left.keys() == {("1", "phone")}


def test_links_ever_made_are_told_even_when_taken_away(store, clock):
    one, two = decided(store, link_fix("1", "7"), link_fix("2", "8"))
    moved(store, one.id, FixState.INTENDED, FixState.APPLIED, FixState.UNDONE, at=clock.now())
    moved(store, two.id, FixState.INTENDED, at=clock.now())

    with store.transaction() as tx:
        assert tx.journal.links_made(CONTACTS, ["1", "2", "3"]) == {"1": {ref("7", COMPANIES)}}


def undo_of(one):
    changes = [Change(c.field, c.property, c.after, c.before, c.rules, ("undo",)) for c in one.changes]
    return fix("1", *changes, undoes=one.id)


def test_applied_undo_makes_the_fix_undone_in_the_same_transaction(store, clock):
    (one,) = decided(store, fix())
    moved(store, one.id, FixState.INTENDED, FixState.APPLIED, at=clock.now())
    with store.transaction() as tx:
        (undo,) = tx.journal.add(CONTACTS, [undo_of(one)], "undo-run")
        assert tx.journal.add(CONTACTS, [undo_of(one)], "undo-run") == [undo]  # twice is once
    moved(store, undo, FixState.INTENDED, FixState.APPLIED, at=clock.now())

    with store.transaction() as tx:
        assert tx.journal.find(one.id).state is FixState.UNDONE
        assert tx.journal.find(undo).undoes == one.id
        assert tx.journal.add(CONTACTS, [undo_of(one)], "again") == [undo]
        standing = tx.journal.last_written(CONTACTS, ["1"])["1", "email"]
        assert (standing.fix_id, standing.after, standing.undoes) == (undo, "A@X.COM", one.id)
        assert tx.journal.count_written_since(CONTACTS, clock.now()) == 2


def test_fix_that_was_never_written_cannot_be_taken_back(store):
    (one,) = decided(store, fix())

    with pytest.raises(StoreError, match="cannot be taken back: it is approved"), store.transaction() as tx:
        tx.journal.add(CONTACTS, [undo_of(one)], "run")


def test_parts_of_a_fix_are_taken_back_one_by_one_and_each_once(store, clock):
    city = Change("city", "city", "ULM", "Ulm", ("city_case",), ("so",))
    email = Change("email", "email", "A@X.COM", "a@x.com", ("email_form",), ("so",))
    (one,) = decided(store, fix("1", city, email))
    moved(store, one.id, FixState.INTENDED, FixState.APPLIED, at=clock.now())
    whole = undo_of(one)
    parts = [replace(whole, changes=(change,)) for change in whole.changes]

    with store.transaction() as tx:
        (of_city,) = tx.journal.add(CONTACTS, [parts[0]], "undo-run")
        again = tx.journal.add(CONTACTS, [parts[0]], "undo-run")
        (of_email,) = tx.journal.add(CONTACTS, [parts[1]], "undo-run")
        of_both = tx.journal.add(CONTACTS, [whole], "undo-run")
    moved(store, of_city, FixState.INTENDED, FixState.APPLIED, at=clock.now())
    with store.transaction() as tx:
        halfway = tx.journal.find(one.id).state
        (later,) = tx.journal.add(CONTACTS, [parts[0]], "once more")
    moved(store, of_email, FixState.INTENDED, FixState.APPLIED, at=clock.now())

    assert again == [of_city]
    assert of_email != of_city
    assert of_both[0] in {of_city, of_email}
    assert (halfway, later not in {of_city, of_email}) == (FixState.APPLIED, True)
    with store.transaction() as tx:
        assert tx.journal.find(one.id).state is FixState.UNDONE
        assert tx.journal.add(CONTACTS, [parts[1]], "at last") != []


def test_failed_undo_can_be_tried_again(store, clock):
    (one,) = decided(store, fix())
    moved(store, one.id, FixState.INTENDED, FixState.APPLIED, at=clock.now())
    with store.transaction() as tx:
        (first,) = tx.journal.add(CONTACTS, [undo_of(one)], "run")
    moved(store, first, FixState.INTENDED, FixState.REJECTED, at=clock.now())

    with store.transaction() as tx:
        (second,) = tx.journal.add(CONTACTS, [undo_of(one)], "run")

    assert second != first


def test_fixes_are_selected_by_stream_state_rule_run_and_record(store, clock):
    both = change("phone", "1", "2", rules=("email_form", "phone_e164"))
    one, two, three = decided(store, fix("1"), fix("2", both), fix("3", state=FixState.PROPOSED))
    moved(store, one.id, FixState.INTENDED, at=clock.now())

    def found(**by):
        with store.transaction() as tx:
            return [fix.id for fix in tx.journal.select(**by)]

    assert found() == [one.id, two.id, three.id]
    assert found(rule="phone_e164") == [two.id]
    assert found(rule="phone_e16_") == []  # a name, not a pattern
    assert found(states=(FixState.PROPOSED, FixState.INTENDED)) == [one.id, three.id]
    assert found(run="run-2") == [one.id]
    assert found(ref=ref("2")) == [two.id]
    assert found(limit=1, after=one.id) == [two.id]
    with store.transaction() as tx:
        assert tx.journal.count_approved(CONTACTS) == {(Action.UPDATE, ("email_form", "phone_e164")): 1}


def test_write_of_one_property_leaves_our_value_of_another_standing(store, clock):
    (first,) = decided(store, fix("1", change("phone", "1", "2")))
    moved(store, first.id, FixState.INTENDED, FixState.APPLIED, at=clock.now())
    second = next(one for one in decided(store, fix("1", change("email"))) if one.id != first.id)
    moved(store, second.id, FixState.INTENDED, FixState.APPLIED, at=clock.now())

    with store.reading() as tx:
        standing = tx.journal.last_written(CONTACTS, ["1"])

    assert {name: one.fix_id for (_, name), one in standing.items()} == {"phone": first.id, "email": second.id}


def test_undo_that_finds_its_value_there_already_ends_our_claim_on_the_field(store, clock):
    (one,) = decided(store, fix())
    moved(store, one.id, FixState.INTENDED, FixState.APPLIED, at=clock.now())
    with store.transaction() as tx:
        (undo,) = tx.journal.add(CONTACTS, [undo_of(one)], "undo-run")

    moved(store, undo, FixState.INTENDED, FixState.ALREADY_TRUE, at=clock.now())

    with store.reading() as tx:
        assert tx.journal.find(one.id).state is FixState.UNDONE
        assert tx.journal.last_written(CONTACTS, ["1"]) == {}
    with store.transaction() as tx:
        assert tx.journal.add(CONTACTS, [undo_of(one)], "again") == [undo]


def test_what_is_open_about_a_record_that_is_gone_is_dropped_but_what_would_bring_it_back(store, clock):
    (update,) = decided(store, fix("1"))
    (removal,) = decided(store, removal_fix("2"))
    (undone,) = decided(store, fix("3"))
    (removed,) = decided(store, removal_fix("4"))
    (linking,) = decided(store, link_fix("5", company="1"))  # to a company that has the number of a person
    for written in (undone, removed):
        moved(store, written.id, FixState.INTENDED, FixState.APPLIED, at=clock.now())
    with store.transaction() as tx:
        (undo,) = tx.journal.add(CONTACTS, [undo_of(undone)], "undo-run")
        back = replace(removal_fix("4"), undoes=removed.id, rules=(), reasons=("undo",))
        (bringing,) = tx.journal.add(CONTACTS, [back], "undo-run")

    with store.transaction() as tx:
        count = tx.journal.drop_open(CONTACTS, ["1", "2", "3", "4"], clock.now())
        states = {one: tx.journal.find(one).state for one in (update.id, removal.id, undo, bringing, linking.id)}

    assert count == 3
    assert states == {
        update.id: FixState.STALE,
        removal.id: FixState.STALE,
        undo: FixState.STALE,
        bringing: FixState.APPROVED,
        linking.id: FixState.APPROVED,
    }
