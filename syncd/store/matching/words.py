"""What people said of pairs, and which records matching has to see to: rows that other rooms write along."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select

from syncd.store import schema
from syncd.store.rows.statements import chunks, upsert

_APART = schema.kept_apart
_SAID = schema.match_decisions
_RECORDS = schema.match_records
_EDGES = schema.match_edges


class Pair(NamedTuple):
    """Two records, by the numbers of their streams and their ids."""

    stream_id: int
    record_id: str
    other_stream_id: int
    other_id: str

    @property
    def turned(self) -> Pair:
        """Return the same pair from the other end."""
        return Pair(self.other_stream_id, self.other_id, self.stream_id, self.record_id)


def keep_words(connection: Connection, pair: Pair, by: str, at: datetime, *, is_one: bool) -> None:
    """Remember what a person said of a pair; a no for ever."""
    smaller = min(pair, pair.turned)
    said = {**smaller._asdict(), "is_one": is_one, "score": _score(connection, smaller), "at": at, "by": by}
    upsert(connection, _SAID, [said])
    if not is_one:
        _keep_apart(connection, [pair], by, at)


def take_back(connection: Connection, pair: Pair, by: str, at: datetime) -> None:
    """Let a pair be as if nobody had said anything of it; that it was taken back is what is remembered."""
    for one in (pair, pair.turned):
        same = [_APART.c[name] == value for name, value in one._asdict().items()]
        connection.execute(delete(_APART).where(*same))
        want_matching(connection, one.stream_id, [one.record_id])
    row = {**min(pair, pair.turned)._asdict(), "is_one": False, "score": None, "at": at, "by": by}
    upsert(connection, _SAID, [row])


def inherit(connection: Connection, stream_id: int, old: str, new: str, at: datetime) -> None:
    """Let `new`, which `old` was merged into, be kept apart from all that `old` is kept apart from.

    It is one with the records of other accounts, too, that somebody said `old` is one with.
    """
    query = select(_APART.c.other_stream_id, _APART.c.other_id, _APART.c.by)
    rows = connection.execute(query.where(_APART.c.stream_id == stream_id, _APART.c.record_id == old)).all()
    for row in rows:
        if (row.other_stream_id, row.other_id) != (stream_id, new):
            _keep_apart(connection, [Pair(stream_id, new, row.other_stream_id, row.other_id)], row.by, at)
    for pair, by in _joined_across(connection, stream_id, old):
        keep_words(connection, pair._replace(record_id=new), by, at, is_one=True)
        want_matching(connection, stream_id, [new])


def _joined_across(connection: Connection, stream_id: int, record_id: str) -> list[tuple[Pair, str]]:
    """Return the pairs of a record with one of another stream that somebody said are one, and who."""
    near, far = (_SAID.c.stream_id, _SAID.c.record_id), (_SAID.c.other_stream_id, _SAID.c.other_id)
    found: list[tuple[Pair, str]] = []
    for ours, theirs in ((near, far), (far, near)):
        query = select(*ours, *theirs, _SAID.c.by).where(ours[0] == stream_id, ours[1] == record_id, _SAID.c.is_one)
        rows = connection.execute(query.where(theirs[0] != stream_id)).all()
        found += [(Pair(row[0], row[1], row[2], row[3]), row[4]) for row in rows]
    return found


def want_matching(connection: Connection, stream_id: int, ids: Collection[str]) -> None:
    """Put records that came, changed or went on the list of matching, if it looks after their stream at all."""
    streams = schema.match_streams
    is_matched = ids and connection.execute(select(streams.c.pool_id).where(streams.c.stream_id == stream_id)).first()
    if is_matched:
        rows = [{"stream_id": stream_id, "record_id": record_id} for record_id in sorted(ids)]
        for chunk in chunks(rows, 10_000):
            upsert(connection, schema.match_due, chunk)


def _keep_apart(connection: Connection, pairs: list[Pair], by: str, at: datetime) -> None:
    both = {end for pair in pairs for end in (pair, pair.turned) if pair != pair.turned}
    upsert(connection, _APART, [{**pair._asdict(), "at": at, "by": by} for pair in sorted(both)])
    for pair in sorted(both):
        want_matching(connection, pair.stream_id, [pair.record_id])


def _score(connection: Connection, pair: Pair) -> float | None:
    """Return the points of a pair, if it is worth asking about."""
    numbers = [
        connection.execute(
            select(_RECORDS.c.id).where(_RECORDS.c.stream_id == stream_id, _RECORDS.c.record_id == record_id)
        ).scalar()
        for stream_id, record_id in (pair[:2], pair[2:])
    ]
    query = select(_EDGES.c.score).where(_EDGES.c.member == numbers[0], _EDGES.c.other == numbers[1])
    found: Any = connection.execute(query).scalar()
    return None if found is None else float(found)
