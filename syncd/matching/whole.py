"""A whole base at once: the answer of a `Matcher` over all of its records, in bounded memory and on all processors."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import tempfile
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from quality.dedupe import Points, shipped_points
from quality.dedupe.groups import Pair
from syncd.matching.comparing import Cluster, Edge
from syncd.matching.tables import Tables
from syncd.matching.worker import Desk, Told, Worker

#: What one task holds.
_RECORDS, _PAIRS, _EDGES = 5_000, 20_000, 2_000
#: Each needs memory of its own; with more of them writing down what they found would take longest.
_MOST_WORKERS = 8
#: When a worker looks for garbage: among what is new often enough, among what it remembers hardly ever.
_GARBAGE = (200_000, 20, 1_000)


@dataclass(frozen=True, slots=True)
class Means:
    """What a run may use."""

    #: Processes beside this one; 0: this one does it all.
    workers: int = field(default_factory=lambda: min(os.cpu_count() or 1, _MOST_WORKERS))
    #: For the tables; each worker needs some 200 MB besides.
    memory_mb: int = 1_000
    #: Where the run may keep its files while it lasts; the system's own place when None.
    folder: Path | None = None


def match_whole(
    kind: str,
    rows: Iterable[Told],
    *,
    means: Means | None = None,
    points: Points | None = None,
    apart: frozenset[Pair] = frozenset(),
    is_explaining: bool = False,
    tell: Callable[[str, int, int | None], object] = lambda _stage, _done, _all: None,
) -> Iterator[Cluster]:
    """Yield every set of connected records, and what it comes to. Ids have to be different.

    `tell` hears the name of the stage, how much of it is done, and of how much.
    """
    means = means or Means()
    with ExitStack() as closes:
        folder = closes.enter_context(tempfile.TemporaryDirectory(prefix="syncd-match-", dir=means.folder))
        desk = Desk(Path(folder), points or shipped_points(kind), apart, is_explaining)
        crew = closes.enter_context(closing(_Crew(desk, means.workers)))
        count = _read(desk, crew, rows, tell)
        tables = closes.enter_context(closing(Tables(desk, memory_mb=means.memory_mb, threads=max(1, means.workers))))
        tell("looking for pairs", 0, None)
        tables.count_users()
        pairs = tables.find_pairs()
        _link(desk, crew, tables, count, lambda done: tell("comparing pairs", done, pairs))
        yield from _settled(crew, tables)


def _read(desk: Desk, crew: _Crew, rows: Iterable[Told], tell: Callable[[str, int, int | None], object]) -> int:
    """Read all records into the files of the run; return how many there are."""
    end = count = 0
    with (
        desk.facts.open("wb") as facts,
        desk.places.open("wb") as places,
        desk.keys.open("w") as keys,
        desk.alike.open("w") as alike,
        desk.used.open("w") as used,
    ):
        for batch in crew.all("read", _numbered(rows)):
            ends = array("Q")
            for length in _integers("I", batch.lengths):
                end += length
                ends.append(end)
            facts.write(batch.facts)
            ends.tofile(places)
            keys.write(batch.keys)
            alike.write(batch.alike)
            used.write(batch.used)
            count += len(ends)
            tell("reading records", count, None)
    return count


def _numbered(rows: Iterable[Told]) -> Iterator[tuple[int, list[Told]]]:
    rest, first = iter(rows), 0
    while batch := list(islice(rest, _RECORDS)):
        yield first, batch
        first += len(batch)


def _link(desk: Desk, crew: _Crew, tables: Tables, count: int, tell: Callable[[int], object]) -> None:
    """Compare all pairs, and write each edge with the component it belongs to."""
    loose = desk.folder / "loose"
    roots = array("I", range(count))
    done = 0
    with loose.open("w") as file:
        for edges in crew.all("score", ((pairs,) for pairs in tables.pairs(_PAIRS))):
            for edge in edges:
                _join(roots, edge[0], edge[1])
                file.write("\t".join(map(str, edge)) + "\n")
            done += _PAIRS
            tell(done)
    with loose.open() as lines, desk.edges.open("w") as file:
        for line in lines:
            file.write(f"{_root(roots, int(line[: line.index(chr(9))]))}\t{line}")


def _root(roots: array[int], number: int) -> int:
    while roots[number] != number:
        roots[number] = roots[roots[number]]
        number = roots[number]
    return number


def _join(roots: array[int], one: int, other: int) -> None:
    ours, theirs = _root(roots, one), _root(roots, other)
    roots[max(ours, theirs)] = min(ours, theirs)


def _settled(crew: _Crew, tables: Tables) -> Iterator[Cluster]:
    for clusters in crew.all("settle", ((batch,) for batch in _batches(tables.components()))):
        yield from clusters


def _batches(components: Iterable[list[Edge]]) -> Iterator[list[list[Edge]]]:
    batch: list[list[Edge]] = []
    size = 0
    for edges in components:
        batch.append(edges)
        size += len(edges)
        if size >= _EDGES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


class _Crew:
    """Some workers, who are given what comes next as soon as one is free; what they answer stays in order."""

    def __init__(self, desk: Desk, workers: int) -> None:
        self._own = Worker(desk)
        self._count = workers
        self._others = (
            ProcessPoolExecutor(
                workers, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(desk,)
            )
            if workers
            else None
        )

    def all(self, task: str, tasks: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """Yield what becomes of each task; no more of them than the workers need are taken at a time."""
        if self._others is None:
            yield from (getattr(self._own, task)(*arguments) for arguments in tasks)
            return
        waiting: deque[Future[Any]] = deque()
        for arguments in tasks:
            waiting.append(self._others.submit(_do, task, arguments))
            if len(waiting) > 2 * self._count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def close(self) -> None:
        """Send everybody home."""
        self._own.close()
        if self._others is not None:
            self._others.shutdown(cancel_futures=True)


_WORKERS: list[Worker] = []


def _begin(desk: Desk) -> None:
    """Make the worker of a process. Ctrl-C is for the process that gives the tasks: it sends everybody home.

    What a worker makes has hardly a cycle, and what it remembers would be gone through again and again to find few.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(*_GARBAGE)
    _WORKERS[:] = [Worker(desk)]


def _do(task: str, arguments: tuple[Any, ...]) -> Any:
    return getattr(_WORKERS[0], task)(*arguments)


def _integers(code: str, data: bytes) -> array[int]:
    found: array[int] = array(code)
    found.frombytes(data)
    return found
