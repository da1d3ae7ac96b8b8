"""Copies of records that were removed or merged in the CRM: what there was, when nothing else remembers it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import delete, func, select

from syncd.model import Action, Ref, SourceRecord, Stream
from syncd.store import schema
from syncd.store.columns.packing import pack, pack_links, unpack, unpack_links
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks, upsert

_ARCHIVE = schema.archive
_FIXES = schema.fixes


class Archive(Room):
    """Copies by the fix that removed the record, or merged it with the other one."""

    def keep(self, stream: Stream, copies: Mapping[str, SourceRecord]) -> None:
        """Keep a copy for each fix id; commit this before anything is removed. A later copy replaces an earlier one."""
        self.keep_all(stream, copies.items())

    def keep_all(self, stream: Stream, copies: Iterable[tuple[str, SourceRecord]]) -> None:
        """Keep copies by the ids of their fixes, of different records."""
        number = self.streams.claim(stream)
        rows = [
            {
                "fix_id": fix_id,
                "stream_id": number,
                "record_id": copy.ref.id,
                "at": self.now,
                "created_at": copy.created_at,
                "modified_at": copy.modified_at,
                "raw": pack(dict(copy.values)),
                "links": pack_links(copy.links),
            }
            for fix_id, copy in copies
        ]
        upsert(self.connection, _ARCHIVE, rows)

    def of(self, fix_ids: Collection[str]) -> dict[str, SourceRecord]:
        """Return the copies of fixes that have one."""
        return dict(self._read(fix_ids))

    def pairs(self, fix_ids: Collection[str]) -> dict[str, dict[str, SourceRecord]]:
        """Return the copies of fixes by the ids of the records."""
        found: dict[str, dict[str, SourceRecord]] = {}
        for fix_id, copy in self._read(fix_ids):
            found.setdefault(fix_id, {})[copy.ref.id] = copy
        return found

    def _read(self, fix_ids: Collection[str]) -> Iterator[tuple[str, SourceRecord]]:
        streams = self.streams.all()
        for chunk in chunks(fix_ids):
            for row in self.connection.execute(select(_ARCHIVE).where(_ARCHIVE.c.fix_id.in_(chunk))):
                stream = streams[row.stream_id]
                ref = Ref(stream.account, stream.object, row.record_id)
                values, links = unpack(row.raw), unpack_links(row.links)
                yield row.fix_id, SourceRecord(ref, values, row.created_at, row.modified_at, links)

    def last_kept_at(self, stream: Stream) -> datetime | None:
        """Return when the last copy of a record that was removed was made."""
        query = (
            select(func.max(_ARCHIVE.c.at))
            .join_from(_ARCHIVE, _FIXES, _FIXES.c.id == _ARCHIVE.c.fix_id)
            .where(_ARCHIVE.c.stream_id == self.streams.find(stream), _FIXES.c.action == Action.ARCHIVE.value)
        )
        return self.connection.execute(query).scalar()

    def forget_before(self, stream: Stream, moment: datetime) -> int:
        """Let go of a stream's copies made before `moment`; return how many there were."""
        mine = _ARCHIVE.c.stream_id == self.streams.find(stream)
        return self.connection.execute(delete(_ARCHIVE).where(mine, _ARCHIVE.c.at < moment)).rowcount
