"""Forgetting people: their values leave every table, and they are known again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import inspect, text

from syncd.model import FixState, Gone
from tests.store.given import CONTACTS, MODIFIED, decided, finding, fix, kept, moved, ref, source

MAILBOX = "zoe.quarrington@example-works.com"


def hold(store, record_id: str = "1") -> str:
    """Keep a record of somebody with all that can be kept of one; return its fix."""
    with store.transaction() as tx:
        row = kept(
            record_id, values={"email": MAILBOX}, findings=(finding(record_id, proposal=MAILBOX, has_proposal=True),)
        )
        tx.records.keep(CONTACTS, [row])
        tx.overrides.keep(CONTACTS, record_id, "email", "email_form", MAILBOX, MODIFIED)
        tx.field_times.keep(CONTACTS, {record_id: {"email": MODIFIED}})
    [one] = decided(store, fix(record_id))
    with store.transaction() as tx:
        tx.archive.keep(CONTACTS, {one.id: source(record_id, email=MAILBOX)})
    moved(store, one.id, FixState.INTENDED, FixState.APPLIED, at=MODIFIED)
    return str(one.id)


def all_cells(store) -> str:
    """Return everything every table holds, as one text."""
    with store.reading() as tx:
        names = inspect(tx.records.connection).get_table_names()
        rows = [tx.records.connection.execute(text(f"SELECT * FROM {name}")).all() for name in names]
    return repr(
        [[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for part in rows for row in part]
    )


def test_no_value_of_somebody_who_is_forgotten_is_left_in_any_table(store):
    hold(store)
    assert "quarrington" in all_cells(store)

    with store.transaction() as tx:
        forgotten = tx.erasures.erase(CONTACTS, "1", [MAILBOX])

    assert forgotten.ids == ("1",)
    assert (forgotten.changes, forgotten.copies) == (1, 1)
    assert "quarrington" not in all_cells(store)


def test_journal_still_tells_that_there_was_a_fix(store):
    fix_id = hold(store)

    with store.transaction() as tx:
        tx.erasures.erase(CONTACTS, "1", [MAILBOX])

    with store.reading() as tx:
        found = tx.journal.find(fix_id)
    assert found is not None
    assert (found.state, found.rules, found.changes) == (FixState.APPLIED, ("email_form",), ())


def test_somebody_forgotten_is_known_again_by_id_and_by_mailbox_and_nobody_else_is(store):
    hold(store)
    with store.transaction() as tx:
        tx.erasures.erase(CONTACTS, "1", [MAILBOX])

    with store.reading() as tx:
        back = tx.erasures.among(CONTACTS, {"1": (), "2": (MAILBOX.upper(),), "3": ("other@example-works.com",)})

    assert back == {"1", "2"}


def test_what_was_merged_into_a_record_is_forgotten_with_it(store):
    hold(store, "1")
    hold(store, "2")
    with store.transaction() as tx:
        tx.records.mark_gone(CONTACTS, [Gone(ref("1"), "2")], MODIFIED)

    with store.transaction() as tx:
        forgotten = tx.erasures.erase(CONTACTS, "2", [MAILBOX])

    assert forgotten.ids == ("2", "1")
    assert "quarrington" not in all_cells(store)


def test_counts_are_those_of_the_others_afterwards(store):
    hold(store, "1")
    hold(store, "2")

    with store.transaction() as tx:
        tx.erasures.erase(CONTACTS, "1")

    with store.reading() as tx:
        assert tx.records.count(CONTACTS) == 1
        assert sum(one.count for one in tx.findings.open_counts()) == 1


def test_forgetting_twice_is_forgetting_once(store):
    hold(store)
    with store.transaction() as tx:
        tx.erasures.erase(CONTACTS, "1", [MAILBOX])
    once = all_cells(store)

    with store.transaction() as tx:
        again = tx.erasures.erase(CONTACTS, "1", [MAILBOX])

    assert (again.changes, again.copies) == (0, 0)
    assert len(all_cells(store)) == len(once)


def test_values_of_records_that_are_gone_and_of_old_fixes_are_let_go_of_in_time(store, clock):
    fix_id = hold(store)
    with store.transaction() as tx:
        tx.records.mark_gone(CONTACTS, [Gone(ref("1"))], clock.now())

    with store.transaction() as tx:
        early = tx.erasures.forget_gone_before(CONTACTS, clock.now() - timedelta(days=1))
        late = tx.erasures.forget_gone_before(CONTACTS, clock.now() + timedelta(days=1))
        old = tx.erasures.forget_history_before(CONTACTS, clock.now() + timedelta(days=1))

    assert (early, late, old) == (0, 1, 1)
    with store.reading() as tx:
        assert tx.records.read(CONTACTS, ["1"], with_gone=True) == {}
        assert tx.journal.find(fix_id).changes == ()
