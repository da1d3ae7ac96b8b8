"""How the records of a stream are matched: with which others, read as what, and compared by what.

People and companies of one account are one pool each, whatever their object, and compared by what was learned. The
records of any other object are a pool of their own, compared by what is declared of them. Accounts that are linked have
one pool for each kind together. A pool's version says by what: so whoever has the pool knows how its pairs are
compared, without the settings; with another version, or other streams, all of it is matched anew.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace

import xxhash

from quality.declarations import declaration_from
from quality.dedupe import Facts, Points, matching_fingerprint, read_company, read_person, shipped_points
from quality.dedupe.declared import declared_points, read_declared
from syncd.engine.matching.several import SEVERAL, has_several
from syncd.engine.setup import StreamSetup
from syncd.model import Record, Stream, Value
from syncd.store import Pool, Transaction

_LEARNED: Mapping[str, Callable[[Mapping[str, Value]], Facts]] = {"person": read_person, "company": read_company}


def pool_name(stream: Stream) -> str:
    """Return what the pool of a stream of an account that stands alone is called, besides its account."""
    return stream.kind if stream.kind in _LEARNED else f"{stream.kind} {stream.object}"


def place_of_pool(setup: StreamSetup) -> tuple[str, str]:
    """Return whose pool a stream is matched in, and what it is called."""
    if setup.pool and setup.linked is not None:
        return setup.linked.name, setup.stream.kind
    return setup.stream.account, pool_name(setup.stream)


def is_learned(pool_kind: str) -> bool:
    """Return whether the pairs of a pool are compared by what was learned, rather than by what was declared."""
    return pool_kind in _LEARNED


def version_of(setup: StreamSetup) -> str:
    """Return by what the pool of a stream is matched: with another version, all of it is matched anew."""
    streams = "".join(f"+{one.name}" for one in setup.pool)
    version = f"{matching_fingerprint()}{xxhash.xxh3_64_hexdigest(streams.encode()) if streams else ''}"
    version += SEVERAL if streams and has_several(setup) else ""
    return version if setup.matching is None else f"{version} {setup.matching.spelled()}"


def reader_of(pool: Pool) -> Callable[[Record], Facts]:
    """Return what reads the records of a pool."""
    learned = learned_reader(pool.kind)
    if learned is not None:
        return learned
    declaration = declaration_from(pool.version.partition(" ")[2])
    return lambda record: read_declared(record, declaration)


def learned_reader(pool_kind: str) -> Callable[[Record], Facts] | None:
    """Return what reads people or companies; None for records of any other object."""
    read = _LEARNED.get(pool_kind)
    return None if read is None else lambda record: read(record.values)


def learned_points(pool_kind: str) -> Points | None:
    """Return the points by which people or companies are compared; None for records of any other object."""
    return shipped_points(pool_kind) if is_learned(pool_kind) else None


def points_of_pool(pool: Pool) -> Points:
    """Return the points by which the pairs of a pool are compared."""
    is_several = _is_several(pool)
    if not is_learned(pool.kind):
        return _several_points(_declared_points(pool.kind, pool.version), is_several=is_several)
    points = _several_points(shipped_points(pool.kind), is_several=is_several)
    if pool.calibration is None:
        return points
    slope, offset = pool.calibration
    return replace(points, calibration=replace(points.calibration, slope=slope, offset=offset))


def pool_of(tx: Transaction, stream: Stream) -> Pool | None:
    """Return the pool of a stream; None when it is not matched."""
    pool = tx.matching.pool_of(stream)
    return pool if pool is not None and pool.version else None


def several_from(pool: Pool) -> float | None:
    """Return from which probability on a record may have several counterparts; None where it has one."""
    return points_of_pool(pool).merge_from if _is_several(pool) else None


def _is_several(pool: Pool) -> bool:
    return pool.version.partition(" ")[0].endswith(SEVERAL)


def _several_points(points: Points, *, is_several: bool) -> Points:
    return replace(points, has_several=True) if is_several else points


@functools.lru_cache(maxsize=64)
def _declared_points(kind: str, version: str) -> Points:
    return declared_points(kind, declaration_from(version.partition(" ")[2]))
