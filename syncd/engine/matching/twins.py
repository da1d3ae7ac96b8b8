"""The twins of a batch of records, for the rules that ask about them: looked up in a handful of queries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from mappings import to_canonical
from quality import Twin
from quality.dedupe import Matching, Reason
from quality.dedupe.groups import Pair, pair_of
from syncd.engine.matching.pools import points_of_pool, pool_of
from syncd.engine.matching.several import has_several
from syncd.engine.matching.state import KeptState
from syncd.engine.setup import StreamSetup
from syncd.model import Record, Ref, SourceRecord, Stream
from syncd.store import Transaction, TwinRow

#: How probable it is that two records are one, and why.
_Told = tuple[float | None, tuple[Reason, ...]]
_UNTOLD: _Told = (None, ())
#: So many reasons say enough.
_REASONS = 5


def twins_of(tx: Transaction, setup: StreamSetup, records: Sequence[Record]) -> dict[Ref, tuple[Twin, ...]]:
    """Return the twins of those of `records` that have any, as they are kept: records of the same account."""
    found = related(tx, setup, records, lambda ref: ref.account == setup.stream.account)
    return _of_themselves(tx, setup, found) if has_several(setup) else found


def _of_themselves(
    tx: Transaction, setup: StreamSetup, found: Mapping[Ref, tuple[Twin, ...]]
) -> dict[Ref, tuple[Twin, ...]]:
    """Return the twins that are so by what both records say: that both have one counterpart is no word for it."""
    pool = pool_of(tx, setup.stream)
    if pool is None:
        return dict(found)
    points = points_of_pool(pool)
    left = {
        ref: tuple(
            twin if twin.probability >= points.merge_from else replace(twin, is_sure=False)
            for twin in twins
            if twin.probability >= points.ask_from
        )
        for ref, twins in found.items()
    }
    return {ref: twins for ref, twins in left.items() if twins}


def related(
    tx: Transaction, setup: StreamSetup, records: Sequence[Record], is_wanted: Callable[[Ref], bool]
) -> dict[Ref, tuple[Twin, ...]]:
    """Return the records that are, or may be, the same as those of `records`: those that are wanted."""
    by_id = {record.ref.id: record.ref for record in records}
    found = tx.twins.of(setup.stream, list(by_id))
    rows = {one: tuple(row for row in rows if is_wanted(row.ref)) for one, rows in found.items()}
    copies = copies_of(tx, setup, {row.ref for found in rows.values() for row in found})
    told = _told(tx, setup, {_pair(by_id[one], row.ref) for one, found in rows.items() for row in found})
    twins = {
        by_id[one]: tuple(
            _twin(row, copies[row.ref], told[_pair(by_id[one], row.ref)]) for row in found if row.ref in copies
        )
        for one, found in rows.items()
    }
    return {ref: found for ref, found in twins.items() if found}


def _twin(row: TwinRow, record: Record, told: _Told) -> Twin:
    probability, reasons = told
    sentences = tuple(reason.text for reason in reasons[:_REASONS])
    doubt = (row.doubt,) if row.doubt else ()
    return Twin(record, row.probability if probability is None else probability, row.is_sure, (*doubt, *sentences))


def _told(tx: Transaction, setup: StreamSetup, pairs: Collection[Pair]) -> Mapping[Pair, _Told]:
    """Return how probable it is that the two of each pair are one, and why; nothing of records not read anew yet."""
    pool = pool_of(tx, setup.stream)
    if pool is None or not pairs:
        return dict.fromkeys(pairs, _UNTOLD)
    state = KeptState(tx, pool)
    known = state.facts({end for pair in pairs for end in pair})
    whole = [pair for pair in pairs if known.keys() >= set(pair)]
    matching = Matching(pool.kind, state, points_of_pool(pool))
    return dict.fromkeys(pairs, _UNTOLD) | matching.explain(whole)


def _pair(one: Ref, other: Ref) -> Pair:
    return pair_of(str(one), str(other))


def copies_of(tx: Transaction, setup: StreamSetup, refs: Iterable[Ref]) -> Mapping[Ref, Record]:
    """Return what is kept of records of the same kind, whatever their account and object."""
    by_place: dict[tuple[str, str], set[str]] = {}
    for ref in refs:
        by_place.setdefault((ref.account, ref.object), set()).add(ref.id)
    found: dict[Ref, Record] = {}
    for (account, name), ids in sorted(by_place.items()):
        read = _reader(setup, account, name)
        if read is not None:
            stream = Stream(account, name, setup.stream.kind)
            for source in tx.records.read(stream, sorted(ids)).values():
                found[source.ref] = read(source)
    return found


def _reader(setup: StreamSetup, account: str, name: str) -> Callable[[SourceRecord], Record] | None:
    """Return how the records of an object read, of the stream's own account or of one that is linked with it."""
    if account != setup.stream.account:
        peer = setup.peers.get((account, name))
        return None if peer is None else peer.read
    mapping = setup.mapping if name == setup.stream.object else setup.mappings.get(name)
    return None if mapping is None else partial(to_canonical, mapping)
