"""The local copy: what was fetched of each record, and what judging made of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, true, update

from syncd.model import Gone, Ref, SourceRecord, Stream
from syncd.store import schema
from syncd.store.columns.packing import unpack, unpack_links
from syncd.store.journal.journal import Journal
from syncd.store.matching.aliases import Aliases
from syncd.store.records.keeping import KeptRecord, drop_rows, keep_rows, short
from syncd.store.records.makers import numbers_of
from syncd.store.rows.counts import read_owned, read_tally
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks

_RECORDS = schema.records
_VALUES = schema.record_values
_KEYS = schema.lookup_keys
_IS_LIVE = _RECORDS.c.gone_at.is_(None)


class Records(Room):
    """Records by stream and id. A record that is gone keeps its row and its history, and is not found any more."""

    def keep(self, stream: Stream, rows: Sequence[KeptRecord]) -> None:
        """Insert or update records with their values, links, findings and lookup keys. A record that was gone is back.

        A finding that stays (same rule and field) keeps the moment it was opened; one that is not named any more is
        closed. Of several rows with one id the last counts.
        """
        if rows:
            by_id = {row.source.ref.id: row for row in rows}
            makers = {row.maker for row in by_id.values() if row.maker is not None}
            numbers = numbers_of(self.connection, stream.account, makers) if makers else {}
            keep_rows(self.connection, self.streams.claim(stream), by_id, numbers, self.now)

    def versions(self, stream: Stream, ids: Collection[str]) -> dict[str, datetime]:
        """Return when those of `ids` that are held were last modified in the CRM."""
        query = select(_RECORDS.c.id, _RECORDS.c.modified_at)
        return {row.id: row.modified_at for row in self._of(stream, ids, query)}

    def states(self, stream: Stream, ids: Collection[str]) -> dict[str, tuple[int, str]]:
        """Return (content, judged_with) of those of `ids` that are held."""
        query = select(_RECORDS.c.id, _RECORDS.c.content, _RECORDS.c.judged_with)
        return {row.id: (row.content, row.judged_with) for row in self._of(stream, ids, query)}

    def read(self, stream: Stream, ids: Collection[str], *, with_gone: bool = False) -> dict[str, SourceRecord]:
        """Return those of `ids` that are held, exactly as they were kept, in the order of `ids`.

        With those that are gone, as they were last, as long as their values are kept.
        """
        # Two plain look-ups: what a planner makes of a join depends on statistics that a young database lacks.
        slim = {
            row.id: row
            for row in self._of(
                stream,
                ids,
                select(_RECORDS.c.id, _RECORDS.c.created_at, _RECORDS.c.modified_at),
                with_gone=with_gone,
            )
        }
        number = self.streams.find(stream)
        query = select(_VALUES.c.record_id, _VALUES.c.raw, _VALUES.c.links).where(_VALUES.c.stream_id == number)
        fat = {
            row.record_id: row
            for chunk in chunks(slim)
            for row in self.connection.execute(query.where(_VALUES.c.record_id.in_(chunk)))
        }
        return {record_id: _to_source(stream, slim[record_id], fat[record_id]) for record_id in ids if record_id in fat}

    def count(self, stream: Stream) -> int:
        """Return how many live records are held."""
        number = self.streams.find(stream)
        return 0 if number is None else read_tally(self.connection, number).records

    def count_since(self, stream: Stream, since: datetime) -> int:
        """Return how many live records were modified at or after `since`."""
        query = select(func.count()).where(*self._live(stream), _RECORDS.c.modified_at >= since)
        return self.connection.execute(query).scalar_one()

    def by_owner(self, stream: Stream) -> dict[str, tuple[int, int]]:
        """Return by owner (empty: nobody) how many records are judged and how many of them are not clean."""
        number = self.streams.find(stream)
        return {} if number is None else read_owned(self.connection, number)

    def ids(self, stream: Stream, after: str, limit: int) -> list[str]:
        """Return live ids behind `after`, in the order of their code points."""
        query = select(_RECORDS.c.id).where(*self._live(stream), _RECORDS.c.id > after)
        return list(self.connection.execute(query.order_by(_RECORDS.c.id).limit(limit)).scalars())

    def first_and_last(self, stream: Stream) -> tuple[str, str] | None:
        """Return the ends of the live ids, in the order of their code points; None when there are none."""
        first, last = (
            self.connection.execute(select(_RECORDS.c.id).where(*self._live(stream)).order_by(order).limit(1)).scalar()
            for order in (_RECORDS.c.id, _RECORDS.c.id.desc())
        )
        return None if first is None or last is None else (first, last)

    def ids_between(self, stream: Stream, behind: str, up_to: str | None) -> list[str]:
        """Return live ids behind one and up to another, as numbers of any length are counted; None: to the end.

        Between ids of one length the index does it; only where the length changes, all ids are looked at.
        """
        length = func.length(_RECORDS.c.id)
        query = select(_RECORDS.c.id).where(*self._live(stream))
        if up_to is not None and len(behind) == len(up_to):
            query = query.where(length == len(up_to), _RECORDS.c.id > behind, _RECORDS.c.id <= up_to)
        else:
            query = query.where(or_(length > len(behind), and_(length == len(behind), _RECORDS.c.id > behind)))
            if up_to is not None:
                query = query.where(or_(length < len(up_to), and_(length == len(up_to), _RECORDS.c.id <= up_to)))
        return list(self.connection.execute(query.order_by(_RECORDS.c.id)).scalars())

    def due(self, stream: Stream, now: datetime, limit: int) -> list[str]:
        """Return ids of records whose judgement may have changed with time, the longest due first."""
        query = select(_RECORDS.c.id).where(*self._live(stream), _RECORDS.c.again_at <= now)
        return list(self.connection.execute(query.order_by(_RECORDS.c.again_at, _RECORDS.c.id).limit(limit)).scalars())

    def judged_otherwise(self, stream: Stream, fingerprint: str, after_id: str, limit: int) -> list[str]:
        """Return live ids behind `after_id` that were judged with other rules. Costs nothing when there are none."""
        by_rules = [
            self.connection.execute(
                select(_RECORDS.c.id)
                .where(*self._live(stream), _RECORDS.c.judged_with == other, _RECORDS.c.id > after_id)
                .order_by(_RECORDS.c.id)
                .limit(limit)
            ).scalars()
            for other in self._fingerprints(stream)
            if other != fingerprint
        ]
        return list(islice(merge(*by_rules), limit))

    def with_key(
        self, account: str, kind: str, keys: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], tuple[Ref, ...]]:
        """Return the live records of a kind that hold a lookup key, for those of `keys` that any holds."""
        found: dict[tuple[str, str], list[Ref]] = {}
        streams = self.streams.of_kind(account, kind)
        for key, number, record_id in self._holders(account, kind, keys):
            stream = streams[number]
            found.setdefault(key, []).append(Ref(stream.account, stream.object, record_id))
        return {key: tuple(sorted(refs)) for key, refs in found.items()}

    def keys_of(self, stream: Stream, ids: Collection[str]) -> dict[str, set[tuple[str, str]]]:
        """Return the lookup keys that records hold; values too long for an index come as their hash."""
        found: dict[str, set[tuple[str, str]]] = {}
        query = select(_KEYS.c.record_id, _KEYS.c.name, _KEYS.c.value).where(
            _KEYS.c.stream_id == self.streams.find(stream)
        )
        for chunk in chunks(ids):
            for record_id, name, value in self.connection.execute(query.where(_KEYS.c.record_id.in_(chunk))):
                found.setdefault(record_id, set()).add((name, value))
        return found

    def keys_beside(
        self, account: str, kind: str, keys: Collection[tuple[str, str]], name: str
    ) -> dict[tuple[str, str], tuple[str, ...]]:
        """Return, for those of `keys` that any record of a kind holds, the values of the keys `name` they hold too.

        One value for each record, sorted; a value several records share comes as often.
        """
        by_stream: dict[int, list[tuple[tuple[str, str], str]]] = {}
        for key, number, record_id in self._holders(account, kind, keys):
            by_stream.setdefault(number, []).append((key, record_id))
        streams = self.streams.of_kind(account, kind)
        found: dict[tuple[str, str], list[str]] = {}
        for number, holders in by_stream.items():
            theirs = self.keys_of(streams[number], [record_id for _, record_id in holders])
            for key, record_id in holders:
                values = [value for held, value in theirs[record_id] if held == name]
                found.setdefault(key, []).extend(values)
        return {key: tuple(sorted(values)) for key, values in found.items()}

    def wake(
        self, account: str, kind: str, keys: Collection[tuple[str, str]], at: datetime, *, unlinked_only: bool = True
    ) -> int:
        """Make records that hold one of `keys` due at `at`: what they lack may be there now. Return how many were.

        Unless told otherwise, those that lack no link are left to sleep.
        """
        by_stream: dict[int, list[str]] = {}
        for _, number, record_id in self._holders(account, kind, keys):
            by_stream.setdefault(number, []).append(record_id)
        woken = 0
        for number, ids in by_stream.items():
            for chunk in chunks(ids):
                query = update(_RECORDS).where(
                    _RECORDS.c.stream_id == number,
                    _RECORDS.c.id.in_(chunk),
                    _RECORDS.c.unlinked_to != "" if unlinked_only else true(),
                    or_(_RECORDS.c.again_at.is_(None), _RECORDS.c.again_at > at),
                )
                woken += self.connection.execute(query, {"again_at": at}).rowcount
        return woken

    def make_due(self, stream: Stream, ids: Collection[str]) -> int:
        """Make records due to be judged again at once; return how many there were."""
        number = self.streams.find(stream)
        return sum(
            self.connection.execute(
                update(_RECORDS).where(_RECORDS.c.stream_id == number, _IS_LIVE, _RECORDS.c.id.in_(chunk)),
                {"again_at": self.now},
            ).rowcount
            for chunk in chunks(sorted(ids))
        )

    def wake_owned(self, account: str, owners: Collection[str], at: datetime) -> int:
        """Make records due at `at` that belong to one of `owners`; return how many were not yet.

        Looks at every record of the account: for what happens once in a while only.
        """
        numbers = [number for number, stream in self.streams.all().items() if stream.account == account]
        sleeping = or_(_RECORDS.c.again_at.is_(None), _RECORDS.c.again_at > at)
        woken = 0
        for chunk in chunks(sorted(owners)):
            query = update(_RECORDS).where(
                _RECORDS.c.stream_id.in_(numbers), _IS_LIVE, _RECORDS.c.owner.in_(chunk), sleeping
            )
            woken += self.connection.execute(query, {"again_at": at}).rowcount
        return woken

    def mark_gone(self, stream: Stream, gone: Sequence[Gone], at: datetime) -> int:
        """Close what is open about records the CRM has no more; return how many of them were live here.

        Findings and lookup keys go, open fixes (also those that would link to them) become stale, the id that answers
        instead is remembered. What is in flight is left to recovery, history stays. Twice is once.
        """
        merged = {one.ref.id: one.merged_into for one in gone if one.merged_into is not None}
        Aliases(self.connection, self.streams, self.now, self.make_id).keep_all(stream, merged)
        number = self.streams.find(stream)
        ids = [one.ref.id for one in gone]
        live = [] if number is None else drop_rows(self.connection, number, ids, at)
        Journal(self.connection, self.streams, self.now, self.make_id).drop_open(stream, ids, at)
        return len(live)

    def _of(
        self, stream: Stream, ids: Collection[str], query: Select[Any], *, with_gone: bool = False
    ) -> Iterator[Row[Any]]:
        """Yield rows of those of `ids` that are live, or of all.

        Those gone are left out here, not by the database: told of `gone_at`, a planner without statistics walks one of
        the partial indexes from end to end instead of looking the ids up.
        """
        mine = query.add_columns(_RECORDS.c.gone_at).where(_RECORDS.c.stream_id == self.streams.find(stream))
        for chunk in chunks(ids):
            for row in self.connection.execute(mine.where(_RECORDS.c.id.in_(chunk))):
                if with_gone or row.gone_at is None:
                    yield row

    def _live(self, stream: Stream) -> tuple[ColumnElement[bool], ...]:
        return (_RECORDS.c.stream_id == self.streams.find(stream), _IS_LIVE)

    def _fingerprints(self, stream: Stream) -> Iterator[str]:
        """Yield the rules that live records were judged with, jumping from one to the next in the index."""
        query = select(func.min(_RECORDS.c.judged_with)).where(*self._live(stream))
        found = self.connection.execute(query).scalar()
        while found is not None:
            yield found
            found = self.connection.execute(query.where(_RECORDS.c.judged_with > found)).scalar()

    def _holders(
        self, account: str, kind: str, keys: Collection[tuple[str, str]]
    ) -> Iterator[tuple[tuple[str, str], int, str]]:
        """Yield (key, stream, record id) for every live record of a kind that holds one of `keys`."""
        by_name: dict[str, dict[str, str]] = {}
        for name, value in keys:
            by_name.setdefault(name, {})[short(value)] = value
        for number in self.streams.of_kind(account, kind):
            for name, values in by_name.items():
                query = select(_KEYS.c.value, _KEYS.c.record_id).where(
                    _KEYS.c.stream_id == number, _KEYS.c.name == name
                )
                for chunk in chunks(values):
                    for value, record_id in self.connection.execute(query.where(_KEYS.c.value.in_(chunk))):
                        yield (name, values[value]), number, record_id


def _to_source(stream: Stream, slim: Any, fat: Any) -> SourceRecord:
    ref = Ref(stream.account, stream.object, slim.id)
    return SourceRecord(ref, unpack(fat.raw), slim.created_at, slim.modified_at, unpack_links(fat.links))
