"""Where somebody is in the store beside their live record."""

from __future__ import annotations

from datetime import timedelta

from syncd.model import Change, FixState, Gone
from syncd.store import Mark
from tests.store.given import CONTACTS, MODIFIED, decided, fix, kept, moved, ref

MAILBOX = "zoe.quarrington@example-works.com"


def written(field: str = "email", before: str | None = None, rule: str = "email_form") -> Change:
    return Change(field, field, before, MAILBOX, (rule,), ("given",))


def test_record_of_which_only_the_journal_tells_is_found_by_its_address_and_no_live_one_is(store):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept("1"), kept("2")])
    decided(store, fix("1", written(before=MAILBOX.upper())), fix("2", written(before=MAILBOX)))
    with store.transaction() as tx:
        tx.records.mark_gone(CONTACTS, [Gone(ref("1"))], MODIFIED)
        tx.erasures.forget_gone_before(CONTACTS, MODIFIED + timedelta(days=1))

    with store.reading() as tx:
        copies = list(tx.traces.gone_copies(CONTACTS))
        found = tx.traces.not_live_with(CONTACTS, "email", {MAILBOX})

    assert copies == []
    assert found == {"1"}


def test_what_was_carried_over_is_known_by_where_it_came_from_and_leaves_the_journal_of_who_got_it(store):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept("1"), kept("2"), kept("3")])
        told = Mark(MAILBOX, MODIFIED, origin=ref("1"))
        other = Mark("berlin", MODIFIED, origin=ref("3"))
        tx.value_marks.keep(CONTACTS, {"2": {"email": [told], "city": [other]}})
    [settled] = decided(store, fix("2", written(rule="authority")))
    moved(store, settled.id, FixState.INTENDED, FixState.APPLIED, at=MODIFIED)
    [waiting] = [one for one in decided(store, fix("2", written("phone", rule="authority"))) if one.id != settled.id]

    with store.transaction() as tx:
        carried = tx.traces.carried_from([CONTACTS], {ref("1")})
        count = tx.traces.silence_carried({**carried, ref("2"): None}, "authority")

    assert carried == {ref("2"): {"email"}}
    assert count == 2
    with store.reading() as tx:
        assert tx.value_marks.of(CONTACTS, ["2"]) == {"2": {"city": (other,)}}
        fixes = [tx.journal.find(one.id) for one in (settled, waiting)]
    assert [(one.state, one.changes) for one in fixes] == [(FixState.APPLIED, ()), (FixState.STALE, ())]
