"""What became of merges that nobody heard of again: both ids are asked for, and they tell.

Records that answer under one id are one. Where the values of a merge are written by a second call, one that was never
sent or answered is made up for, unless somebody has taken back what it wrote. An undo that was cut short goes on where
it was, for each of its steps looks first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.protocol import Merged
from syncd.engine.guarding.compare import Standing
from syncd.engine.merging.merging import Pairs, ids_of, read_back, settle
from syncd.engine.merging.preserving import carry_on as preserving_goes_on
from syncd.engine.merging.unmerging import carry_on
from syncd.engine.reading.keep import keep_gone, keep_records
from syncd.engine.setup import StreamPass
from syncd.model import Fix, FixState, Outcome, Ref, SourceRecord

#: Merges read back together.
BATCH = 10
Copies = Mapping[str, SourceRecord]

_NEVER = (FixState.APPROVED, "read back: it never arrived")
_GONE = (FixState.STALE, "read back: one of the records is gone")
_ELSEWHERE = (FixState.STALE, "read back: one of the records was merged with another one")
_DOUBTFUL = (FixState.STALE, "read back: it may have been merged and brought back; left to a person")
_UNCOPIED = (FixState.STALE, "read back: the copies of both records are missing; left to a person")


def recover_merges(work: StreamPass, fixes: Sequence[Fix]) -> None:
    """Settle unanswered merges, and go on with undos of merges."""
    undos = [fix for fix in fixes if fix.undoes]
    preserving = [fix for fix in fixes if not fix.undoes and fix.ending is not None]
    merges = [fix for fix in fixes if not fix.undoes and fix.ending is None]
    with work.tools.store.reading() as tx:
        copies = tx.archive.pairs([fix.id for fix in preserving])
    for fix in preserving:
        preserving_goes_on(work, fix, copies[fix.id])
    for start in range(0, len(merges), BATCH):
        _recover(work, merges[start : start + BATCH])
    for fix in undos:
        carry_on(work, fix)


def _recover(work: StreamPass, fixes: Sequence[Fix]) -> None:
    pairs = Pairs.of(work.setup.connector.whole(work.setup.stream.object, ids_of(fixes)))
    with work.tools.store.reading() as tx:
        copies = tx.archive.pairs([fix.id for fix in fixes])
    joined = [fix for fix in fixes if pairs.standing(fix) is Standing.AFTER and len(copies.get(fix.id, {})) > 1]
    others = [fix for fix in fixes if fix not in joined]
    _settle_others(work, others, pairs, copies)
    merged = [_merged(fix, pairs, copies[fix.id]) for fix in joined]
    outcomes = work.setup.connector.finish_merges(work.setup.stream.object, merged) if merged else []
    # One that still has no answer keeps its state, and is looked at again by the next pass.
    known = [_read_back(one) for one in outcomes if one.state is not FixState.UNKNOWN]
    settle(work, [fix for fix in joined if fix.id in {one.fix for one in known}], known)


def _settle_others(work: StreamPass, fixes: Sequence[Fix], pairs: Pairs, copies: Mapping[str, Copies]) -> None:
    """Settle merges that did not happen, or that nobody can tell of any more."""
    if not fixes:
        return
    ends = [(fix.id, *_end_of(fix, pairs, copies.get(fix.id, {}))) for fix in fixes]
    there = [at for fix in fixes for id_ in (fix.ref.id, fix.changed.id) if (at := pairs.answering(id_)) is not None]
    reading = read_back(work.setup, there)
    moment = work.tools.clock.now()
    with work.tools.store.transaction() as tx:
        tx.journal.settle(ends, moment)
        for fix, (_, *end) in zip(fixes, ends, strict=True):
            if tuple(end) == _DOUBTFUL:
                tx.twins.keep_apart(work.stream, fix.ref.id, fix.changed.id)
        keep_gone(work, tx, [*pairs.gone.values(), *reading.gone])
        # Records of merges that are sent again are kept when they are compared: judging them now would decide anew.
        settled = {id_ for fix, end in zip(fixes, ends, strict=True) if end[1:] != _NEVER for id_ in ids_of([fix])}
        keep_records(work, tx, [record for record in reading.records if record.ref.id in settled])
    for fix, (_, state, _) in zip(fixes, ends, strict=True):
        if state is not FixState.APPROVED:
            work.tally.settled(state)
            work.tools.telemetry.fix_settled(work.stream, fix, state)


def _end_of(fix: Fix, pairs: Pairs, copies: Copies) -> tuple[FixState, str]:
    standing = pairs.standing(fix)
    if standing is Standing.AFTER:
        return _UNCOPIED
    if standing is Standing.GONE:
        return _GONE
    if standing is Standing.OTHER:
        return _ELSEWHERE
    # A merge changes both records. One that is as it was shows that there was none, even none that was taken back.
    is_as_it_was = [id_ in copies and pairs.records[id_].values == copies[id_].values for id_ in ids_of([fix])]
    return _NEVER if any(is_as_it_was) else _DOUBTFUL


def _merged(fix: Fix, pairs: Pairs, copies: Copies) -> Merged:
    at = pairs.answering(fix.changed.id) or fix.changed.id
    written = {change.property: change.after for change in fix.changes}
    stayed = Ref(fix.changed.account, fix.changed.object, at)
    return Merged(fix.id, copies[fix.ref.id], copies[fix.changed.id], stayed, written)


def _read_back(outcome: Outcome) -> Outcome:
    detail = "; ".join(part for part in ("read back: they are one record", outcome.detail) if part)
    return Outcome(outcome.fix, outcome.state, detail, outcome.record, outcome.gone)
