"""Who is whose twin, for those who judge, review and write; and what people said of pairs, remembered for ever.

The tables behind it are kept up to date by `matching`; nothing here compares records.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, or_, select

from syncd.model import Ref, Stream
from syncd.store import schema
from syncd.store.matching.aliases import Aliases
from syncd.store.matching.words import Pair, keep_words, want_matching
from syncd.store.rows.counts import read_twins
from syncd.store.rows.lookups import among, delete_among
from syncd.store.rows.room import Room
from syncd.store.rows.statements import upsert

_RECORDS = schema.match_records
_QUESTIONS = schema.match_questions
_GROUPS = schema.match_groups
_DUE = schema.twins_due
_COLUMNS = tuple(_RECORDS.c[name] for name in ("id", "pool_id", "stream_id", "record_id", "group_no", "part"))


@dataclass(frozen=True, slots=True)
class TwinRow:
    """Another record that is, or may be, the same as one asked about."""

    ref: Ref
    #: The group both are in, `g12`; empty when a person has to say first whether they are one.
    group: str
    #: Of the weakest link that holds the group together, or of the pair that has to be asked about.
    probability: float
    #: Whether the two may be merged without asking.
    is_sure: bool
    #: Whether this very pair is the one a person should be asked about.
    is_asked: bool = False
    #: Why a person has to be asked, where something forbids merging or is wanting.
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Apart:
    """Two records that are not one, whatever matching thinks of them."""

    one: Ref
    other: Ref
    at: datetime
    #: Who said so; `undo` where a merge was taken back, empty where it followed from something else.
    by: str


@dataclass(frozen=True, slots=True)
class TwinCount:
    """How many groups of twins there are in a stream, and how many of its records are in them."""

    groups: int = 0
    records: int = 0


class Twins(Room):
    """Twins by stream and record id."""

    def of(self, stream: Stream, ids: Collection[str]) -> dict[str, tuple[TwinRow, ...]]:
        """Return the twins of those of `ids` that have any: their groups first, then those to be asked about.

        A handful of look-ups, however many ids.
        """
        number = self.streams.find(stream)
        if number is None or not ids:
            return {}
        asked = {row.id: row for row in among(*self._by_record(number, ids))}
        streams = self.streams.all()
        found: dict[str, list[TwinRow]] = {}
        for record_id, row in [*self._in_groups(asked, streams), *self._in_question(asked, streams)]:
            rows = found.setdefault(record_id, [])
            place = next((place for place, one in enumerate(rows) if one.ref == row.ref), None)
            if place is None:
                rows.append(row)
            else:  # in one group, and asked about all the same
                known = rows[place]
                rows[place] = TwinRow(row.ref, known.group, row.probability, known.is_sure, row.is_asked, row.doubt)
        return {record_id: tuple(rows) for record_id, rows in found.items()}

    def keep_apart(
        self, stream: Stream, one: str, other: str, *, by: str = "", other_stream: Stream | None = None
    ) -> None:
        """Remember for ever that two records are not one: for them, and for whatever they are merged into."""
        self._say(stream, one, other, other_stream or stream, by, is_one=False)

    def confirm(
        self, stream: Stream, one: str, other: str, *, by: str = "", other_stream: Stream | None = None
    ) -> None:
        """Remember that a person said that two records are one: matching learns from it."""
        self._say(stream, one, other, other_stream or stream, by, is_one=True)

    def join(self, stream: Stream, one: str, other: str, *, by: str = "") -> bool:
        """Let two records be taken for one again, on a person's word; return whether they were kept apart."""
        was_apart = self.is_apart(stream, one, other)
        number = self.streams.find(stream)
        for mine, theirs in ((one, other), (other, one)):
            table = schema.kept_apart
            pair = (table.c.stream_id == number, table.c.record_id == mine)
            others = (table.c.other_stream_id == number, table.c.other_id == theirs)
            self.connection.execute(delete(table).where(*pair, *others))
        self._say(stream, one, other, stream, by, is_one=True)
        if number is not None:
            want_matching(self.connection, number, [one, other])
            self.wake(stream, [one, other])
        return was_apart

    def apart(self, stream: Stream, limit: int = 1000) -> list[Apart]:
        """Return pairs of a stream that are kept apart, the latest first, each once; none of two accounts."""
        table, number = schema.kept_apart, self.streams.find(stream)
        streams = self.streams.all()
        near = [one for one, other in streams.items() if other.account == stream.account]
        is_first = or_(table.c.other_stream_id != number, table.c.record_id < table.c.other_id)
        query = select(table).where(table.c.stream_id == number, is_first, table.c.other_stream_id.in_(near))
        query = query.order_by(table.c.at.desc(), table.c.record_id)
        return [
            Apart(
                Ref(stream.account, stream.object, row.record_id),
                Ref(stream.account, streams[row.other_stream_id].object, row.other_id),
                row.at,
                row.by,
            )
            for row in self.connection.execute(query.limit(limit))
        ]

    def is_apart(self, stream: Stream, one: str, other: str) -> bool:
        """Return whether two records of a stream are known not to be one."""
        number = self.streams.find(stream)
        table = schema.kept_apart
        query = select(table.c.record_id).where(
            table.c.stream_id == number,
            table.c.record_id == one,
            table.c.other_stream_id == number,
            table.c.other_id == other,
        )
        return self.connection.execute(query).first() is not None

    def due(self, stream: Stream, limit: int) -> list[str]:
        """Return ids of records whose twins, or whose twins' values, changed: they are to be judged again."""
        query = select(_DUE.c.record_id).where(_DUE.c.stream_id == self.streams.find(stream))
        return list(self.connection.execute(query.order_by(_DUE.c.record_id).limit(limit)).scalars())

    def wake(self, stream: Stream, ids: Collection[str]) -> None:
        """Make records due."""
        number = self.streams.claim(stream)
        rows = [{"stream_id": number, "record_id": record_id} for record_id in sorted(ids)]
        upsert(self.connection, _DUE, rows)

    def done(self, stream: Stream, ids: Collection[str]) -> None:
        """Take records that were judged off the list."""
        delete_among(self.connection, _DUE.c.record_id, ids, {"stream_id": self.streams.find(stream)})

    def group_counts(self, stream: Stream) -> TwinCount:
        """Return how many groups have a record in the stream, and how many records of it are in one; scans nothing."""
        number = self.streams.find(stream)
        counts = {} if number is None else read_twins(self.connection, number)
        return TwinCount(counts.get("groups", 0), counts.get("records", 0))

    def _by_record(self, number: int, ids: Collection[str]) -> tuple[Any, ...]:
        return self.connection, _COLUMNS, _RECORDS.c.record_id, ids, {"stream_id": number}

    def _in_groups(self, asked: dict[int, Row[Any]], streams: Mapping[int, Stream]) -> Iterator[tuple[str, TwinRow]]:
        """Yield a record and another of its group, for all of `asked`."""
        by_pool: dict[int, set[int]] = {}
        for row in asked.values():
            if row.group_no is not None:
                by_pool.setdefault(row.pool_id, set()).add(row.group_no)
        for pool_id, groups in by_pool.items():
            fixed = {"pool_id": pool_id}
            weakest = dict(
                tuple(row)
                for row in among(
                    self.connection, (_GROUPS.c.group_no, _GROUPS.c.weakest), _GROUPS.c.group_no, groups, fixed
                )
            )
            members: dict[int, list[Row[Any]]] = {}
            for row in among(self.connection, _COLUMNS, _RECORDS.c.group_no, groups, fixed):
                members.setdefault(row.group_no, []).append(row)
            for row in asked.values():
                if row.pool_id != pool_id or row.group_no is None:
                    continue
                for other in sorted(members[row.group_no], key=lambda one: (one.stream_id, one.record_id)):
                    if other.id != row.id:
                        is_sure = bool(row.part) and row.part == other.part
                        twin = TwinRow(_ref(streams, other), f"g{row.group_no}", weakest[row.group_no], is_sure)
                        yield row.record_id, twin

    def _in_question(self, asked: dict[int, Row[Any]], streams: Mapping[int, Stream]) -> Iterator[tuple[str, TwinRow]]:
        """Yield a record and one it is in question with, for all of `asked`."""
        columns = (_QUESTIONS.c.member, _QUESTIONS.c.other, _QUESTIONS.c.probability, _QUESTIONS.c.doubt)
        questions = among(self.connection, columns, _QUESTIONS.c.member, asked)
        others = {
            row.id: row for row in among(self.connection, _COLUMNS, _RECORDS.c.id, {row.other for row in questions})
        }
        for question in sorted(questions, key=lambda row: (-row.probability, row.member, row.other)):
            other = others[question.other]
            twin = TwinRow(
                _ref(streams, other), "", question.probability, is_sure=False, is_asked=True, doubt=question.doubt
            )
            yield asked[question.member].record_id, twin

    def _say(self, stream: Stream, one: str, other: str, other_stream: Stream, by: str, *, is_one: bool) -> None:
        aliases = Aliases(self.connection, self.streams, self.now, self.make_id)
        pair = Pair(
            self.streams.claim(stream),
            aliases.current(stream, one),
            self.streams.claim(other_stream),
            aliases.current(other_stream, other),
        )
        keep_words(self.connection, pair, by, self.now, is_one=is_one)


def _ref(streams: Mapping[int, Stream], row: Row[Any]) -> Ref:
    stream = streams[row.stream_id]
    return Ref(stream.account, stream.object, row.record_id)
