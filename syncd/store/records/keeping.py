"""Writing judged records: only what differs from what is held is written, and the counts follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xxhash
from sqlalchemy import Connection, Table, and_, bindparam, delete, select

from syncd.model import Finding, Maker, SourceRecord
from syncd.store import schema
from syncd.store.columns.packing import pack, pack_links, unpack
from syncd.store.columns.types import storable
from syncd.store.findings.rows import Batch, drop_findings, keep_findings
from syncd.store.matching.words import want_matching
from syncd.store.records.golden_shares import drop_shares
from syncd.store.rows.counts import Difference, filled_names, origin_of
from syncd.store.rows.statements import chunks, insert, upsert

_RECORDS = schema.records
_VALUES = schema.record_values
_KEYS = schema.lookup_keys

#: Longer key values are looked up by their hash: an index entry has a largest size.
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A judged record as it is kept."""

    source: SourceRecord
    #: A signed 64-bit hash of what judging looks at.
    content: int
    #: The fingerprint of the rules it was judged with.
    judged_with: str
    findings: tuple[Finding, ...] = ()
    #: When the judgement may change although the record does not.
    again_at: datetime | None = None
    #: What it can be looked up by, (name, value).
    keys: frozenset[tuple[str, str]] = frozenset()
    owner: str = ""
    #: What kind of thing made it; `counts.LEFT_ALONE` when nobody judges it.
    created_source: str = ""
    #: Which one; None: nobody knows.
    maker: Maker | None = None
    #: Whether the CRM shall be asked what wrote the values that something is wrong with.
    is_to_trace: bool = False
    is_clean: bool = True
    #: Kinds it should be linked to and is not.
    unlinked_to: tuple[str, ...] = ()


def keep_rows(
    connection: Connection, stream_id: int, rows: Mapping[str, KeptRecord], makers: Mapping[Maker, int], now: datetime
) -> None:
    """Insert or update records by id, with values, findings and keys, and count the difference.

    `makers`: the numbers of what made them.
    """
    difference = Difference()
    live = _held(connection, stream_id, rows)
    made_by = {record_id: None if row.maker is None else makers[row.maker] for record_id, row in rows.items()}
    origins = {record_id: origin_of(row.created_source, made_by[record_id]) for record_id, row in rows.items()}
    _count_records(connection, stream_id, rows, live, origins, difference)
    slim = [_slim(stream_id, record_id, row, made_by[record_id], now) for record_id, row in rows.items()]
    upsert(connection, _RECORDS, slim)
    upsert(connection, _VALUES, [_fat(stream_id, record_id, row) for record_id, row in rows.items()])
    keep_findings(connection, Batch(stream_id, rows, live, origins, now), difference)
    _keep_keys(connection, stream_id, rows, live)
    want_matching(connection, stream_id, [key for key, row in rows.items() if _is_other(live.get(key), row)])
    difference.keep(connection, stream_id)


def drop_rows(connection: Connection, stream_id: int, ids: Collection[str], at: datetime) -> list[str]:
    """Take live records out: findings and keys go, values stay, the counts follow; return the ids that were live."""
    difference = Difference()
    live = _held(connection, stream_id, ids)
    for row in live.values():
        _count_held(difference, row)
    difference.filled(Counter(), _filled(connection, stream_id, live))
    for chunk in chunks(live):
        drop_findings(connection, stream_id, chunk, live, difference)
        drop_shares(connection, stream_id, chunk, difference)
        connection.execute(delete(_KEYS).where(_of(_KEYS, stream_id, chunk)))
        gone = _RECORDS.update().where(_RECORDS.c.stream_id == stream_id, _RECORDS.c.id.in_(chunk))
        connection.execute(gone, {"gone_at": at, "again_at": None})
        want_matching(connection, stream_id, chunk)
    difference.keep(connection, stream_id)
    return list(live)


def short(value: str) -> str:
    """Return what a lookup key's value is indexed by."""
    if len(value) <= _LONGEST_KEY:
        return storable(value)
    return "#" + xxhash.xxh3_128_hexdigest(value.encode(errors="surrogatepass"))


def _count_records(
    connection: Connection,
    stream_id: int,
    rows: Mapping[str, KeptRecord],
    live: Mapping[str, Any],
    origins: Mapping[str, str],
    difference: Difference,
) -> None:
    came: Counter[str] = Counter()
    for held in live.values():
        _count_held(difference, held)
    for record_id, row in rows.items():
        unlinked_to = _joined(row.unlinked_to)
        difference.record(
            is_clean=row.is_clean, origin=origins[record_id], owner=row.owner, unlinked_to=unlinked_to, by=1
        )
        came.update(filled_names(row.source.values))
    difference.filled(came, _filled(connection, stream_id, live))


def _count_held(difference: Difference, held: Any) -> None:
    """Count a record out as it is held."""
    origin = origin_of(held.created_source, held.made_by)
    difference.record(is_clean=held.is_clean, origin=origin, owner=held.owner, unlinked_to=held.unlinked_to, by=-1)


def _held(connection: Connection, stream_id: int, ids: Collection[str]) -> dict[str, Any]:
    """Return what is counted of the records that are live, and what they said."""
    columns = (
        _RECORDS.c.id,
        _RECORDS.c.content,
        _RECORDS.c.is_clean,
        _RECORDS.c.created_source,
        _RECORDS.c.made_by,
        _RECORDS.c.owner,
        _RECORDS.c.unlinked_to,
        _RECORDS.c.gone_at,
    )
    query = select(*columns).where(_RECORDS.c.stream_id == stream_id)
    return {
        row.id: row
        for chunk in chunks(ids)
        for row in connection.execute(query.where(_RECORDS.c.id.in_(chunk)))
        if row.gone_at is None
    }


def _is_other(held: Any, row: KeptRecord) -> bool:
    """Return whether a record came, or does not say what it said."""
    return held is None or held.content != row.content


def _filled(connection: Connection, stream_id: int, ids: Collection[str]) -> Counter[str]:
    """Return how many of the records hold something in each property."""
    counts: Counter[str] = Counter()
    for chunk in chunks(ids):
        for raw in connection.execute(select(_VALUES.c.raw).where(_of(_VALUES, stream_id, chunk))).scalars():
            counts.update(filled_names(unpack(raw)))
    return counts


def _slim(stream_id: int, record_id: str, row: KeptRecord, made_by: int | None, now: datetime) -> dict[str, Any]:
    return {
        "stream_id": stream_id,
        "id": record_id,
        "content": row.content,
        "judged_with": row.judged_with,
        "created_at": row.source.created_at,
        "modified_at": row.source.modified_at,
        "again_at": row.again_at,
        "kept_at": now,
        "gone_at": None,
        "owner": row.owner,
        "created_source": row.created_source,
        "unlinked_to": _joined(row.unlinked_to),
        "is_clean": row.is_clean,
        "made_by": made_by,
    }


def _fat(stream_id: int, record_id: str, row: KeptRecord) -> dict[str, Any]:
    return {
        "stream_id": stream_id,
        "record_id": record_id,
        "raw": pack(dict(row.source.values)),
        "links": pack_links(row.source.links),
    }


def _joined(kinds: Sequence[str]) -> str:
    return ";".join(sorted(kinds))


def _keep_keys(connection: Connection, stream_id: int, rows: Mapping[str, KeptRecord], live: Collection[str]) -> None:
    columns = ("record_id", "name", "value")
    held = {
        tuple(row)
        for chunk in chunks(live)
        for row in connection.execute(select(*(_KEYS.c[one] for one in columns)).where(_of(_KEYS, stream_id, chunk)))
    }
    fresh = {(record_id, name, short(value)) for record_id, row in rows.items() for name, value in row.keys}
    _delete(connection, _KEYS, stream_id, columns, held - fresh)
    new = [dict(zip(columns, key, strict=True), stream_id=stream_id) for key in sorted(fresh - held)]
    insert(connection, _KEYS, new)


def _delete(
    connection: Connection, table: Table, stream_id: int, columns: Sequence[str], keys: Collection[tuple[str, ...]]
) -> None:
    if keys:
        query = delete(table).where(
            table.c.stream_id == stream_id, *(table.c[name] == bindparam(f"_{name}") for name in columns)
        )
        rows = [dict(zip((f"_{name}" for name in columns), key, strict=True)) for key in sorted(keys)]
        connection.execute(query, rows)


def _of(table: Table, stream_id: int, ids: Sequence[str]) -> Any:
    return and_(table.c.stream_id == stream_id, table.c.record_id.in_(ids))
