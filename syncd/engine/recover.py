"""What was sent and never answered is settled by reading the record back, never by sending again blindly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from syncd.engine.compare import Comparison, Standing, compare
from syncd.engine.keep import keep_gone, keep_records
from syncd.engine.people import settle_undos
from syncd.engine.setup import StreamPass, Tools
from syncd.model import Fix, FixState

#: Fixes read back in one call.
BATCH = 100

#: What an unanswered write turns out to be. BEFORE: it never arrived, and is decided on again from there.
SETTLED = {
    Standing.AFTER: (FixState.APPLIED, "read back: the CRM holds it"),
    Standing.BEFORE: (FixState.APPROVED, "read back: it never arrived"),
    Standing.OTHER: (FixState.STALE, "read back: the record has changed since"),
    Standing.GONE: (FixState.STALE, "the record is gone"),
}


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
    outcomes = [(fix.id, *SETTLED[comparison.standing[fix.id]]) for fix in fixes]
    now = work.tools.clock.now()
    with work.tools.store.transaction() as tx:
        tx.journal.settle(outcomes, now)
        settle_undos(tx, work.setup, [(fix, end[1]) for fix, end in zip(fixes, outcomes, strict=True)], now)
        keep_records(work, tx, list(comparison.records.values()))
        keep_gone(work, tx, comparison.gone)
    for fix, (_, state, _) in zip(fixes, outcomes, strict=True):
        if state is not FixState.APPROVED:
            work.tally.settled(state)
            work.tools.telemetry.fix_settled(work.stream, fix, state)


def _wait_for_the_youngest(tools: Tools, unsettled: Sequence[Fix]) -> None:
    """Give the CRM time to finish what it may still be doing: a write read back too early looks as if it never was."""
    moments = [moment for fix in unsettled if (moment := fix.settled_at or fix.decided_at) is not None]
    if moments:
        left = max(moments) + timedelta(seconds=tools.settle_after_s) - tools.clock.now()
        tools.clock.wait(min(left.total_seconds(), tools.settle_after_s), tools.stop)
