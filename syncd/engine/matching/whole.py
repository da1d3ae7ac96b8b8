"""The pairs of a whole base, compared at once by `syncd.matching` in bounded memory; what links them goes to the store.

No transaction is open meanwhile. Stopped or killed, it begins anew in the next pass: an edge that is there already
stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from quality.dedupe import Facts, Points
from quality.dedupe.groups import Pair, pair_of
from syncd.engine.matching.state import KeptState
from syncd.engine.matching.sweeps import GROUP
from syncd.engine.setup import Tools
from syncd.store import Pool

#: Records read, and edges kept, in one transaction.
BATCH = 2_000
#: A base of so many records is worth two more processes.
_MANY = 50_000


def link_whole(tools: Tools, pool: Pool, points: Points) -> int:
    """Compare all records of a pool and keep the edges; return how many records there are, 0 when it was stopped."""
    from syncd.matching import Means, match_whole  # DuckDB is loaded for a new base only

    means = Means(workers=2 if pool.record_count >= _MANY else 0)
    edges = (
        (pair_of(one, other), score)
        for cluster in match_whole(pool.kind, _rows(tools, pool), means=means, points=points)
        for one, other, score in cluster.edges
    )
    while batch := dict(islice(edges, BATCH)):
        if tools.stop.is_set():
            return 0
        _keep(tools, pool, batch)
        tools.telemetry.records_matched(pool.account, pool.kind, done=len(batch), seconds=0.0)
    if tools.stop.is_set():
        return 0
    with tools.store.transaction() as tx:
        current = tx.matching.pool(pool.account, pool.kind)
        if current is not None:
            current.sweep, current.sweep_after = GROUP, 0
            tx.matching.save(current)
    return pool.record_count


def _keep(tools: Tools, pool: Pool, edges: Mapping[Pair, float]) -> None:
    with tools.store.transaction() as tx:
        KeptState(tx, pool).link(edges)


def _rows(tools: Tools, pool: Pool) -> Iterator[tuple[str, Facts]]:
    """Yield the facts of all records of a pool, as they were kept, batch by batch; nobody when it is time to stop."""
    after = 0
    while not tools.stop.is_set():
        with tools.store.reading() as tx:
            members = tx.match_rows.walk(pool.id, after, BATCH)
            known = KeptState(tx, pool).members_known
            records = [(one, known.facts_of(one)) for one in known.take(members)]
        if not members:
            return
        yield from ((one, facts) for one, facts in records if facts is not None)
        after = members[-1].number
