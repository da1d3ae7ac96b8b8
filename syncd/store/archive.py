"""Copies of records that were removed from the CRM: what there was, when nothing else remembers it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, func, select

from syncd.model import Ref, SourceRecord, Stream
from syncd.store import schema
from syncd.store.packing import pack, pack_links, unpack, unpack_links
from syncd.store.room import Room
from syncd.store.statements import chunks, upsert

_ARCHIVE = schema.archive


class Archive(Room):
    """Copies by the fix that removed the record."""

    def keep(self, stream: Stream, copies: Mapping[str, SourceRecord]) -> None:
        """Keep a copy for each fix id; commit this before anything is removed. A later copy replaces an earlier one."""
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
            for fix_id, copy in copies.items()
        ]
        upsert(self.connection, _ARCHIVE, rows)

    def of(self, fix_ids: Collection[str]) -> dict[str, SourceRecord]:
        """Return the copies of fixes that have one."""
        streams = self.streams.all()
        found = {}
        for chunk in chunks(fix_ids):
            for row in self.connection.execute(select(_ARCHIVE).where(_ARCHIVE.c.fix_id.in_(chunk))):
                stream = streams[row.stream_id]
                ref = Ref(stream.account, stream.object, row.record_id)
                values, links = unpack(row.raw), unpack_links(row.links)
                found[row.fix_id] = SourceRecord(ref, values, row.created_at, row.modified_at, links)
        return found

    def last_kept_at(self, stream: Stream) -> datetime | None:
        """Return when the last copy of a stream's records was made."""
        query = select(func.max(_ARCHIVE.c.at)).where(_ARCHIVE.c.stream_id == self.streams.find(stream))
        return self.connection.execute(query).scalar()

    def forget_before(self, stream: Stream, moment: datetime) -> int:
        """Let go of a stream's copies made before `moment`; return how many there were."""
        mine = _ARCHIVE.c.stream_id == self.streams.find(stream)
        return self.connection.execute(delete(_ARCHIVE).where(mine, _ARCHIVE.c.at < moment)).rowcount
