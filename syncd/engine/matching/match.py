"""Step between reading and judging: who is whose twin, brought up to date with what came, changed and went.

Which records are compared with each other, and by what, is for `match_pools` to say. What changed lies on a list that
was written in the same transaction as the record; each batch takes its records off it in the transaction that keeps
what they come to. A crash loses nothing, and does nothing twice.

A pool that is matched for the first time, or in another way than before, is walked over in three sweeps: all facts are
read, all pairs compared, all groups made. Until then its groups stay what they were.

Linked accounts have one pool, and a lane each: they take turns at it, and each takes only its own records off the list,
for only its own lane keeps them. The sweeps go over all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mappings import is_left_alone
from quality import TWINS
from quality.dedupe import Facts, Matching, shipped_points
from syncd.engine.holds import PULL_TOO_SMALL
from syncd.engine.matching.known_ids import wake_who_names, with_known_ids
from syncd.engine.matching.pools import is_learned, place_of_pool, points_of_pool, pool_of, reader_of, version_of
from syncd.engine.matching.state import KeptState
from syncd.engine.matching.sweeps import COMPARE, GROUP, READ
from syncd.engine.matching.whole import link_whole
from syncd.engine.matching.written_over import with_written_over
from syncd.engine.peers import Peer, own_peers
from syncd.engine.setup import StreamPass, StreamSetup, Tools
from syncd.model import Record, SourceRecord, Stream
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
        by_pool[place_of_pool(work.setup)].append(work)
    for met in by_pool.values():
        with met[0].tools.pool_lock(met[0].setup):
            _PoolMatch.of(met).run()


@dataclass(frozen=True, slots=True)
class _PoolMatch:
    """The matching of one pool in one pass."""

    tools: Tools
    #: The account, or all that are linked; and what the pool is called.
    account: str
    kind: str
    #: The streams of this pass, those that want twins and those that do not, or of which nobody says how.
    wanting: tuple[StreamSetup, ...]
    others: tuple[StreamSetup, ...]
    #: The accounts of this pass.
    own: frozenset[str]
    #: How records read, and by which mapping, by account and object.
    peers: Mapping[tuple[str, str], Peer]

    @classmethod
    def of(cls, works: Sequence[StreamPass]) -> _PoolMatch:
        """Return the matching of streams of one pool."""
        setups = [work.setup for work in works]
        wanting = tuple(one for one in setups if (TWINS in one.ruleset.asks or one.pool) and _is_comparable(one))
        account, kind = place_of_pool(setups[0])
        return cls(
            works[0].tools,
            account,
            kind,
            wanting,
            tuple(one for one in setups if one not in wanting),
            frozenset(one.stream.account for one in setups),
            {place: peer for setup in setups for place, peer in setup.peers.items()}
            | {place: peer for setup in setups for place, peer in own_peers(setup).items()},
        )

    @property
    def linked(self) -> tuple[Stream, ...]:
        """Return all streams of linked accounts in the pool; none where the account stands alone."""
        return self.wanting[0].pool

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
            if self.linked and not all(self._is_whole(tx, one.stream) for one in self.wanting):
                # It joins the others when it is read; until then they go on without it, and it as it was.
                return False
            pool = tx.matching.begin(self.account, self.kind, version_of(self.wanting[0]), READ)
            for setup in self.wanting:
                if tx.matching.enroll(pool, setup.stream, setup.mapping.fingerprint) and pool.sweep == "":
                    self._sweep_many(tx, pool, setup.stream)
            self._learn(tx, pool)
            mine = [stream for stream in tx.matching.members(pool).values() if stream.account in self.own]
            return all(self._is_whole(tx, stream) for stream in mine)

    @staticmethod
    def _sweep_many(tx: Transaction, pool: Pool, stream: Stream) -> None:
        """Have a base that joins a pool compared at once rather than record by record, if it is a large one."""
        if len(tx.matching.due(stream, WHOLE)) >= WHOLE:
            pool.sweep, pool.sweep_after = READ, 0
            tx.matching.save(pool)

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
                is_mine = stream.account in self.own and (stream.account, stream.object) in self.peers
                due = tx.matching.due(stream, limit) if is_mine else []
                if due:
                    self._match(tx, pool, stream, due)
                    return len(due)
            if not is_whole:
                return self._sweep(tx, pool) if pool.sweep else 0
        return link_whole(self.tools, pool, points_of_pool(pool))

    def _match(self, tx: Transaction, pool: Pool, stream: Stream, due: Sequence[str]) -> None:
        """Match records that came, changed or went."""
        state = KeptState(tx, pool)
        read = reader_of(pool)
        records = self._records(tx, stream, tx.records.read(stream, due).values())
        changes: dict[str, Facts | None] = dict.fromkeys(f"{stream.name}/{one}" for one in due)
        points = points_of_pool(pool)
        facts = {str(record.ref): read(record) for record in records}
        changes |= with_written_over(tx, state, stream, points, facts) if self.linked else facts
        gone = [one for one, facts in changes.items() if facts is None]
        if self.linked and gone:
            wake_who_names(tx, state, gone)
        matching = Matching(self.kind, state, points)
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

    def _records(self, tx: Transaction, stream: Stream, sources: Iterable[SourceRecord]) -> list[Record]:
        """Return records as we spell them, without those that nobody should judge."""
        peer = self.peers.get((stream.account, stream.object))
        if peer is None:
            return []
        found = [record for source in sources if not is_left_alone(peer.mapping, record := peer.read(source))]
        return with_known_ids(tx, self.linked, found) if self.linked else found


def _is_comparable(setup: StreamSetup) -> bool:
    """Return whether it is known by what the records of a stream are compared."""
    return is_learned(setup.stream.kind) or setup.matching is not None


def let_go(tx: Transaction, stream: Stream, ids: Sequence[str]) -> None:
    """Forget at once what matching knows of records, as if they were gone."""
    pool = pool_of(tx, stream)
    if pool is None or not tx.matching.is_enrolled(stream):
        return
    state = KeptState(tx, pool)
    matching = Matching(pool.kind, state, points_of_pool(pool))
    touched = matching.reindex({f"{stream.name}/{one}": None for one in ids})
    if pool.sweep in {"", GROUP}:
        matching.regroup(touched)
    for found, woken in state.woken().items():
        tx.twins.wake(found, woken)
    tx.matching.save(pool)


def _wake_twins(tx: Transaction, stream: Stream, changed: Sequence[str]) -> None:
    """Have the twins of records judged again: which of them stays, and with which values, may be another matter now.

    The same for their counterparts: what one of them says may be wanted of the others.
    """
    by_stream: dict[Stream, set[str]] = defaultdict(set)
    for rows in tx.twins.of(stream, changed).values():
        for row in rows:
            by_stream[replace(stream, account=row.ref.account, object=row.ref.object)].add(row.ref.id)
    for found, ids in sorted(by_stream.items()):
        tx.twins.wake(found, ids)
