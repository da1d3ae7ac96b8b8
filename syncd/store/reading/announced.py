"""What CRMs announced: records to be read again, kept until that was done, and where the feeds stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select

from syncd.model import Announcement, News, Stream
from syncd.store import schema
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks, upsert

_ANNOUNCED = schema.announced
_FEEDS = schema.feeds
#: More records of a stream than this are not kept one by one: its changes are asked for instead.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that was announced and has not been read since."""

    #: Empty: any of the stream.
    id: str
    news: News
    changed_at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class Heap:
    """All that waits of one stream."""

    count: int
    #: When the first of it was announced, and when something was last.
    first_at: datetime
    last_at: datetime


class Announced(Room):
    """One row a record, however often it is announced. Kept before the CRM is told that it was heard."""

    def keep(self, stream: Stream, heard: Iterable[Announcement]) -> None:
        """Remember what was announced of a stream."""
        number = self.streams.claim(stream)
        rows: dict[str, dict[str, Any]] = {}
        for one in heard:
            row = rows.setdefault(one.id, self._row(number, one))
            _add(row, one.news, one.at or self.now, 0)
        for chunk in chunks(rows):
            query = select(_ANNOUNCED).where(_ANNOUNCED.c.stream_id == number, _ANNOUNCED.c.record_id.in_(chunk))
            for known in self.connection.execute(query):
                row = rows[known.record_id]
                _add(row, News(known.news), known.changed_at, known.times)
                row["first_at"] = known.first_at
        upsert(self.connection, _ANNOUNCED, list(rows.values()))
        self._bound(number)

    def waiting(self, stream: Stream) -> list[Waiting]:
        """Return what waits of a stream, what was announced first before the rest."""
        query = select(_ANNOUNCED).where(_ANNOUNCED.c.stream_id == self.streams.find(stream))
        rows = self.connection.execute(query.order_by(_ANNOUNCED.c.first_at, _ANNOUNCED.c.record_id))
        return [Waiting(row.record_id, News(row.news), row.changed_at, row.times) for row in rows]

    def heaps(self) -> dict[Stream, Heap]:
        """Return what waits, by stream; streams of which nothing does are left out."""
        table = _ANNOUNCED.c
        query = select(
            table.stream_id,
            func.count().label("number"),
            func.min(table.first_at).label("first_at"),
            func.max(table.last_at).label("last_at"),
        ).group_by(table.stream_id)
        rows = self.connection.execute(query).all()
        streams = self.streams.all() if rows else {}
        return {streams[row.stream_id]: Heap(row.number, row.first_at, row.last_at) for row in rows}

    def done(self, stream: Stream, read: Sequence[Waiting]) -> None:
        """Forget what was read; what was announced again in the meantime stays."""
        query = delete(_ANNOUNCED).where(
            _ANNOUNCED.c.stream_id == self.streams.find(stream),
            _ANNOUNCED.c.record_id == bindparam("id_read"),
            _ANNOUNCED.c.times == bindparam("times_read"),
        )
        if read:
            self.connection.execute(query, [{"id_read": one.id, "times_read": one.times} for one in read])

    def positions(self, account: str) -> Mapping[str, str]:
        """Return how far the feeds of an account were followed."""
        query = select(_FEEDS.c.feed, _FEEDS.c.position).where(_FEEDS.c.account == account)
        return dict(self.connection.execute(query).all())

    def followed(self, account: str, feed: str, position: str) -> None:
        """Remember how far a feed was followed, in the transaction that keeps what it announced; empty: nowhere."""
        if position:
            row = {"account": account, "feed": feed, "position": position, "at": self.now}
            upsert(self.connection, _FEEDS, [row])
        else:
            self.connection.execute(delete(_FEEDS).where(_FEEDS.c.account == account, _FEEDS.c.feed == feed))

    def _row(self, number: int, one: Announcement) -> dict[str, Any]:
        changed_at = min(one.at or self.now, self.now)
        moments = {"changed_at": changed_at, "first_at": self.now, "last_at": self.now}
        return {"stream_id": number, "record_id": one.id, "news": one.news.value, **moments, "times": 1}

    def _bound(self, number: int) -> None:
        """Let one row stand for a flood; those who are to be forgotten stay by name."""
        of_stream = _ANNOUNCED.c.stream_id == number
        count = self.connection.execute(select(func.count()).where(of_stream)).scalar_one()
        if count <= MOST:
            return
        query = select(func.min(_ANNOUNCED.c.changed_at)).where(of_stream)
        since = self.connection.execute(query).scalar_one()
        self.connection.execute(delete(_ANNOUNCED).where(of_stream, _ANNOUNCED.c.news != News.ERASED.value))
        any_of_them = {**self._row(number, Announcement("", "", at=since)), "times": count}
        upsert(self.connection, _ANNOUNCED, [any_of_them])


def _add(row: dict[str, Any], news: News, changed_at: datetime, times: int) -> None:
    """Let a row say what another announcement of its record says, too."""
    row["changed_at"] = min(row["changed_at"], changed_at)
    row["times"] += times
    if news is News.ERASED:
        row["news"] = news.value
