"""Records of linked accounts that are one: which pairs are in question, and what people said of such pairs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from syncd.model import Ref, Stream
from syncd.store import schema
from syncd.store.matching.aliases import Aliases
from syncd.store.matching.rows import ASKED, SURE
from syncd.store.matching.words import Pair, keep_words, take_back, want_matching
from syncd.store.rows.counts import read_counterparts
from syncd.store.rows.room import Room

_RECORDS = schema.match_records
_QUESTIONS = schema.match_questions
_SAID = schema.match_decisions


@dataclass(frozen=True, slots=True)
class PairInQuestion:
    """Two records of linked accounts of which a person should say whether they are one."""

    one: Ref
    other: Ref
    probability: float
    #: Why it is not sure, where something speaks against it or is wanting.
    doubt: str


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said of two records of linked accounts."""

    one: Ref
    other: Ref
    is_one: bool
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class CounterpartCount:
    """How many records of a stream surely have a counterpart, and of how many that is in question.

    Of several that surely are the same one counts, until they are merged.
    """

    sure: int = 0
    asked: int = 0


class Counterparts(Room):
    """Pairs of records of linked accounts."""

    def in_question(
        self, streams: Collection[Stream], *, after: tuple[float, str, str] | None = None, limit: int = 1_000
    ) -> list[PairInQuestion]:
        """Return pairs to be asked about that have an end in one of `streams`, the likeliest first, each once.

        `after` is the probability and the refs of the last one that was shown.
        """
        known = self.streams.all()
        mine, other = _RECORDS.alias(), _RECORDS.alias()
        query = (
            select(
                mine.c.stream_id, mine.c.record_id, other.c.stream_id.label("far"), other.c.record_id.label("its"),
                _QUESTIONS.c.probability, _QUESTIONS.c.doubt,
            )
            .join_from(mine, _QUESTIONS, _QUESTIONS.c.member == mine.c.id)
            .join(other, other.c.id == _QUESTIONS.c.other)
            .where(mine.c.stream_id.in_(known), mine.c.counterpart.is_not(None), mine.c.counterpart == ASKED)
        )  # fmt: skip
        found = {
            _question(known, row)
            for row in self.connection.execute(query)
            if known[row.stream_id].account != known[row.far].account
            and (known[row.stream_id] in streams or known[row.far] in streams)
        }
        ordered = sorted(found, key=_place)
        return [one for one in ordered if after is None or _place(one) > (-after[0], after[1], after[2])][:limit]

    def without(self, stream: Stream, after: str = "", limit: int = 1_000) -> list[str]:
        """Return ids of records that have no counterpart, nor one in question, in the order of their ids."""
        query = select(_RECORDS.c.record_id).where(
            _RECORDS.c.stream_id == self.streams.find(stream),
            _RECORDS.c.counterpart.is_(None),
            _RECORDS.c.facts.is_not(None),
            _RECORDS.c.record_id > after,
        )
        return list(self.connection.execute(query.order_by(_RECORDS.c.record_id).limit(limit)).scalars())

    def counts(self, stream: Stream) -> CounterpartCount:
        """Return how many records have a counterpart; scans nothing."""
        number = self.streams.find(stream)
        counts = {} if number is None else read_counterparts(self.connection, number)
        return CounterpartCount(counts.get("sure", 0), counts.get("asked", 0))

    def recount(self, stream: Stream) -> CounterpartCount:
        """Return the same, counted one by one: for those who doubt it."""
        query = select(_RECORDS.c.counterpart, func.count()).where(
            _RECORDS.c.stream_id == self.streams.find(stream), _RECORDS.c.counterpart.is_not(None)
        )
        rows = self.connection.execute(query.group_by(_RECORDS.c.counterpart))
        found: dict[int | None, int] = {state: count for state, count in rows}  # noqa: C416 - rows are no pairs to mypy
        return CounterpartCount(found.get(SURE, 0), found.get(ASKED, 0))

    def join(self, one: tuple[Stream, str], other: tuple[Stream, str], *, by: str) -> None:
        """Take two records for one, on a person's word, whatever they say; for those they are merged into, too."""
        pair = self._pair(one, other)
        take_back(self.connection, pair, by, self.now)
        keep_words(self.connection, pair, by, self.now, is_one=True)
        self._want([one, other])

    def part(self, one: tuple[Stream, str], other: tuple[Stream, str], *, by: str) -> None:
        """Take two records for two for ever, on a person's word."""
        keep_words(self.connection, self._pair(one, other), by, self.now, is_one=False)
        self._want([one, other])

    def take_back(self, one: tuple[Stream, str], other: tuple[Stream, str], *, by: str) -> bool:
        """Let two records be as if nobody had said anything of them; return whether somebody had."""
        pair = self._pair(one, other)
        is_told = any({word.one, word.other} == {_ref(*one), _ref(*other)} for word in self.words([one[0]]))
        take_back(self.connection, pair, by, self.now)
        return is_told

    def words(self, streams: Collection[Stream], limit: int = 1_000) -> list[Word]:
        """Return what people said of pairs of two accounts with an end in one of `streams`, the latest first."""
        known = self.streams.all()
        numbers = [number for number, one in known.items() if one in streams]
        apart = schema.kept_apart
        is_apart = and_(
            apart.c.stream_id == _SAID.c.stream_id,
            apart.c.record_id == _SAID.c.record_id,
            apart.c.other_stream_id == _SAID.c.other_stream_id,
            apart.c.other_id == _SAID.c.other_id,
        )
        stands = or_(_SAID.c.is_one, select(apart.c.at).where(is_apart).exists())
        is_ours = or_(_SAID.c.stream_id.in_(numbers), _SAID.c.other_stream_id.in_(numbers))
        query = select(_SAID).where(_SAID.c.stream_id != _SAID.c.other_stream_id, is_ours, stands)
        rows = self.connection.execute(query.order_by(_SAID.c.at.desc(), _SAID.c.record_id, _SAID.c.other_id))
        found = (
            Word(
                _ref(known[row.stream_id], row.record_id),
                _ref(known[row.other_stream_id], row.other_id),
                row.is_one,
                row.at,
                row.by,
            )
            for row in rows
        )
        return [word for word in found if word.one.account != word.other.account][:limit]

    def _pair(self, one: tuple[Stream, str], other: tuple[Stream, str]) -> Pair:
        aliases = Aliases(self.connection, self.streams, self.now, self.make_id)
        near, far = ((self.streams.claim(stream), aliases.current(stream, key)) for stream, key in (one, other))
        return Pair(*near, *far)

    def _want(self, ends: Iterable[tuple[Stream, str]]) -> None:
        for stream, record_id in ends:
            want_matching(self.connection, self.streams.claim(stream), [record_id])


def _question(known: dict[int, Stream], row: Any) -> PairInQuestion:
    ends = sorted([_ref(known[row.stream_id], row.record_id), _ref(known[row.far], row.its)], key=str)
    return PairInQuestion(ends[0], ends[1], row.probability, row.doubt)


def _place(one: PairInQuestion) -> tuple[float, str, str]:
    return (-one.probability, str(one.one), str(one.other))


def _ref(stream: Stream, record_id: str) -> Ref:
    return Ref(stream.account, stream.object, record_id)
