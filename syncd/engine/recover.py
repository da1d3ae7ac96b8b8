"""What was sent and never answered is settled by reading the record back, never by sending again blindly."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from syncd.engine.compare import Comparison, Standing, compare
from syncd.engine.keep import keep_gone, keep_records
from syncd.engine.people import is_same, leave_to_person, settle_undos
from syncd.engine.setup import StreamPass, Tools
from syncd.model import Fix, FixState
from syncd.store import Transaction

#: Fixes read back in one call.
BATCH = 100

#: What an unanswered write turns out to be. BEFORE: it never arrived, and is decided on again from there. That is only
#: believed of a record nobody has touched since; otherwise it may have arrived and been set back.
SETTLED = {
    Standing.AFTER: (FixState.APPLIED, "read back: the CRM holds it"),
    Standing.BEFORE: (FixState.APPROVED, "read back: it never arrived"),
    Standing.OTHER: (FixState.STALE, "read back: the record has changed since"),
    Standing.GONE: (FixState.STALE, "the record is gone"),
}
#: Some of its fields hold what was written: it arrived, and whoever changed the others since has overruled it there.
PARTLY = (FixState.APPLIED, "read back: it was written, and changed since in part")
SET_BACK = (FixState.STALE, "read back: it may have been written and set back; left to a person")


def recover(work: StreamPass) -> None:
    """Settle every intended or unknown fix of the stream that is old enough to be judged."""
    with work.tools.store.reading() as tx:
        unsettled = tx.journal.unsettled(work.stream)
    if not unsettled:
        return
    _wait_for_the_youngest(work.tools, unsettled)
    for start in range(0, len(unsettled), BATCH):
        fixes = unsettled[start : start + BATCH]
        settle_by(work, fixes, compare(work.setup, fixes))


def settle_by(work: StreamPass, fixes: Sequence[Fix], comparison: Comparison) -> None:
    """Settle fixes by how their records stand now, and keep those records."""
    now = work.tools.clock.now()
    with work.tools.store.transaction() as tx:
        touched = _touched_since(work, tx, comparison)
        outcomes = [(fix.id, *_end_of(fix, comparison, touched)) for fix in fixes]
        tx.journal.settle(outcomes, now)
        for fix, (_, _, detail) in zip(fixes, outcomes, strict=True):
            if detail == SET_BACK[1]:
                leave_to_person(tx, work.setup, fix, comparison.records[fix.ref.id], now)
        settle_undos(tx, work.setup, [(fix, end[1]) for fix, end in zip(fixes, outcomes, strict=True)], now)
        keep_records(work, tx, list(comparison.records.values()))
        keep_gone(work, tx, comparison.gone)
    for fix, (_, state, _) in zip(fixes, outcomes, strict=True):
        if state is not FixState.APPROVED:
            work.tally.settled(state)
            work.tools.telemetry.fix_settled(work.stream, fix, state)


def _end_of(fix: Fix, comparison: Comparison, touched: Collection[str]) -> tuple[FixState, str]:
    """Say what became of an unanswered fix."""
    standing = comparison.standing[fix.id]
    if not fix.changes or standing in {Standing.AFTER, Standing.GONE}:
        return SETTLED[standing]
    values = comparison.records[fix.ref.id].values
    if any(is_same(values.get(change.property), change.after) for change in fix.changes):
        return PARTLY
    if fix.ref.id in touched and any(is_same(values.get(one.property), one.before) for one in fix.changes):
        return SET_BACK
    return SETTLED[standing]


def _touched_since(work: StreamPass, tx: Transaction, comparison: Comparison) -> frozenset[str]:
    """Return the records that were changed, by whomever, after they were read for the write."""
    held = tx.records.versions(work.stream, list(comparison.records))
    records = comparison.records.items()
    return frozenset(key for key, record in records if record.modified_at > held.get(key, record.modified_at))


def _wait_for_the_youngest(tools: Tools, unsettled: Sequence[Fix]) -> None:
    """Give the CRM time to finish what it may still be doing: a write read back too early looks as if it never was."""
    moments = [moment for fix in unsettled if (moment := fix.settled_at or fix.decided_at) is not None]
    if moments:
        left = max(moments) + timedelta(seconds=tools.settle_after_s) - tools.clock.now()
        tools.clock.wait(min(left.total_seconds(), tools.settle_after_s), tools.stop)
