"""Where somebody is in the store beside their live record: in copies of what is gone, in what was made for them, and in
what was carried over from them to others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Row, delete, select, update

from syncd.model import Action, FixState, Ref, SourceRecord, Stream
from syncd.store import schema
from syncd.store.columns.packing import pack_names, unpack, unpack_links, unpack_names, unpack_raw
from syncd.store.journal.life import IN_FLIGHT, OPEN
from syncd.store.journal.moves import Move, move
from syncd.store.records.records import Records
from syncd.store.records.value_marks import ValueMarks
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks

_RECORDS = schema.records
_ARCHIVE = schema.archive
_FIXES = schema.fixes
_CHANGES = schema.fix_changes
_EVENTS = schema.fix_events
_FORGOTTEN = "the record its values came from was forgotten"

#: Fields by record, where values of others were written or were to be; None: every field.
Carried = Mapping[Ref, Collection[str] | None]


class Traces(Room):
    """Looking for somebody. Walks over whole tables: for the rare day on which a person asks to be forgotten."""

    def gone_copies(self, stream: Stream) -> Iterator[SourceRecord]:
        """Yield all that is kept of records which the CRM has no more: the last copy, and those made before."""
        number = self.streams.find(stream)
        gone = select(_RECORDS.c.id).where(_RECORDS.c.stream_id == number, _RECORDS.c.gone_at.is_not(None))
        ids = list(self.connection.execute(gone).scalars())
        records = Records(self.connection, self.streams, self.now, self.make_id)
        for chunk in chunks(ids):
            yield from records.read(stream, chunk, with_gone=True).values()
        there = set(ids)
        query = select(_ARCHIVE).where(_ARCHIVE.c.stream_id == number)
        for row in self.connection.execute(query):
            if row.record_id in there:
                yield self._copy(stream, row)

    def archived(self, stream: Stream, ids: Collection[str]) -> list[SourceRecord]:
        """Return the copies of records that were made before something was done to them."""
        mine = _ARCHIVE.c.stream_id == self.streams.find(stream)
        return [
            self._copy(stream, row)
            for chunk in chunks(ids)
            for row in self.connection.execute(select(_ARCHIVE).where(mine, _ARCHIVE.c.record_id.in_(chunk)))
        ]

    def not_live_with(self, stream: Stream, field: str, values: Collection[str]) -> set[str]:
        """Return the ids of records that are not live, and of which the journal tells that a field held such a value,
        given in lower case."""
        number = self.streams.find(stream)
        query = select(_CHANGES.c.record_id, _CHANGES.c.before, _CHANGES.c.after).where(
            _CHANGES.c.stream_id == number, _CHANGES.c.field == field
        )
        found = {
            row.record_id
            for row in self.connection.execute(query)
            if any(_plain(cell) in values for cell in (row.before, row.after))
        }
        live = select(_RECORDS.c.id).where(_RECORDS.c.stream_id == number, _RECORDS.c.gone_at.is_(None))
        for chunk in chunks(sorted(found)):
            found -= set(self.connection.execute(live.where(_RECORDS.c.id.in_(chunk))).scalars())
        return found

    def made_with(self, stream: Stream, record_id: str) -> set[Ref]:
        """Return the records of the same kind that were made for a record, or that it was made for."""
        known = self.streams.all()
        number = self.streams.find(stream)
        is_made = (
            _FIXES.c.action == Action.CREATE.value,
            _FIXES.c.state == FixState.APPLIED.value,
            _FIXES.c.undoes.is_(None),
            _FIXES.c.cause_id.is_not(None),
        )
        for_it = (_FIXES.c.cause_stream == number, _FIXES.c.cause_id == record_id)
        by_it = (_FIXES.c.stream_id == number, _FIXES.c.record_id == record_id)
        made = select(_FIXES.c.stream_id, _FIXES.c.record_id).where(*is_made, *for_it)
        causes = select(_FIXES.c.cause_stream, _FIXES.c.cause_id).where(*is_made, *by_it)
        rows = [tuple(row) for query in (made, causes) for row in self.connection.execute(query)]
        return {
            Ref(known[place].account, known[place].object, its)
            for place, its in rows
            if place in known and known[place].kind == stream.kind
        }

    def carried_from(self, streams: Iterable[Stream], refs: Collection[Ref]) -> dict[Ref, set[str]]:
        """Forget from where values came that were carried over from some records; return where to, by record."""
        marks = ValueMarks(self.connection, self.streams, self.now, self.make_id)
        return {
            Ref(stream.account, stream.object, record_id): fields
            for stream in streams
            for record_id, fields in marks.forget_origins(stream, refs).items()
        }

    def is_carried_in_flight(self, carried: Carried, rule: str) -> bool:
        """Return whether something a rule carries over was sent, and has no known end."""
        states = [state.value for state in IN_FLIGHT]
        return any(row.state in states for row in self._changes(carried, rule))

    def silence_carried(self, carried: Carried, rule: str) -> int:
        """Erase what a rule has carried over, or would, from the journal of others; return how many changes.

        What waits is dropped. The journal goes on telling that there was a fix.
        """
        rows = self._changes(carried, rule)
        waiting = {row.fix_id for row in rows if row.state in {state.value for state in OPEN}}
        if waiting:
            move(self.connection, [Move(one, FixState.STALE, _FORGOTTEN) for one in sorted(waiting)], self.now)
        for row in rows:
            place = (_CHANGES.c.fix_id == row.fix_id, _CHANGES.c.position == row.position)
            self.connection.execute(delete(_CHANGES).where(*place))
        for chunk in chunks(sorted({row.fix_id for row in rows})):
            silence = {"detail": "", "digest": b"", "reasons": pack_names(())}
            self.connection.execute(update(_FIXES).where(_FIXES.c.id.in_(chunk)), silence)
            self.connection.execute(update(_EVENTS).where(_EVENTS.c.fix_id.in_(chunk)), {"detail": ""})
        return len(rows)

    def _changes(self, carried: Carried, rule: str) -> list[Any]:
        by_stream: dict[int | None, list[Ref]] = defaultdict(list)
        for ref in sorted(carried):
            by_stream[self.streams.find_object(ref.account, ref.object)].append(ref)
        return [
            row
            for number, refs in by_stream.items()
            for chunk in chunks(refs)
            for row in self._changes_of(number, {ref.id: carried[ref] for ref in chunk}, rule)
        ]

    def _changes_of(self, number: int | None, fields: Mapping[str, Collection[str] | None], rule: str) -> Iterator[Any]:
        query = (
            select(
                _CHANGES.c.fix_id, _CHANGES.c.position, _CHANGES.c.record_id, _CHANGES.c.field, _CHANGES.c.rules,
                _FIXES.c.state,
            )
            .join_from(_CHANGES, _FIXES, _FIXES.c.id == _CHANGES.c.fix_id)
            .where(_FIXES.c.stream_id == number, _FIXES.c.record_id.in_(list(fields)))
        )  # fmt: skip
        for row in self.connection.execute(query):
            wanted = fields.get(row.record_id)
            if rule in unpack_names(row.rules) and (wanted is None or row.field in wanted):
                yield row

    @staticmethod
    def _copy(stream: Stream, row: Row[Any]) -> SourceRecord:
        ref = Ref(stream.account, stream.object, row.record_id)
        return SourceRecord(ref, unpack(row.raw), row.created_at, row.modified_at, unpack_links(row.links))


def _plain(packed: bytes) -> str:
    """Return a value of the journal as it is compared."""
    value = unpack_raw(packed)
    return value.strip().lower() if isinstance(value, str) else ""
