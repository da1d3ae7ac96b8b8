"""When values were set, by whom, and where they are from: for records with counterparts, as far as it mattered.

A mark tells of one value of one field, and goes on to tell of it whatever the field holds in between.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from syncd.model import Ref, Stream
from syncd.store import schema
from syncd.store.columns.packing import pack, unpack
from syncd.store.columns.types import EPOCH, microseconds
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks, upsert

_MARKS = schema.value_marks
#: So many values of a field are remembered, the latest told first.
KEPT = 4
#: Under which name, that no field has, the fields are kept that the CRM is to be asked about.
_WANTED = "?"


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of one value of a field."""

    #: What the value says: see `quality.golden.words_of`.
    words: str
    #: The last moment at which it can have been set, and the first one where nobody tells the very moment.
    at: datetime
    since: datetime | None = None
    #: Who set it, in the words of `quality.facts.Setter`.
    by: str = ""
    #: The record it was carried over from, and what was carried: the account's rules may want it in another form.
    origin: Ref | None = None
    said: str = ""


#: Marks by field, the latest told first.
Marks = Mapping[str, Sequence[Mark]]


class ValueMarks(Room):
    """Marks by stream, record and field."""

    def of(self, stream: Stream, ids: Collection[str]) -> dict[str, dict[str, tuple[Mark, ...]]]:
        """Return what is known of values of records."""
        return {record_id: _marks(held) for record_id, held in self._held(stream, ids).items()}

    def keep(self, stream: Stream, marks: Mapping[str, Marks], *, told: Mapping[str, Collection[str]] = {}) -> None:
        """Remember marks of records that are held, each field's before what is known of it already.

        `told`: fields, by record, that need not be asked about any longer.
        """
        held = self._held(stream, {*marks, *told})
        rows = []
        for record_id in sorted({*marks, *told}):
            before = held.get(record_id, {})
            wanted = [name for name in before.get(_WANTED, ()) if name not in told.get(record_id, ())]
            fields = {name: value for name, value in before.items() if name != _WANTED}
            for name, new in marks.get(record_id, {}).items():
                said = {mark.words for mark in new}
                kept = [packed for packed in fields.get(name, ()) if packed[0] not in said]
                fields[name] = [*map(_packed, new), *kept][:KEPT]
            after = {**fields, _WANTED: wanted} if wanted else fields
            if after != before:
                rows.append((record_id, after))
        self._write(stream, rows)

    def forget(self, stream: Stream, words: Mapping[str, Mapping[str, str]]) -> None:
        """Forget what is known of values, by record and field: they were entered anew."""
        held = self._held(stream, [record_id for record_id, fields in words.items() if fields])
        rows = []
        for record_id, before in sorted(held.items()):
            said = words[record_id]
            kept = {
                name: packed if name == _WANTED else [mark for mark in packed if mark[0] != said.get(name)]
                for name, packed in before.items()
            }
            if (after := {name: packed for name, packed in kept.items() if packed}) != before:
                rows.append((record_id, after))
        self._write(stream, rows)

    def forget_origins(self, stream: Stream, refs: Collection[Ref]) -> dict[str, set[str]]:
        """Forget what is known of values that were carried over from some records; return the fields, by record.

        Walks over everything that is known of the stream.
        """
        origins = {_place(ref) for ref in refs}
        query = select(_MARKS.c.record_id, _MARKS.c.marks).where(_MARKS.c.stream_id == self.streams.find(stream))
        found: dict[str, set[str]] = {}
        rows = []
        for row in self.connection.execute(query).all():
            held = unpack(row.marks)
            kept = {
                name: packed if name == _WANTED else [mark for mark in packed if tuple(mark[4] or ()) not in origins]
                for name, packed in held.items()
            }
            if fields := {name for name, packed in kept.items() if len(packed) < len(held[name])}:
                found[row.record_id] = fields
                rows.append((row.record_id, {name: packed for name, packed in kept.items() if packed}))
        self._write(stream, rows)
        return found

    def want(self, stream: Stream, fields: Mapping[str, Collection[str]]) -> None:
        """Have the CRM asked about fields of records that are held."""
        held = self._held(stream, list(fields))
        rows = []
        for record_id, names in sorted(fields.items()):
            before = held.get(record_id, {})
            wanted = sorted({*before.get(_WANTED, ()), *names})
            if wanted != before.get(_WANTED):
                rows.append((record_id, {**before, _WANTED: wanted}))
        self._write(stream, rows)

    def wanted(self, stream: Stream, limit: int) -> dict[str, tuple[str, ...]]:
        """Return fields, by record, that the CRM is to be asked about."""
        query = (
            select(_MARKS.c.record_id, _MARKS.c.marks)
            .where(_MARKS.c.stream_id == self.streams.find(stream), _MARKS.c.is_wanting.is_not(None))
            .order_by(_MARKS.c.record_id)
            .limit(limit)
        )
        return {row.record_id: tuple(unpack(row.marks)[_WANTED]) for row in self.connection.execute(query)}

    def _held(self, stream: Stream, ids: Collection[str]) -> dict[str, dict[str, Any]]:
        query = select(_MARKS.c.record_id, _MARKS.c.marks).where(_MARKS.c.stream_id == self.streams.find(stream))
        return {
            row.record_id: unpack(row.marks)
            for chunk in chunks(ids)
            for row in self.connection.execute(query.where(_MARKS.c.record_id.in_(chunk)))
        }

    def _write(self, stream: Stream, rows: Sequence[tuple[str, dict[str, Any]]]) -> None:
        number = self.streams.claim(stream)
        upsert(
            self.connection,
            _MARKS,
            [
                {
                    "stream_id": number,
                    "record_id": record_id,
                    "marks": pack(marks),
                    "is_wanting": True if marks.get(_WANTED) else None,
                }
                for record_id, marks in rows
            ],
        )


def _packed(mark: Mark) -> list[Any]:
    since = None if mark.since is None else microseconds(mark.since)
    origin = None if mark.origin is None else list(_place(mark.origin))
    return [mark.words, microseconds(mark.at), since, mark.by, origin, mark.said]


def _marks(held: Mapping[str, Any]) -> dict[str, tuple[Mark, ...]]:
    return {name: tuple(map(_mark, packed)) for name, packed in held.items() if name != _WANTED}


def _mark(packed: Sequence[Any]) -> Mark:
    words, at, since, by, origin, said = packed
    first = None if since is None else _moment(since)
    return Mark(words, _moment(at), first, by, Ref(*origin) if origin else None, said)


def _place(ref: Ref) -> tuple[str, str, str]:
    return (ref.account, ref.object, ref.id)


def _moment(packed: int) -> datetime:
    return EPOCH + timedelta(microseconds=packed)
