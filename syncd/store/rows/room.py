"""What every room of a transaction is built on: one connection, the numbers of the streams, the time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from syncd.model import Stream
from syncd.store import schema
from syncd.store.rows.ids import IdMaker


@dataclass(slots=True)
class StreamIds:
    """The numbers that stand for streams in the tables, remembered for one transaction."""

    connection: Connection
    _known: dict[tuple[str, str], int] = field(default_factory=dict)

    def find(self, stream: Stream) -> int | None:
        """Return the number of a stream; None when nothing was ever kept of it."""
        return self.find_object(stream.account, stream.object)

    def find_object(self, account: str, object_name: str) -> int | None:
        """Return the number of the stream of an object."""
        if (account, object_name) not in self._known:
            table = schema.streams
            query = select(table.c.id).where(table.c.account == account, table.c.object == object_name)
            found = self.connection.execute(query).scalar()
            if found is None:
                return None
            self._known[account, object_name] = found
        return self._known[account, object_name]

    def claim(self, stream: Stream) -> int:
        """Return the number of a stream, giving it one if it has none."""
        found = self.find(stream)
        if found is not None:
            return found
        table = schema.streams
        row = {"account": stream.account, "object": stream.object, "kind": stream.kind, "missing_count": 0}
        number: int = self.connection.execute(table.insert().returning(table.c.id), row).scalar_one()
        self._known[stream.account, stream.object] = number
        return number

    def all(self) -> dict[int, Stream]:
        """Return every stream by its number."""
        table = schema.streams
        rows = self.connection.execute(select(table.c.id, table.c.account, table.c.object, table.c.kind))
        return {row.id: Stream(row.account, row.object, row.kind) for row in rows}

    def of_kind(self, account: str, kind: str) -> dict[int, Stream]:
        """Return the streams of an account that hold records of a kind."""
        return {number: one for number, one in self.all().items() if (one.account, one.kind) == (account, kind)}


@dataclass(slots=True)
class Room:
    """One subject of the store, over one connection."""

    connection: Connection
    streams: StreamIds
    #: When the transaction began.
    now: datetime
    make_id: IdMaker
