"""Writing the findings of judged records: only what differs from what is held, and the counts follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, delete, select

from syncd.model import Finding, Severity
from syncd.store import schema
from syncd.store.columns.packing import pack_proposal
from syncd.store.rows.counts import Difference, origin_of
from syncd.store.rows.statements import chunks, upsert

if TYPE_CHECKING:
    from syncd.store.records.keeping import KeptRecord

_FINDINGS = schema.findings
_COMPARED = ("severity", "message", "mode", "proposal", "writer", "is_untraced")
#: Record, rule, field.
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that are kept together."""

    stream_id: int
    rows: Mapping[str, KeptRecord]
    #: Those that were live before, as they were held.
    live: Mapping[str, Any]
    #: By what each counts that is not told to come from elsewhere.
    origins: Mapping[str, str]
    now: datetime


def keep_findings(connection: Connection, batch: Batch, difference: Difference) -> None:
    """Write findings that came or changed, delete those that went; what stays keeps the moment it was opened.

    Only a record that was live before has any: for a first load nothing is looked up.
    """
    held = _held(connection, batch.stream_id, list(batch.live))
    fresh = {
        (record_id, finding.rule, finding.field): _row(batch, row, finding, held)
        for record_id, row in batch.rows.items()
        for finding in row.findings
    }
    for (record_id, rule, _), old in held.items():
        difference.finding(rule, old.severity, _origin_held(old, batch.live[record_id]), -1)
    for (record_id, rule, _), new in fresh.items():
        difference.finding(rule, new["severity"], _origin(new["writer"], batch.origins[record_id]), 1)
    changed = [
        {**new, "opened_at": batch.now if key not in held else held[key].opened_at}
        for key, new in fresh.items()
        if key not in held or any(getattr(held[key], name) != new[name] for name in _COMPARED)
    ]
    _delete(connection, batch.stream_id, sorted(held.keys() - fresh.keys()))
    upsert(connection, _FINDINGS, changed)


def drop_findings(
    connection: Connection, stream_id: int, ids: Sequence[str], live: Mapping[str, Any], difference: Difference
) -> None:
    """Delete all findings of records that go."""
    for (record_id, rule, _), old in _held(connection, stream_id, ids).items():
        difference.finding(rule, old.severity, _origin_held(old, live[record_id]), -1)
    for chunk in chunks(ids):
        mine = (_FINDINGS.c.stream_id == stream_id, _FINDINGS.c.record_id.in_(chunk))
        connection.execute(delete(_FINDINGS).where(*mine))


def _held(connection: Connection, stream_id: int, ids: Sequence[str]) -> dict[_Key, Row[Any]]:
    query = select(_FINDINGS).where(_FINDINGS.c.stream_id == stream_id)
    return {
        (row.record_id, row.rule, row.field): row
        for chunk in chunks(ids)
        for row in connection.execute(query.where(_FINDINGS.c.record_id.in_(chunk)))
    }


def _origin_held(finding: Row[Any], record: Any) -> str:
    return _origin(finding.writer, origin_of(record.created_source, record.made_by))


def _origin(writer: int | None, origin: str) -> str:
    return origin if writer is None else str(writer)


def _row(batch: Batch, kept: KeptRecord, finding: Finding, held: Mapping[_Key, Row[Any]]) -> dict[str, Any]:
    record_id = kept.source.ref.id
    old, was = held.get((record_id, finding.rule, finding.field)), batch.live.get(record_id)
    # What wrote a value is known as long as the record says what it said.
    is_known = old is not None and was is not None and was.content == kept.content
    is_to_trace = kept.is_to_trace and bool(finding.field) and finding.severity >= Severity.WARNING
    return {
        "stream_id": batch.stream_id,
        "record_id": record_id,
        "rule": finding.rule,
        "field": finding.field,
        "severity": int(finding.severity),
        "message": finding.message,
        "mode": finding.mode.value,
        "proposal": pack_proposal(finding.proposal) if finding.has_proposal else None,
        "writer": old.writer if old is not None and is_known else None,
        "is_untraced": old.is_untraced if old is not None and is_known else is_to_trace or None,
    }


def _delete(connection: Connection, stream_id: int, keys: Sequence[_Key]) -> None:
    if keys:
        columns = ("record_id", "rule", "field")
        query = delete(_FINDINGS).where(
            _FINDINGS.c.stream_id == stream_id, *(_FINDINGS.c[name] == bindparam(f"_{name}") for name in columns)
        )
        connection.execute(query, [dict(zip((f"_{name}" for name in columns), key, strict=True)) for key in keys])
