"""Pools of records that are compared with each other, and the list of what matching has to see to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from syncd.model import Stream
from syncd.store import schema
from syncd.store.columns.packing import pack, unpack
from syncd.store.matching.words import want_matching
from syncd.store.rows.counts import Difference, read_counterparts, read_twins
from syncd.store.rows.lookups import among, delete_among
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks, upsert

_POOLS = schema.match_pools
_STREAMS = schema.match_streams
_DUE = schema.match_due
_MEMBERS = schema.match_records
_WRITTEN_OVER = schema.written_over


@dataclass(slots=True)
class Pool:
    """The records of one kind in one account, or in several that are linked, and how far matching them has come."""

    id: int
    #: The account, or all of those that are linked: `hubspot-main+salesforce-main`.
    account: str
    kind: str
    #: What facts were read by and pairs compared by.
    version: str
    #: The step of a walk over all records that is under way, and how far it is; empty when there is none.
    sweep: str = ""
    sweep_after: int = 0
    record_count: int = 0
    last_group: int = 0
    #: Slope and offset that people's decisions led to, and how many decisions there were.
    calibration: tuple[float, float] | None = None
    decision_count: int = 0


class Matching(Room):
    """Pools by account and kind, their streams, and what is due."""

    def pool(self, account: str, kind: str) -> Pool | None:
        """Return a pool; None when nothing was ever matched there."""
        query = select(_POOLS).where(_POOLS.c.account == account, _POOLS.c.kind == kind)
        row = self.connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        line = None if row["calibration"] is None else tuple(unpack(row["calibration"]))
        return Pool(**{**row, "calibration": line})

    def begin(self, account: str, kind: str, version: str, sweep: str) -> Pool:
        """Return the pool as `version` matches it; where another one did, everything is due, and `sweep` begins.

        Groups stay as they are until then: they keep their ids.
        """
        pool = self.pool(account, kind)
        if pool is None:
            row = asdict(Pool(0, account, kind, "", sweep))
            del row["id"]
            number = self.connection.execute(insert(_POOLS).returning(_POOLS.c.id), row).scalar_one()
            pool = Pool(number, account, kind, "", sweep)
        if pool.version != version:
            self._forget(pool)
            pool.version, pool.sweep, pool.sweep_after, pool.record_count = version, sweep, 0, 0
            self.save(pool)
        return pool

    def save(self, pool: Pool) -> None:
        """Keep how far matching has come."""
        row = asdict(pool)
        row["calibration"] = None if pool.calibration is None else pack(list(pool.calibration))
        del row["id"]
        self.connection.execute(update(_POOLS).where(_POOLS.c.id == pool.id), row)

    def members(self, pool: Pool) -> dict[int, Stream]:
        """Return the streams of a pool by their numbers."""
        numbers = self.connection.execute(select(_STREAMS.c.stream_id).where(_STREAMS.c.pool_id == pool.id)).scalars()
        known = self.streams.all()
        return {number: known[number] for number in numbers}

    def pool_of(self, stream: Stream) -> Pool | None:
        """Return the pool that a stream is matched in; None when it is not."""
        query = select(_POOLS.c.account, _POOLS.c.kind).join(_STREAMS, _STREAMS.c.pool_id == _POOLS.c.id)
        row = self.connection.execute(query.where(_STREAMS.c.stream_id == self.streams.find(stream))).one_or_none()
        return None if row is None else self.pool(row.account, row.kind)

    def is_enrolled(self, stream: Stream) -> bool:
        """Return whether a stream is matched."""
        query = select(_STREAMS.c.pool_id).where(_STREAMS.c.stream_id == self.streams.find(stream))
        return self.connection.execute(query).first() is not None

    def enroll(self, pool: Pool, stream: Stream, mapping: str) -> bool:
        """Have a stream matched; where it was not, or was read by another mapping, all its records are due.

        One that was in another pool leaves nothing behind there. Return whether it is new to this one.
        """
        number = self.streams.claim(stream)
        query = select(_STREAMS.c.pool_id, _STREAMS.c.mapping).where(_STREAMS.c.stream_id == number)
        held = self.connection.execute(query).one_or_none()
        if held is not None and held.pool_id != pool.id:
            self.withdraw(stream)
        if held is None or (held.pool_id, held.mapping) != (pool.id, mapping):
            upsert(self.connection, _STREAMS, [{"stream_id": number, "pool_id": pool.id, "mapping": mapping}])
            self._want_all(number)
        return held is None or held.pool_id != pool.id

    def withdraw(self, stream: Stream) -> None:
        """Match a stream no more: what was known of its records is forgotten, and the others are matched anew.

        What people said of pairs stays.
        """
        number, pool = self.streams.find(stream), self.pool_of(stream)
        if number is None or pool is None:
            return
        self._forget(pool)
        for table in (_STREAMS, _DUE, schema.twins_due, _MEMBERS):
            self.connection.execute(delete(table).where(table.c.stream_id == number))
        twins, counterparts = read_twins(self.connection, number), read_counterparts(self.connection, number)
        difference = Difference()
        difference.twins(groups=-twins.get("groups", 0), records=-twins.get("records", 0))
        difference.counterparts(sure=-counterparts.get("sure", 0), asked=-counterparts.get("asked", 0))
        difference.keep(self.connection, number)
        if not self.members(pool):
            groups = schema.match_groups
            self.connection.execute(delete(groups).where(groups.c.pool_id == pool.id))
        pool.version = ""
        self.save(pool)

    def written_over(self, stream: Stream, ids: Collection[str]) -> dict[str, bytes]:
        """Return those records that were somebody else until they were written over, and by what they went then."""
        number = self.streams.find(stream)
        columns = (_WRITTEN_OVER.c.record_id, _WRITTEN_OVER.c.was)
        fixed = {"stream_id": number}
        return dict(tuple(row) for row in among(self.connection, columns, _WRITTEN_OVER.c.record_id, ids, fixed))

    def note_written_over(self, stream: Stream, was: Mapping[str, bytes]) -> None:
        """Remember by what records went that are held, and say now that they are somebody else."""
        number = self.streams.claim(stream)
        rows = [{"stream_id": number, "record_id": one, "was": name} for one, name in sorted(was.items())]
        upsert(self.connection, _WRITTEN_OVER, rows)

    def forget_written_over(self, stream: Stream, ids: Collection[str]) -> None:
        """Forget that records were somebody else: they are again."""
        fixed = {"stream_id": self.streams.find(stream)}
        delete_among(self.connection, _WRITTEN_OVER.c.record_id, ids, fixed)

    def due(self, stream: Stream, limit: int) -> list[str]:
        """Return ids of records that came, changed or went since they were matched."""
        query = select(_DUE.c.record_id).where(_DUE.c.stream_id == self.streams.find(stream))
        return list(self.connection.execute(query.order_by(_DUE.c.record_id).limit(limit)).scalars())

    def waiting(self, stream: Stream, ids: Collection[str]) -> frozenset[str]:
        """Return those of `ids` that are to be matched anew, or to be judged anew for their twins' sake."""
        number = self.streams.find(stream)
        return frozenset(
            found
            for table in (_DUE, schema.twins_due)
            for chunk in chunks(ids)
            for found in self.connection.execute(
                select(table.c.record_id).where(table.c.stream_id == number, table.c.record_id.in_(chunk))
            ).scalars()
        )

    def want(self, stream: Stream, ids: Collection[str]) -> None:
        """Have records matched anew although they did not change."""
        want_matching(self.connection, self.streams.claim(stream), ids)

    def done(self, stream: Stream, ids: Collection[str]) -> None:
        """Take records that were matched off the list."""
        delete_among(self.connection, _DUE.c.record_id, ids, {"stream_id": self.streams.find(stream)})

    def decisions(self, pool: Pool) -> list[tuple[float, bool]]:
        """Return what people said of pairs whose points are known: the points, and whether the two were one."""
        table = schema.match_decisions
        query = select(table.c.score, table.c.is_one).where(
            table.c.stream_id.in_(list(self.members(pool))), table.c.score.is_not(None)
        )
        rows = self.connection.execute(query.order_by(*table.primary_key.columns))
        return [(row.score, row.is_one) for row in rows]

    def _forget(self, pool: Pool) -> None:
        """Forget what was worked out of a pool's records, and have all of them matched anew."""
        for table in (schema.match_keys, schema.match_users):
            self.connection.execute(delete(table).where(table.c.pool_id == pool.id))
        numbers = select(_MEMBERS.c.id).where(_MEMBERS.c.pool_id == pool.id)
        for table in (schema.match_edges, schema.match_questions):
            self.connection.execute(delete(table).where(table.c.member.in_(numbers)))
        self.connection.execute(update(_MEMBERS).where(_MEMBERS.c.pool_id == pool.id), {"facts": None})
        for number in self.members(pool):
            self._want_all(number)

    def _want_all(self, number: int) -> None:
        records = schema.records
        live = select(literal(number), records.c.id).where(records.c.stream_id == number, records.c.gone_at.is_(None))
        dialect = postgresql if self.connection.dialect.name == "postgresql" else sqlite
        query = dialect.insert(_DUE).from_select(["stream_id", "record_id"], live)
        self.connection.execute(query.on_conflict_do_nothing())
