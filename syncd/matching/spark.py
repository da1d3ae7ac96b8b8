"""A base beyond one machine: the same stages on Spark. Needs the extra `scale`, and Java.

Keys, caps and counts are Spark SQL; reading and comparing run in its Python workers through the same functions as
everywhere. What is linked, a small part of a base, is settled where this is called.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from xxhash import xxh3_64_intdigest

from quality.dedupe import Facts, Points, shipped_points
from quality.dedupe.blocks import ALIKE_CAP, CAP
from quality.dedupe.calibration import size_step
from quality.dedupe.groups import Pair, components
from quality.dedupe.keys import alike_key, keys_of
from quality.dedupe.usage import Usage, used_values, user_of
from syncd.errors import ConfigError
from syncd.matching.comparing import Cluster, Edge, Judge
from syncd.matching.packing import pack, unpack, unpack_id
from syncd.matching.worker import READERS, Row

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: What makes a hash a signed number.
_HALF = 1 << 63
#: A terminal is for our own progress.
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "16",
}
_KEPT = "id long, facts binary, name binary, keys array<long>, alike long, used array<struct<value: long, who: long>>"
_EDGES = "one long, other long, score double, veto string, lack string"
_STEP = "case n when 2 then 'two' when 3 then 'few' when 4 then 'few' else 'many' end"
_KEYS = """
    with keys as (select explode(keys) as key, id from kept),
    narrow as (select key from keys group by key having count(*) between 2 and {cap}),
    shared as (select keys.key, id from keys join narrow on keys.key = narrow.key),
    stars as (
        select alike as key, min_by(id, name) as first from kept where alike is not null
        group by alike having count(*) > {cap} and count(*) <= {alike_cap}
    )
    select one.id as one, other.id as other
    from shared as one join shared as other on one.key = other.key and one.id < other.id
    union select least(first, id) as one, greatest(first, id) as other
    from kept join stars on kept.alike = stars.key where first <> id
"""
_USERS = """
    with used as (select explode(used) as used, id from kept),
    counted as (select used.value as value, count(distinct used.who) as n from used group by used.value having n > 1)
    select id, collect_list(named_struct('value', counted.value, 'step', {step})) as steps
    from used join counted on used.used.value = counted.value group by id
"""
_PAIRS = """
    select pairs.one, pairs.other, mine.facts as ours, others.facts as theirs, users.steps as steps,
        others_users.steps as others_steps
    from pairs join kept as mine on pairs.one = mine.id join kept as others on pairs.other = others.id
    left join users on pairs.one = users.id left join users as others_users on pairs.other = others_users.id
"""
_LINKED = """
    select kept.id, kept.facts, users.steps from kept left join users on kept.id = users.id
    where kept.id in (select one from edges union select other from edges)
"""


class KnownUsage(Usage):
    """The counts of users that came along with the records."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: dict[int, str] = {}

    def learn(self, steps: Iterable[Any] | None) -> None:
        """Take in what came with a record."""
        self._steps.update((value, step) for value, step in steps or ())

    def forget(self) -> None:
        """Let go of what came with records before."""
        self._steps.clear()

    def step(self, value: str) -> str:
        """Return whether a value has `one` user, `two`, a `few` or `many`."""
        return self._steps.get(_hashed(value), "one")


def spark_at(master: str = "local[*]") -> SparkSession:
    """Return a session of this machine, or of the cluster at `master`. ConfigError says what is missing.

    A cluster's Python needs syncd installed.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise ConfigError("Spark is not installed.", hint="pip install 'syncd[scale]'") from None
    if shutil.which("java") is None:
        raise ConfigError("Spark needs Java, and there is no `java` to be found.", hint="Install Java 17 or newer.")
    import os
    import sys

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("syncd match")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def match_with_spark(
    kind: str,
    rows: Iterable[Row],
    spark: SparkSession,
    *,
    points: Points | None = None,
    apart: frozenset[Pair] = frozenset(),
    is_explaining: bool = False,
) -> Iterator[Cluster]:
    """Yield every set of connected records, and what it comes to: as `match_whole` does, on Spark."""
    points = points or shipped_points(kind)
    kept = _kept(kind, rows, spark)
    size = size_step(kept.count())
    _view(spark.sql(_KEYS.format(cap=CAP, alike_cap=ALIKE_CAP)), "pairs")
    _view(spark.sql(_USERS.format(step=_STEP)).persist(), "users")
    scored = spark.sql(_PAIRS).rdd.mapPartitions(_comparing(kind, points, size))
    edges = spark.createDataFrame(scored, _EDGES).persist()
    _view(edges, "edges")
    usage = KnownUsage()
    linked: dict[int, bytes] = {}
    for number, facts, steps in spark.sql(_LINKED).toLocalIterator():
        linked[number] = bytes(facts)
        usage.learn(steps)
    judge = Judge(
        points,
        size,
        usage,
        lambda number: unpack(kind, linked[number]),
        lambda number: unpack_id(linked[number]),
        apart,
        is_explaining,
    )
    for found in _components(tuple(row) for row in edges.toLocalIterator()):
        yield judge.settle(found)
    for frame in (kept, edges):
        frame.unpersist()


def _kept(kind: str, rows: Iterable[Row], spark: SparkSession) -> DataFrame:
    """Return the records, read: facts, keys, and who uses which values."""
    numbered = ((number, record_id, dict(values)) for number, (record_id, values) in enumerate(rows))
    read = spark.sparkContext.parallelize(numbered).mapPartitions(_reading(kind))
    kept = spark.createDataFrame(read, _KEPT).persist()
    _view(kept, "kept")
    return kept


def _reading(kind: str) -> Callable[[Iterable[tuple[int, str, Mapping[str, Any]]]], Iterator[tuple[Any, ...]]]:
    """Return what a worker reads records with."""

    def read(rows: Iterable[tuple[int, str, Mapping[str, Any]]]) -> Iterator[tuple[Any, ...]]:
        for number, record_id, values in rows:
            facts = READERS[kind](values)
            users = [(value, user_of(facts, value)) for value in used_values(facts)]
            used = [(_hashed(value), _hashed(user)) for value, user in users if user]
            keys = keys_of(facts)
            alike = _hashed(key) if (key := alike_key(keys)) else None
            name = bytearray(record_id.encode(errors="surrogatepass"))
            yield number, bytearray(pack(record_id, facts)), name, [_hashed(one) for one in keys], alike, used

    return read


def _comparing(kind: str, points: Points, size: int) -> Callable[[Iterable[Any]], Iterator[Edge]]:
    """Return what a worker compares pairs with."""

    def compare(rows: Iterable[Any]) -> Iterator[Edge]:
        records: dict[int, tuple[str, Facts]] = {}
        usage = KnownUsage()
        judge = Judge(points, size, usage, records.__getitem__, lambda number: records[number][0])
        for row in rows:
            records.clear()
            usage.forget()
            records.update({row.one: unpack(kind, bytes(row.ours)), row.other: unpack(kind, bytes(row.theirs))})
            usage.learn(row.steps)
            usage.learn(row.others_steps)
            yield from judge.edges([(row.one, row.other)])

    return compare


def _components(edges: Iterable[Edge]) -> Iterator[list[Edge]]:
    """Yield the edges of each component."""
    of_record: dict[str, list[Edge]] = {}
    near: dict[str, list[str]] = {}
    for edge in edges:
        one, other = (f"{number:019}" for number in edge[:2])
        of_record.setdefault(one, []).append(edge)
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    for members in components(near, near.__getitem__):
        yield [edge for member in members for edge in of_record.get(member, ())]


def _view(frame: DataFrame, name: str) -> None:
    frame.createOrReplaceTempView(name)


def _hashed(text: str) -> int:
    """Return a hash that fits a signed number of 64 bits."""
    return xxh3_64_intdigest(text.encode()) - _HALF
