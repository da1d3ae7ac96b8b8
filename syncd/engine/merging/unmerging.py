"""Undoing merges: the record that went is brought back, or made anew, and each of the two gets what was its own.

An undo has two steps, and what the first brings back is kept before the second begins: a process that dies in between
finds that record again and does not bring back another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connectors.protocol import Merged
from syncd.engine.merging.merging import read_back
from syncd.engine.merging.preserving import unmark
from syncd.engine.reading.keep import keep_gone, keep_records
from syncd.engine.setup import StreamPass
from syncd.model import Fix, FixState, Outcome, Ref
from syncd.store import Transaction

#: Why a merge cannot be undone any more.
NO_COPIES = "the copies of both records are not kept any more"
#: Copies that an undo needs: of the record that went, and of the one that stayed.
_BOTH = 2


def write_unmerges(work: StreamPass, fixes: Sequence[Fix]) -> None:
    """Undo merges, one after the other; those whose copies are gone stay as they are."""
    with work.tools.store.transaction() as tx:
        lost = [fix for fix in fixes if not has_copies(tx, fix.undoes)]
        moment = work.tools.clock.now()
        tx.journal.settle([(fix.id, FixState.STALE, NO_COPIES) for fix in lost], moment)
        tx.journal.intend([fix.id for fix in fixes if fix not in lost], work.run, moment)
    for fix in fixes:
        if fix in lost:
            _tell(work, fix, Outcome(fix.id, FixState.STALE, NO_COPIES))
        else:
            carry_on(work, replace(fix, state=FixState.INTENDED))


def has_copies(tx: Transaction, merge: str) -> bool:
    """Return whether both records of a merge are still kept as they were."""
    return len(tx.archive.pairs([merge]).get(merge, {})) == _BOTH


def carry_on(work: StreamPass, fix: Fix) -> None:
    """Do what is left to do of an undo that is journalled; a lost answer leaves the rest to recovery."""
    with work.tools.store.reading() as tx:
        one = _merged(tx, work, fix)
        current = tx.aliases.current(work.stream, fix.ref.id)
    connector, name = work.setup.connector, work.stream.object
    if current not in {one.went.ref.id, one.at.id}:
        # An earlier life brought it back, under a new id.
        one = replace(one, back=Ref(one.at.account, name, current))
    else:
        [revived] = connector.revive(name, [one])
        if revived.state is not FixState.APPLIED or revived.record is None:
            _settle(work, fix, one, revived)
            return
        one = replace(one, back=revived.record.ref)
        _keep_id(work, one, revived.record.ref.id)
    unmarked = unmark(work, fix, one)
    if unmarked is not None and unmarked.state is not FixState.APPLIED:
        _settle(work, fix, one, unmarked)
        return
    [parted] = connector.part(name, [one])
    _settle(work, fix, one, parted)


def _merged(tx: Transaction, work: StreamPass, fix: Fix) -> Merged:
    """Return what an undo takes apart, with the copies that were made before the merge."""
    merge = tx.journal.find(fix.undoes)
    assert merge is not None  # noqa: S101 - a fix outlives its undo
    copies = tx.archive.pairs([merge.id])[merge.id]
    at = tx.aliases.current(work.stream, fix.changed.id)
    written = {change.property: change.before for change in fix.changes}
    stayed = Ref(fix.ref.account, fix.ref.object, at)
    return Merged(fix.id, copies[merge.ref.id], copies[merge.changed.id], stayed, written)


def _keep_id(work: StreamPass, one: Merged, back: str) -> None:
    """Keep under which id the record is back, before anything else happens."""
    with work.tools.store.transaction() as tx:
        if back == one.went.ref.id:
            tx.aliases.forget(work.stream, back)
        else:
            tx.aliases.keep(work.stream, one.went.ref.id, back)


def _settle(work: StreamPass, fix: Fix, one: Merged, outcome: Outcome) -> None:
    """Journal what became of an undo, keep both records as they are now, and keep them apart for ever."""
    if outcome.state is FixState.UNKNOWN and fix.state is FixState.UNKNOWN:
        return
    is_done = outcome.state is FixState.APPLIED and one.back is not None
    ids = [one.at.id, *([one.back.id] if one.back is not None else [])]
    reading = read_back(work.setup, ids)
    with work.tools.store.transaction() as tx:
        tx.journal.settle([(fix.id, outcome.state, outcome.detail)], work.tools.clock.now())
        if is_done and one.back is not None:
            tx.twins.keep_apart(work.stream, one.at.id, one.back.id, by="undo")
        keep_gone(work, tx, reading.gone)
        keep_records(work, tx, reading.records)
    _tell(work, fix, outcome)


def _tell(work: StreamPass, fix: Fix, outcome: Outcome) -> None:
    work.tally.settled(outcome.state)
    work.tools.telemetry.fix_settled(work.stream, replace(fix, detail=outcome.detail), outcome.state)
