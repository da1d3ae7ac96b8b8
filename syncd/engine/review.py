"""A person's word on proposed fixes. On a merge it is also a word on two records, and is kept for good.

Merges of linked accounts that are one plan are decided on as one: said of one, said of all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from syncd.engine.merging.linked_records import Known
from syncd.engine.merging.plans import with_mates
from syncd.model import Fix, FixState, Ref, Stream
from syncd.store import Transaction

_OPEN = frozenset({FixState.PROPOSED, FixState.APPROVED})


def approve(tx: Transaction, streams: Collection[Stream], fix_ids: Collection[str], by: str) -> int:
    """Approve the proposed ones among `fix_ids`; return how many there were. Matching learns from approved merges."""
    fix_ids = with_mates(tx, map(Known, streams), fix_ids)
    for fix, stream, into in _merges(tx, streams, fix_ids):
        if fix.state is FixState.PROPOSED:
            tx.twins.confirm(stream, fix.ref.id, into.id, by=by)
    return tx.journal.approve(fix_ids, by)


def dismiss(tx: Transaction, streams: Collection[Stream], fix_ids: Collection[str], by: str, why: str) -> int:
    """Dismiss the open ones among `fix_ids`, for good; return how many there were.

    The two records of a dismissed merge are kept apart for ever, and so is whatever they are merged into.
    """
    fix_ids = with_mates(tx, map(Known, streams), fix_ids)
    for fix, stream, into in _merges(tx, streams, fix_ids):
        if fix.state in _OPEN:
            tx.twins.keep_apart(stream, fix.ref.id, into.id, by=by)
    return tx.journal.dismiss(fix_ids, by, why)


def _merges(
    tx: Transaction, streams: Collection[Stream], fix_ids: Collection[str]
) -> Iterator[tuple[Fix, Stream, Ref]]:
    """Yield the merges among fixes with their streams, and the records that stay."""
    by_object = {(stream.account, stream.object): stream for stream in streams}
    for fix in tx.journal.merges(fix_ids):
        stream = by_object.get((fix.ref.account, fix.ref.object))
        if stream is not None and fix.into is not None:
            yield fix, stream, fix.into
