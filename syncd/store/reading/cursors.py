"""Where each stream's reading stands, and how it last went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from syncd.model import Cursor, Stream
from syncd.store import schema
from syncd.store.rows.room import Room
from syncd.store.rows.statements import upsert

_CURSORS = schema.cursors
_STREAMS = schema.streams


class Cursors(Room):
    """Places in the streams. Kept in the same transaction as the rows they stand behind."""

    def read(self, stream: Stream) -> Cursor | None:
        """Return where to go on; None when the stream was never read."""
        number = self.streams.find(stream)
        query = select(_CURSORS.c.since, _CURSORS.c.after, _CURSORS.c.walked_at).where(_CURSORS.c.stream_id == number)
        row = None if number is None else self.connection.execute(query).one_or_none()
        return None if row is None else Cursor(row.since, row.after, row.walked_at)

    def keep(self, stream: Stream, cursor: Cursor) -> None:
        """Remember where to go on. The same place again writes nothing."""
        if self.read(stream) == cursor:
            return
        row = {"since": cursor.since, "after": cursor.after, "walked_at": cursor.walked_at}
        upsert(self.connection, _CURSORS, [{"stream_id": self.streams.claim(stream), **row}])

    def forget(self, stream: Stream) -> None:
        """Forget where to go on: the next pull is a full one."""
        self.connection.execute(delete(_CURSORS).where(_CURSORS.c.stream_id == self.streams.find(stream)))

    def last_success(self, stream: Stream) -> datetime | None:
        """Return when a pull of the stream last came to its end."""
        number = self.streams.find(stream)
        query = select(_STREAMS.c.last_success_at).where(_STREAMS.c.id == number)
        return None if number is None else self.connection.execute(query).scalar()

    def succeeded(self, stream: Stream, at: datetime) -> None:
        """Remember that a pull came to its end."""
        number = self.streams.claim(stream)
        self.connection.execute(update(_STREAMS).where(_STREAMS.c.id == number), {"last_success_at": at})

    def missing(self, stream: Stream) -> int:
        """Return how many records the last census found missing; 0 when there was none."""
        number = self.streams.find(stream)
        query = select(_STREAMS.c.missing_count).where(_STREAMS.c.id == number)
        return 0 if number is None else self.connection.execute(query).scalar_one()

    def keep_missing(self, stream: Stream, count: int) -> None:
        """Remember how many records a census found missing."""
        number = self.streams.claim(stream)
        self.connection.execute(update(_STREAMS).where(_STREAMS.c.id == number), {"missing_count": count})
