"""The rows behind matching: what is known of records, of keys, of users, of pairs and of groups, by their numbers.

Nothing is ever loaded that was not asked for, whatever the size of the base; every method is one statement or two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Column, Select, and_, bindparam, select, update

from syncd.store import schema
from syncd.store.columns.packing import pack, unpack
from syncd.store.columns.sealed import masks_of
from syncd.store.matching.words import Pair
from syncd.store.rows.counts import Difference
from syncd.store.rows.lookups import among, delete_among, delete_rows, holders
from syncd.store.rows.room import Room
from syncd.store.rows.statements import add_up, chunks, insert, upsert

_MEMBERS = schema.match_records
_KEYS = schema.match_keys
_USERS = schema.match_users
_EDGES = schema.match_edges
_GROUPS = schema.match_groups
_QUESTIONS = schema.match_questions
_APART = schema.kept_apart
_SAID = schema.match_decisions
#: Of a record: it surely has a counterpart in a linked account; a person should say so; its twin has one, in its place.
ASKED, SURE, TWIN = 1, 2, 3
_COLUMNS = tuple(
    _MEMBERS.c[name] for name in ("id", "stream_id", "record_id", "facts", "group_no", "part", "counterpart")
)


class Member(NamedTuple):
    """What is known of a record."""

    number: int
    stream_id: int
    record_id: str
    #: The packed facts; None while they have to be read anew.
    facts: bytes | None
    #: The group it is in, and which of its parts that are beyond doubt; 0 when it is in none.
    group_no: int | None
    part: int
    #: Whether it has a counterpart in a linked account: `SURE`, `ASKED`, `TWIN`, or None.
    counterpart: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One end of a pair that a person should be asked about."""

    other: int
    probability: float
    doubt: str


def _joined(ours: tuple[Column[Any], Column[Any]], theirs: tuple[Column[Any], Column[Any]]) -> Select[Any]:
    """Return the query for the other ends of pairs that somebody said are one; made once, for it takes long to make."""
    mine, other = _MEMBERS.alias(), _MEMBERS.alias()
    is_mine = and_(ours[0] == mine.c.stream_id, ours[1] == mine.c.record_id)
    is_other = and_(theirs[0] == other.c.stream_id, theirs[1] == other.c.record_id)
    query = select(mine.c.id, other.c.id).join_from(mine, _SAID, is_mine).join(other, is_other)
    return query.where(
        mine.c.id.in_(bindparam("numbers", expanding=True)),
        other.c.pool_id == bindparam("pool"),
        mine.c.stream_id != other.c.stream_id,
        _SAID.c.is_one,
    )


_ENDS = (_SAID.c.stream_id, _SAID.c.record_id), (_SAID.c.other_stream_id, _SAID.c.other_id)
#: From either end of the pair.
_JOINED = _joined(*_ENDS), _joined(*_ENDS[::-1])


class MatchRows(Room):
    """Rows of one pool."""

    # Records

    def by_record(self, stream_id: int, ids: Collection[str]) -> list[Member]:
        """Return what is known of records of a stream."""
        fixed = {"stream_id": stream_id}
        return [Member(*row) for row in among(self.connection, _COLUMNS, _MEMBERS.c.record_id, ids, fixed)]

    def by_number(self, numbers: Collection[int]) -> list[Member]:
        """Return what is known of records."""
        return [Member(*row) for row in among(self.connection, _COLUMNS, _MEMBERS.c.id, numbers)]

    def in_groups(self, pool_id: int, groups: Collection[int]) -> list[Member]:
        """Return the members of groups."""
        fixed = {"pool_id": pool_id}
        return [Member(*row) for row in among(self.connection, _COLUMNS, _MEMBERS.c.group_no, groups, fixed)]

    def walk(self, pool_id: int, after: int, limit: int) -> list[Member]:
        """Return what is known of the records behind a number, in the order of their numbers."""
        query = select(*_COLUMNS).where(_MEMBERS.c.pool_id == pool_id, _MEMBERS.c.id > after)
        return [Member(*row) for row in self.connection.execute(query.order_by(_MEMBERS.c.id).limit(limit))]

    def enter(self, pool_id: int, rows: Mapping[tuple[int, str], bytes]) -> list[Member]:
        """Give records that are not known a number, and keep their packed facts."""
        said = {"pool_id": pool_id, "group_no": None, "part": 0}
        new = [
            {**said, "stream_id": stream_id, "record_id": record_id, "facts": facts}
            for (stream_id, record_id), facts in rows.items()
        ]
        insert(self.connection, _MEMBERS, new)
        by_stream: dict[int, list[str]] = defaultdict(list)
        for stream_id, record_id in rows:
            by_stream[stream_id].append(record_id)
        return [member for stream_id, ids in by_stream.items() for member in self.by_record(stream_id, ids)]

    def keep_facts(self, facts: Mapping[int, bytes | None]) -> None:
        """Keep other facts of known records."""
        query = update(_MEMBERS).where(_MEMBERS.c.id == bindparam("_id")).values(facts=bindparam("_facts"))
        if facts:
            self.connection.execute(query, [{"_id": one, "_facts": packed} for one, packed in sorted(facts.items())])

    def leave(self, numbers: Collection[int]) -> None:
        """Forget records; their keys, edges and groups have to be gone."""
        delete_among(self.connection, _MEMBERS.c.id, numbers)

    # Keys and users

    def members(self, pool_id: int, keys: Collection[int], limit: int | None) -> dict[int, list[int]]:
        """Return the records under each key, at most `limit` of them."""
        hidden = masks_of(self.connection.dialect, keys)
        found = holders(self.connection, pool_id, _KEYS, hidden.values(), limit)
        return {key: found[mask] for key, mask in hidden.items() if mask in found}

    def users(self, pool_id: int, values: Collection[int], limit: int) -> dict[int, int]:
        """Return how many users each value has that has any, counted up to `limit`."""
        hidden = masks_of(self.connection.dialect, values)
        found = holders(self.connection, pool_id, _USERS, hidden.values(), limit)
        return {value: len(found[mask]) for value, mask in hidden.items() if mask in found}

    def rekey(self, pool_id: int, gone: Collection[tuple[int, int]], come: Collection[tuple[int, int]]) -> None:
        """Take records from under keys, and put others under keys: (key, record)."""
        names = ("pool_id", "key", "member")
        hidden = masks_of(self.connection.dialect, {key for key, _ in (*gone, *come)})
        left = sorted((hidden[key], member) for key, member in gone)
        delete_rows(self.connection, _KEYS, names, [(pool_id, key, member) for key, member in left])
        new = sorted((hidden[key], member) for key, member in come)
        rows = [{"pool_id": pool_id, "key": key, "member": member} for key, member in new]
        upsert(self.connection, _KEYS, rows)

    def count_users(self, pool_id: int, counts: Mapping[tuple[int, int], int]) -> None:
        """Add to how many records say of a user of a value that he uses it: (value, user)."""
        hidden = masks_of(self.connection.dialect, {one for pair in counts for one in pair})
        changed = sorted((hidden[value], hidden[user], count) for (value, user), count in counts.items() if count)
        rows = [{"pool_id": pool_id, "value": value, "used_by": user, "count": count} for value, user, count in changed]
        add_up(self.connection, _USERS, rows)
        fewer = {value for value, _, count in changed if count < 0}
        delete_among(self.connection, _USERS.c.value, fewer, {"pool_id": pool_id, "count": 0})

    # Pairs

    def edges(self, numbers: Collection[int]) -> dict[int, dict[int, float]]:
        """Return the other ends of records' edges, with their points."""
        found: dict[int, dict[int, float]] = defaultdict(dict)
        for member, other, score in among(self.connection, tuple(_EDGES.columns), _EDGES.c.member, numbers):
            found[member][other] = score
        return found

    def link(self, edges: Iterable[tuple[int, int, float]]) -> None:
        """Keep edges, or other points of edges."""
        both = [end for one, other, score in edges for end in ((one, other, score), (other, one, score))]
        upsert(
            self.connection, _EDGES, [{"member": one, "other": two, "score": score} for one, two, score in sorted(both)]
        )

    def unlink(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Take edges away."""
        both = [end for one, other in pairs for end in ((one, other), (other, one))]
        delete_rows(self.connection, _EDGES, ("member", "other"), sorted(both))

    def apart(self, stream_id: int, ids: Collection[str]) -> list[Pair]:
        """Return the pairs kept apart that a record of a stream is one end of."""
        columns = tuple(_APART.c[name] for name in Pair._fields)
        return [
            Pair(*row) for row in among(self.connection, columns, _APART.c.record_id, ids, {"stream_id": stream_id})
        ]

    def decided(self, stream_id: int, ids: Collection[str]) -> set[str]:
        """Return those records of a stream that somebody said something of."""
        smaller, other = _SAID.c.record_id, _SAID.c.other_id
        rows = among(self.connection, (smaller,), smaller, ids, {"stream_id": stream_id})
        others = among(self.connection, (other,), other, ids, {"other_stream_id": stream_id})
        return {row[0] for row in (*rows, *others)}

    def questions(self, numbers: Collection[int]) -> dict[int, set[Asked]]:
        """Return what a person should be asked about records."""
        found: dict[int, set[Asked]] = defaultdict(set)
        for member, other, probability, doubt in among(
            self.connection, tuple(_QUESTIONS.columns), _QUESTIONS.c.member, numbers
        ):
            found[member].add(Asked(other, probability, doubt))
        return found

    def ask(self, gone: Collection[tuple[int, int]], come: Sequence[tuple[int, Asked]]) -> None:
        """Take questions away, by both ends, and put others."""
        delete_rows(self.connection, _QUESTIONS, ("member", "other"), sorted(gone))
        rows = [
            {"member": member, "other": asked.other, "probability": asked.probability, "doubt": asked.doubt}
            for member, asked in come
        ]
        upsert(self.connection, _QUESTIONS, rows)

    # Groups

    def weakest(self, pool_id: int, groups: Collection[int]) -> dict[int, float]:
        """Return the probability of the weakest link of each group."""
        columns = (_GROUPS.c.group_no, _GROUPS.c.weakest)
        rows = among(self.connection, columns, _GROUPS.c.group_no, groups, {"pool_id": pool_id})
        return {row.group_no: row.weakest for row in rows}

    def keep_groups(self, pool_id: int, gone: Collection[int], come: Mapping[int, float]) -> None:
        """Drop groups, and keep others with the probability of their weakest link."""
        delete_among(self.connection, _GROUPS.c.group_no, gone, {"pool_id": pool_id})
        rows = [{"pool_id": pool_id, "group_no": group, "weakest": chance} for group, chance in sorted(come.items())]
        upsert(self.connection, _GROUPS, rows)

    def place(self, places: Mapping[int, tuple[int | None, int]]) -> None:
        """Put records into a group and one of its parts."""
        query = update(_MEMBERS).where(_MEMBERS.c.id == bindparam("_id"))
        query = query.values(group_no=bindparam("_group"), part=bindparam("_part"))
        if places:
            rows = [{"_id": one, "_group": group, "_part": part} for one, (group, part) in sorted(places.items())]
            self.connection.execute(query, rows)

    def mark(self, counterparts: Mapping[int, int | None]) -> None:
        """Keep which records have a counterpart, surely or in question."""
        query = update(_MEMBERS).where(_MEMBERS.c.id == bindparam("_id")).values(counterpart=bindparam("_told"))
        if counterparts:
            rows = [{"_id": one, "_told": told} for one, told in sorted(counterparts.items())]
            self.connection.execute(query, rows)

    def count_counterparts(self, stream_id: int, *, sure: int, asked: int) -> None:
        """Count records that surely have a counterpart, and those of which that is in question, in and out."""
        difference = Difference()
        difference.counterparts(sure=sure, asked=asked)
        difference.keep(self.connection, stream_id)

    def joined(self, pool_id: int, numbers: Collection[int]) -> dict[int, set[int]]:
        """Return, for records, those of other streams that somebody said are one with them; only what is matched."""
        found: dict[int, set[int]] = defaultdict(set)
        for query in _JOINED:
            for chunk in chunks(sorted(numbers)):
                for one, other in self.connection.execute(query, {"numbers": chunk, "pool": pool_id}):
                    found[one].add(other)
        return found

    def count(self, stream_id: int, *, groups: int, records: int) -> None:
        """Count groups that a stream has a record in, and records in groups, in and out."""
        difference = Difference()
        difference.twins(groups=groups, records=records)
        difference.keep(self.connection, stream_id)


def pack_parts(parts: list[Any]) -> bytes:
    """Return facts that were taken apart as bytes."""
    return pack(parts)


def unpack_parts(data: bytes) -> list[Any]:
    """Return what `pack_parts` was given."""
    return unpack(data)  # type: ignore[no-any-return]  # only lists are packed so
