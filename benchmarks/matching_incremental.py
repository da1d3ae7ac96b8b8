"""What one changed record, and a thousand, cost the matcher against bases of several sizes: they should cost the same.

    python benchmarks/matching_incremental.py [--sizes 10000 100000] [--kind person] [--linked]

The base is made up (`matching_made.py`), read into a store of its own and matched as a first load is. Then records are
edited, added and deleted, one in each transaction, and a thousand in one go; what is timed runs from reading the facts
to the commit. Word lists and libraries are loaded before.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from matching_made import read_made
from matching_world import HELD_OUT
from sqlalchemy import Engine, event

from quality.dedupe import Facts, Matching, matching_fingerprint, read_company, read_person
from quality.dedupe.groups import Pair, pair_of
from quality.dedupe.known import OWN_REF
from syncd.clock import SystemClock
from syncd.engine.matching.match import BATCH
from syncd.engine.matching.state import KeptState
from syncd.matching import Means, match_whole
from syncd.model import Stream
from syncd.store import Pool, Store

WARM = 30
SINGLE = 300
MANY = 1_000
#: Of five in the one account so many are in the other one, too.
IN_BOTH = 3
Values = Mapping[str, str]


def main() -> None:
    """Measure every size, and print a line for each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", nargs="+", type=int, default=[10_000, 100_000])
    options.add_argument("--kind", choices=["person", "company"], default="person")
    options.add_argument("--store", help="the URL of an empty store, for one size only; a file of its own otherwise")
    options.add_argument("--linked", action="store_true", help="two linked accounts that hold the same in part")
    chosen = options.parse_args()
    print(
        "records | first load s | one change ms p50 / p99 | of it processor p50 / p99 | statements"
        " | 1,000 changes s / processor s"
        " | groups | store MB | memory MB"
    )
    for size in chosen.sizes:
        with tempfile.TemporaryDirectory() as folder:
            url = chosen.store or f"sqlite:///{Path(folder) / 'matching.db'}"
            print(measure(url, chosen.kind, size, is_linked=chosen.linked), flush=True)


def measure(url: str, kind: str, size: int, *, is_linked: bool) -> str:
    """Return the figures of one size; of a linked base half as many are in either account, three in five in both."""
    size = size // 2 if is_linked else size
    values = dict(read_made(kind, size, 11, HELD_OUT).values)
    base = Base(url, kind, is_linked=is_linked)
    started = time.perf_counter()
    there = {f"sales/people/{one}": told for one, told in values.items() if zlib.crc32(one.encode()) % 5 < IN_BOTH}
    base.load({f"main/people/{one}": told for one, told in values.items()} | (there if is_linked else {}))
    loaded = time.perf_counter() - started
    dice = random.Random(7)
    for change in changes(dice, values, WARM):
        base.timed(change)
    before = base.statements
    singles, busy = zip(*(base.timed(change) for change in changes(dice, values, SINGLE)), strict=True)
    statements = (base.statements - before) / SINGLE
    many = dict(one for change in changes(dice, values, MANY) for one in change.items())
    seconds, worked = base.timed(many)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"{len(values):,} | {loaded:.1f} | {_cuts(singles)} | {_cuts(busy)} | {statements:.1f}"
        f" | {seconds:.2f} / {worked:.2f} | {base.groups()} | {base.megabytes()} | {memory}"
    )


def _cuts(seconds: Sequence[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return f"{1e3 * cuts[49]:.1f} / {1e3 * cuts[98]:.1f}"


def changes(dice: random.Random, values: Mapping[str, Values], count: int) -> Iterator[dict[str, Values | None]]:
    """Yield changes of one record each: an edit as people make them, a new record that may be a twin, a deletion."""
    ids = sorted(values)
    for number in range(count):
        one, other = dice.choice(ids), dice.choice(ids)
        told = dict(values[one])
        match dice.randrange(10):
            case 0:
                yield {f"main/people/{one}": None}
            case 1 | 2:
                yield {f"main/people/new{dice.random()}": told}
            case 3 | 4:
                yield {f"main/people/{one}": {**told, "phone": values[other].get("phone", "")}}
            case 5:
                yield {f"main/people/{one}": {**told, "email": f"changed{number}@{dice.choice('abc')}.example"}}
            case 6:
                yield {f"main/people/{one}": {**told, "city": values[other].get("city", "")}}
            case _:
                yield {f"main/people/{one}": {**told, "job_title": "Head of Sales"}}


class Base:
    """A pool in a store."""

    def __init__(self, url: str, kind: str, *, is_linked: bool) -> None:
        self.kind, self.url, self._is_linked = kind, url, is_linked
        self._read = read_person if kind == "person" else read_company
        self._store = Store.open(url, SystemClock())
        self._store.migrate()
        self.statements = 0
        event.listen(Engine, "before_cursor_execute", self._count)
        with self._store.transaction() as tx:
            pool = tx.matching.begin("main", kind, matching_fingerprint(), "read")
            for account in ("main", "sales") if is_linked else ("main",):
                tx.matching.enroll(pool, Stream(account, "people", kind), "m")

    def load(self, values: Mapping[str, Values]) -> None:
        """Match a whole base as the daemon does: read it, compare all pairs at once, make groups."""
        for part in _parts(sorted(values), 2_000):
            self._read_part({one: values[one] for one in part})
        clusters = match_whole(self.kind, self._told(values), means=Means(workers=2 if len(values) > 50_000 else 0))
        edges = (edge for cluster in clusters for edge in cluster.edges)
        while batch := {pair_of(one, other): score for one, other, score in islice(edges, 2_000)}:
            self._link(batch)
        after = 0
        while (after := self._group(after)) > 0:
            pass

    def timed(self, changes: Mapping[str, Values | None]) -> tuple[float, float]:
        """Return how long changes take, and how long the processor was busy with them."""
        started, busy = time.perf_counter(), time.process_time()
        for part in _parts(sorted(changes), BATCH):
            with self._step() as (_, _, matching):
                matching.apply(self._facts({one: changes[one] for one in part}))
        return time.perf_counter() - started, time.process_time() - busy

    def _count(self, *_: object) -> None:
        self.statements += 1

    def groups(self) -> int:
        """Return how many groups of twins there are."""
        with self._store.reading() as tx:
            return tx.twins.group_counts(Stream("main", "people", self.kind)).groups

    def megabytes(self) -> int:
        """Return how large the store is, where it is a file."""
        self._store.close()  # what lies in its log moves into the file
        file = Path(self.url.removeprefix("sqlite:///"))
        return file.stat().st_size // 2**20 if file.exists() else 0

    def _facts(self, values: Mapping[str, Values | None]) -> dict[str, Facts | None]:
        held = dict(self._told({one: told for one, told in values.items() if told is not None}))
        return {one: self._read(held[one]) if one in held else None for one in values}

    def _told(self, values: Mapping[str, Values]) -> Iterator[tuple[str, Values]]:
        """Yield what records say; where accounts are linked, with what they go by."""
        yield from ((one, {**told, OWN_REF: one} if self._is_linked else told) for one, told in values.items())

    def _read_part(self, values: Mapping[str, Values]) -> None:
        with self._step() as (_, state, _):
            state.read(self._facts(values))

    def _link(self, edges: Mapping[Pair, float]) -> None:
        with self._step() as (_, state, _):
            state.link(edges)

    def _group(self, after: int) -> int:
        """Make the groups of a batch; return how far it is, 0 at the end."""
        with self._step() as (pool, state, matching):
            pool.sweep, pool.sweep_after = "group", after
            ids = state.walk(BATCH)
            last = state.number_of(ids[-1]) if ids else 0
            matching.regroup(state.tied(ids))
            pool.sweep = ""
            return last

    @contextmanager
    def _step(self) -> Iterator[tuple[Pool, KeptState, Matching]]:
        """Take one step in a transaction of its own."""
        with self._store.transaction() as tx:
            pool = tx.matching.pool("main", self.kind)
            assert pool is not None
            state = KeptState(tx, pool)
            yield pool, state, Matching(self.kind, state)
            for stream, ids in state.woken().items():
                tx.twins.wake(stream, ids)
            tx.matching.save(pool)


def _parts(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))


if __name__ == "__main__":
    main()
