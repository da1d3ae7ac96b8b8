"""What was sent and never answered is settled by reading the record back, never by sending again blindly.

A record that holds what was sent was written. One that does not may have been written all the same, and changed again
by somebody before we could look: then nothing is sent again. Which of the two it is only the CRM can tell, from what it
remembers of its records; where it cannot, a field that looks as if nothing had happened is left to a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from syncd.engine.guarding.compare import Comparison, Standing, compare
from syncd.engine.guarding.guard import is_stopped
from syncd.engine.judging.people import is_same, leave_to_person, settle_undos
from syncd.engine.merging.recovery import recover_merges
from syncd.engine.reading.keep import keep_gone, keep_records
from syncd.engine.setup import StreamPass, Tools
from syncd.engine.writing.creating import recover_creates
from syncd.model import Action, Fix, FixState, Update

#: Fixes read back in one call.
BATCH = 100

#: What an unanswered write turns out to be, as far as the record shows. BEFORE: it is decided on again from there.
SETTLED = {
    Standing.AFTER: (FixState.APPLIED, "read back: the CRM holds it"),
    Standing.BEFORE: (FixState.APPROVED, "read back: it never arrived"),
    Standing.OTHER: (FixState.STALE, "read back: the record has changed since"),
    Standing.GONE: (FixState.STALE, "the record is gone; whether it was written before that is not known"),
}
#: It arrived, and what somebody has changed since is theirs: keeping the record notices that.
OVERRULED = (FixState.APPLIED, "read back: it was written, and changed since")
#: Some of its fields hold what was written, and nothing says that somebody else wrote that.
PARTLY = (FixState.APPLIED, "read back: it was written, and changed since in part")
#: Nobody can tell whether it was written and set back, or never arrived.
DOUBTFUL = (FixState.STALE, "read back: it may have been written and set back; left to a person")


def recover(work: StreamPass) -> None:
    """Settle every intended or unknown fix of the stream that is old enough to be judged."""
    with work.tools.store.reading() as tx:
        unsettled = tx.journal.unsettled(work.stream)
    if not unsettled:
        return
    _wait_for_the_youngest(work.tools, unsettled)
    if not is_stopped(work):
        # What is left to do of a merge or of its undo is written: the switch holds for that, too.
        recover_merges(work, [fix for fix in unsettled if fix.action is Action.MERGE])
    recover_creates(work, [fix for fix in unsettled if fix.makes])
    unsettled = [fix for fix in unsettled if fix.action is not Action.MERGE and not fix.makes]
    for start in range(0, len(unsettled), BATCH):
        fixes = unsettled[start : start + BATCH]
        comparison = compare(work.setup, fixes)
        settle_by(work, fixes, comparison, _arrived(work, fixes, comparison))


def settle_by(work: StreamPass, fixes: Sequence[Fix], comparison: Comparison, arrived: Mapping[str, bool]) -> None:
    """Settle fixes by how their records stand now and what the CRM tells of them, and keep those records."""
    now = work.tools.clock.now()
    with work.tools.store.transaction() as tx:
        ends = [(fix, *_end_of(fix, comparison, arrived.get(fix.id))) for fix in fixes]
        tx.journal.settle([(fix.id, state, detail) for fix, state, detail in ends], now)
        for fix, state, detail in ends:
            if (state, detail) == DOUBTFUL:
                leave_to_person(tx, work.setup, fix, comparison.records[fix.ref.id], now)
        settle_undos(tx, work.setup, [(fix, state) for fix, state, _ in ends], now)
        keep_records(work, tx, list(comparison.records.values()))
        keep_gone(work, tx, comparison.gone)
    for fix, state, _ in ends:
        if state is not FixState.APPROVED:
            work.tally.settled(state)
            work.tools.telemetry.fix_settled(work.stream, fix, state)


def _arrived(work: StreamPass, fixes: Sequence[Fix], comparison: Comparison) -> Mapping[str, bool]:
    """Ask the CRM about the fixes whose records do not show what was sent; by fix, where it can tell.

    The version in the store is the one each write was based on: nothing reads a record between intending and this.
    """
    asked = [
        fix
        for fix in fixes
        if not _is_told_by_standing(fix) and comparison.standing[fix.id] in {Standing.BEFORE, Standing.OTHER}
    ]
    if not asked:
        return {}
    with work.tools.store.reading() as tx:
        held = tx.records.versions(work.stream, [fix.ref.id for fix in asked])
    updates = [
        Update(fix.id, fix.ref, {one.property: one.after for one in fix.changes}) for fix in asked if fix.changes
    ]
    told = work.setup.connector.arrived(work.stream.object, updates, held) if updates else {}
    # Histories do not tell of removals: a record that was touched since may have been removed and brought back.
    records, going = comparison.records, [fix for fix in asked if fix.removes]
    untouched = {one.id: False for one in going if records[one.ref.id].modified_at == held.get(one.ref.id)}
    return {**told, **untouched}


def _end_of(fix: Fix, comparison: Comparison, has_arrived: bool | None) -> tuple[FixState, str]:  # noqa: FBT001 - an answer
    """Say what became of an unanswered fix; `has_arrived` is None where the CRM could not tell."""
    standing = comparison.standing[fix.id]
    if _is_told_by_standing(fix) or standing in {Standing.AFTER, Standing.GONE}:
        return SETTLED[standing]
    if has_arrived is not None:
        return OVERRULED if has_arrived else SETTLED[standing]
    values = comparison.records[fix.ref.id].values
    if any(is_same(values.get(one.property), one.after) for one in fix.changes):
        return PARTLY
    if fix.removes or any(is_same(values.get(one.property), one.before) for one in fix.changes):
        return DOUBTFUL
    return SETTLED[standing]


def _is_told_by_standing(fix: Fix) -> bool:
    """Return whether it does no harm to send a fix again: a link that is there stays, a restored record is there."""
    return fix.action is Action.LINK or (fix.action is Action.ARCHIVE and bool(fix.undoes))


def _wait_for_the_youngest(tools: Tools, unsettled: Sequence[Fix]) -> None:
    """Give the CRM time to finish what it may still be doing: a write read back too early looks as if it never was."""
    moments = [moment for fix in unsettled if (moment := fix.settled_at or fix.decided_at) is not None]
    if moments:
        left = max(moments) + timedelta(seconds=tools.settle_after_s) - tools.clock.now()
        tools.clock.wait(min(left.total_seconds(), tools.settle_after_s), tools.stop)
