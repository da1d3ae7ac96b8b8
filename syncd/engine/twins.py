"""The twins of a batch of records, for the rules that ask about them: looked up in a handful of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mappings import to_canonical
from quality import Twin
from syncd.engine.setup import StreamSetup
from syncd.model import Record, Ref, Stream
from syncd.store import Transaction, TwinRow


def twins_of(tx: Transaction, setup: StreamSetup, records: Sequence[Record]) -> dict[Ref, tuple[Twin, ...]]:
    """Return the twins of those of `records` that have any, as they are kept."""
    by_id = {record.ref.id: record.ref for record in records}
    rows = tx.twins.of(setup.stream, list(by_id))
    copies = _copies(tx, setup, (row.ref for found in rows.values() for row in found))
    twins = {
        by_id[record_id]: tuple(_twin(row, copies[row.ref]) for row in found if row.ref in copies)
        for record_id, found in rows.items()
    }
    return {ref: found for ref, found in twins.items() if found}


def _twin(row: TwinRow, record: Record) -> Twin:
    return Twin(record, row.probability, row.is_sure, (row.doubt,) if row.doubt else ())


def _copies(tx: Transaction, setup: StreamSetup, refs: Iterable[Ref]) -> Mapping[Ref, Record]:
    """Return what is kept of records of the same kind, whatever their object."""
    by_object: dict[str, set[str]] = {}
    for ref in refs:
        by_object.setdefault(ref.object, set()).add(ref.id)
    found: dict[Ref, Record] = {}
    for name, ids in sorted(by_object.items()):
        mapping = setup.mapping if name == setup.stream.object else setup.mappings.get(name)
        if mapping is not None:
            stream = Stream(setup.stream.account, name, setup.stream.kind)
            for source in tx.records.read(stream, sorted(ids)).values():
                found[source.ref] = to_canonical(mapping, source)
    return found
