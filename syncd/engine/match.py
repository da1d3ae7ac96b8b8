"""Step between reading and judging: who is whose twin, brought up to date with what came, changed and went.

Which records are compared with each other, and by what, is for `match_pools` to say. What changed lies on a list that
was written in the same transaction as the record; each batch takes its records off it in the transaction that keeps
what they come to. A crash loses nothing, and does nothing twice.

A pool that is matched for the first time, or in another way than before, is walked over in three sweeps: all facts are
read, all pairs compared, all groups made. Until then its groups stay what they were.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mappings import RecordMapping, is_left_alone, to_canonical
from quality import TWINS
from quality.dedupe import Matching, shipped_points
from syncd.engine.holds import PULL_TOO_SMALL
from syncd.engine.match_pools import is_learned, points_of_pool, pool_name, pool_of, reader_of, version_of
from syncd.engine.match_state import KeptState
from syncd.engine.match_sweeps import COMPARE, GROUP, READ
from syncd.engine.match_whole import link_whole
from syncd.engine.setup import StreamPass, StreamSetup, Tools
from syncd.model import Record, SourceRecord, Stream, Value
from syncd.store import Pool, Transaction

#: Records matched in one transaction: by comparing each, or when only facts are read.
BATCH = 500
READ_BATCH = 2_000
#: From so many records on, the pairs of a base that is matched anew are compared all at once, outside the store.
WHOLE = 5_000
#: People's decisions are looked at anew whenever there are so many more.
_DECISIONS = 50


def match(works: Sequence[StreamPass]) -> None:
    """Bring the twins of all streams up to date whose rules ask for them."""
    by_pool: dict[tuple[str, str], list[StreamPass]] = defaultdict(list)
    for work in works:
        by_pool[work.stream.account, pool_name(work.stream)].append(work)
    for met in by_pool.values():
        _PoolMatch.of(met).run()


@dataclass(frozen=True, slots=True)
class _PoolMatch:
    """The matching of one pool in one pass."""

    tools: Tools
    account: str
    #: What the pool is called.
    kind: str
    #: The streams of this pass, those that want twins and those that do not, or of which nobody says how.
    wanting: tuple[StreamSetup, ...]
    others: tuple[StreamSetup, ...]
    #: The mappings of all streams of the account, by object.
    mappings: Mapping[str, RecordMapping]

    @classmethod
    def of(cls, works: Sequence[StreamPass]) -> _PoolMatch:
        """Return the matching of streams of one pool."""
        setups = [work.setup for work in works]
        wanting = tuple(one for one in setups if TWINS in one.ruleset.asks and _is_comparable(one))
        return cls(
            works[0].tools,
            works[0].stream.account,
            pool_name(works[0].stream),
            wanting,
            tuple(one for one in setups if one not in wanting),
            {name: mapping for setup in setups for name, mapping in setup.mappings.items()}
            | {setup.stream.object: setup.mapping for setup in setups},
        )

    def run(self) -> None:
        """Match what is due, batch by batch, and go on with a sweep that is under way."""
        if not self._begin():
            return
        started, count = self.tools.clock.monotonic(), 0
        while not self.tools.stop.is_set() and (done := self._step()):
            count += done
            seconds = self.tools.clock.monotonic() - started
            self.tools.telemetry.records_matched(self.account, self.kind, done=count, seconds=seconds)

    def _begin(self) -> bool:
        """Have the streams matched that should be; return whether they are read to their ends and there is a pool."""
        with self.tools.store.transaction() as tx:
            for setup in self.others:
                tx.matching.withdraw(setup.stream)
            if not self.wanting:
                return False
            pool = tx.matching.begin(self.account, self.kind, version_of(self.wanting[0].matching), READ)
            for setup in self.wanting:
                tx.matching.enroll(pool, setup.stream, setup.mapping.fingerprint)
            self._learn(tx, pool)
            return all(self._is_whole(tx, stream) for stream in tx.matching.members(pool).values())

    @staticmethod
    def _is_whole(tx: Transaction, stream: Stream) -> bool:
        """Return whether no full pull of a stream is under way: half a base makes shared mailboxes look personal."""
        if any(one.guard == PULL_TOO_SMALL for one in tx.holds.of(stream)):
            return False
        cursor = tx.cursors.read(stream)
        return cursor is None or cursor.after is None

    def _learn(self, tx: Transaction, pool: Pool) -> None:
        """Let people's decisions refine how probable a score is, now and then; all pairs are then compared anew.

        What was declared is what somebody wants: it is not refined.
        """
        if not is_learned(self.kind):
            return
        decisions = tx.matching.decisions(pool)
        if len(decisions) // _DECISIONS == pool.decision_count // _DECISIONS:
            return
        pool.decision_count = len(decisions)
        shipped = shipped_points(self.kind).calibration
        refined = shipped.refined(decisions)
        line = None if refined == shipped else (refined.slope, refined.offset)
        if line != pool.calibration:
            pool.calibration = line
            if pool.sweep != READ:
                pool.sweep, pool.sweep_after = COMPARE, 0
        tx.matching.save(pool)

    def _step(self) -> int:
        """Match one batch in a transaction of its own; return how many records it had, 0 when nothing is left."""
        with self.tools.store.transaction() as tx:
            pool = tx.matching.pool(self.account, self.kind)
            if pool is None:
                return 0
            is_whole = pool.sweep == READ and pool.record_count >= WHOLE and is_learned(self.kind)
            limit = READ_BATCH if pool.sweep == READ else BATCH
            for stream in tx.matching.members(pool).values():
                # A stream the CRM refuses for now has no mapping: what is due of it waits.
                due = tx.matching.due(stream, limit) if stream.object in self.mappings else []
                if due:
                    self._match(tx, pool, stream, due)
                    return len(due)
            if not is_whole:
                return self._sweep(tx, pool) if pool.sweep else 0
        return link_whole(self.tools, pool, points_of_pool(pool), self._values)

    def _match(self, tx: Transaction, pool: Pool, stream: Stream, due: Sequence[str]) -> None:
        """Match records that came, changed or went."""
        state = KeptState(tx, pool)
        copies = tx.records.read(stream, due)
        read = reader_of(pool)
        records = {one: self._record(stream, copies.get(one)) for one in due}
        changes = {
            f"{stream.object}/{one}": None if record is None else read(record) for one, record in records.items()
        }
        matching = Matching(self.kind, state, points_of_pool(pool))
        if pool.sweep == READ:
            state.read(changes)
        elif pool.sweep == COMPARE:
            matching.reindex(changes)
        else:
            # Records that say what they said have to be looked at only when somebody said something of them.
            matching.regroup(matching.reindex(changes) | state.told_of(changes))
        _wake_twins(tx, stream, due)
        self._end(tx, pool, state)
        tx.matching.done(stream, due)

    def _sweep(self, tx: Transaction, pool: Pool) -> int:
        """Take a sweep one batch further, or begin the next one; return how many records were looked at, at least 1."""
        if pool.sweep == READ:
            pool.sweep, pool.sweep_after = COMPARE, 0
        state = KeptState(tx, pool)
        ids = state.walk(BATCH)
        last = state.number_of(ids[-1]) if ids else 0
        matching = Matching(self.kind, state, points_of_pool(pool))
        if not ids:
            pool.sweep, pool.sweep_after = (GROUP, 0) if pool.sweep == COMPARE else ("", 0)
        elif pool.sweep == COMPARE:
            matching.connect(ids, state.is_behind)
        else:
            matching.regroup(state.tied(ids))
        if ids:
            pool.sweep_after = last
        self._end(tx, pool, state)
        return max(1, len(ids))

    @staticmethod
    def _end(tx: Transaction, pool: Pool, state: KeptState) -> None:
        for stream, ids in state.woken().items():
            tx.twins.wake(stream, ids)
        tx.matching.save(pool)

    def _values(self, stream: Stream, source: SourceRecord) -> Mapping[str, Value] | None:
        """Return a record's values under our names; None when nobody should judge it."""
        record = self._record(stream, source)
        return None if record is None else record.values

    def _record(self, stream: Stream, source: SourceRecord | None) -> Record | None:
        """Return a record as we spell it; None when it is gone, or nobody should judge it."""
        mapping = self.mappings.get(stream.object)
        if mapping is None or source is None:
            return None
        record = to_canonical(mapping, source)
        return None if is_left_alone(mapping, record) else record


def _is_comparable(setup: StreamSetup) -> bool:
    """Return whether it is known by what the records of a stream are compared."""
    return is_learned(pool_name(setup.stream)) or setup.matching is not None


def let_go(tx: Transaction, stream: Stream, ids: Sequence[str]) -> None:
    """Forget at once what matching knows of records, as if they were gone."""
    pool = pool_of(tx, stream)
    if pool is None or not tx.matching.is_enrolled(stream):
        return
    state = KeptState(tx, pool)
    matching = Matching(pool.kind, state, points_of_pool(pool))
    touched = matching.reindex({f"{stream.object}/{one}": None for one in ids})
    if pool.sweep in {"", GROUP}:
        matching.regroup(touched)
    for found, woken in state.woken().items():
        tx.twins.wake(found, woken)
    tx.matching.save(pool)


def _wake_twins(tx: Transaction, stream: Stream, changed: Sequence[str]) -> None:
    """Have the twins of records judged again: which of them stays, and with which values, may be another matter now."""
    by_object: dict[str, set[str]] = defaultdict(set)
    for rows in tx.twins.of(stream, changed).values():
        for row in rows:
            by_object[row.ref.object].add(row.ref.id)
    for name, ids in by_object.items():
        tx.twins.wake(replace(stream, object=name), ids)
