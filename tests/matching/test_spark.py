"""Spark says what this machine says. Where Spark or Java is missing, these tests say so loudly and are skipped."""

from __future__ import annotations

import builtins
import shutil
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import combinations
from types import SimpleNamespace

import pytest

from connectors.sandbox.population import generate
from quality.dedupe import read_person, shipped_points
from quality.dedupe.usage import Usage, used_values
from syncd.errors import ConfigError
from syncd.matching import Means, match_whole
from syncd.matching.comparing import Judge
from syncd.matching.spark import _comparing, _hashed, _reading, match_with_spark, spark_at

needs_spark = pytest.mark.skipif(
    find_spec("pyspark") is None or shutil.which("java") is None,
    reason="SPARK WAS NOT TRIED: it needs the extra `scale` and Java 17",
)


@pytest.fixture(scope="module")
def spark():
    session = spark_at("local[2]")
    yield session
    session.stop()


def people(count):
    found = generate(count, count // 5, seed=7, now=datetime(2026, 11, 1, tzinfo=UTC)).people
    return {person.key: person.values for person in found}


def told(clusters):
    return sorted((cluster.members, cluster.settled.same, cluster.edges, cluster.settled.merge) for cluster in clusters)


def same_on_both(session, records):
    one = told(match_with_spark("person", records.items(), session))
    other = told(match_whole("person", records.items(), means=Means(workers=0)))
    assert one
    return one == other


@needs_spark
@pytest.mark.soak  # a minute, most of it Java's
def test_spark_says_what_this_machine_says(spark):
    assert same_on_both(spark, people(5000))


def test_records_read_for_spark_compare_like_all_others():
    records = people(300)
    facts = {number: read_person(values) for number, values in enumerate(records.values())}
    usage = Usage()
    for one in facts.values():
        usage.add(one)
    kept = list(_reading("person")((number, name, values) for number, (name, values) in enumerate(records.items())))
    steps = {_hashed(value): usage.step(value) for one in facts.values() for value in used_values(one)}
    pairs = [pair for pair in combinations(kept, 2) if set(pair[0][3]) & set(pair[1][3])]

    found = list(_comparing("person", shipped_points("person"), 1024)(map(_pair(steps), pairs)))

    names = list(records)
    judge = Judge(
        shipped_points("person"), 1024, usage, lambda number: (names[number], facts[number]), names.__getitem__
    )
    assert found == judge.edges((one[0], other[0]) for one, other in pairs)
    assert found


def _pair(steps):
    def row(pair):
        one, other = pair
        known = ([(value, steps[value]) for value, _ in end[5]] for end in pair)
        return SimpleNamespace(
            one=one[0], other=other[0], ours=one[1], theirs=other[1], steps=next(known), others_steps=next(known)
        )

    return row


def test_missing_spark_is_told_with_what_to_do(monkeypatch):
    load = builtins.__import__

    def refused(name, *rest):
        if name.startswith("pyspark"):
            raise ImportError(name)
        return load(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refused)

    with pytest.raises(ConfigError, match="Spark is not installed") as told_of:
        spark_at()

    assert "syncd[scale]" in told_of.value.hint


@needs_spark
def test_missing_java_is_told_with_what_to_do(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    with pytest.raises(ConfigError, match="Spark needs Java"):
        spark_at()
