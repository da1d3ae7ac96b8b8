"""Providers are asked outside transactions, within their budget; one that fails keeps nobody waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from mappings.values import ValueType
from syncd.engine.outside.answers import OfferedField, Reading
from syncd.engine.outside.asking import Asking, Source
from syncd.errors import QuotaExhaustedError, RecordRejectedError, RefusedError, RetryableError, ThrottledError
from syncd.model import Offered
from syncd.telemetry import Telemetry
from tests.store.given import COMPANIES, kept

READING = Reading("company", {"city": OfferedField("town", ValueType.TEXT)}, 0.8)


class Oracle:
    """A provider that says what the test wants."""

    def __init__(self, **known: object) -> None:
        self.known = known
        self.edition = "1"
        self.asked: list[str] = []
        self.before: Callable[[], object] = lambda: None

    def ask(self, by: Mapping[str, str]) -> Mapping[str, Any] | None:
        self.before()
        self.asked.append(by["domain"])
        found = self.known.get(by["domain"].removesuffix(".com"))
        if isinstance(found, Exception):
            raise found
        return None if found is None else {"town": found}

    def check(self) -> str:
        return "fine"

    def close(self) -> None:
        return None


class Bench:
    """One provider, and companies that wait for it."""

    def __init__(self, store, clock, oracle, **more):
        self.store, self.clock, self.oracle = store, clock, oracle
        self.telemetry = Telemetry(clock)
        defaults = {"keep": timedelta(days=90), "keep_misses": timedelta(days=30), "per_day": None, "cost": 0.0}
        source = Source("firmo", oracle, ("domain",), READING, **{**defaults, "goes_to": "api", **more})
        self.asking = Asking(source, store, self.telemetry, clock, threading.Event())

    def wait_for(self, *names):
        with self.store.transaction() as tx:
            rows = [kept(name, COMPANIES, keys=frozenset({("asks_firmo", f"{name}.com")})) for name in names]
            tx.records.keep(COMPANIES, rows)
            tx.provided.want("firmo", [f"{name}.com" for name in names])

    def turns(self, most=20):
        """Take turns until there is nothing to do; return the pause then."""
        for _ in range(most):
            if (pause_s := self.asking.turn()) > 0:
                return pause_s
        raise AssertionError("it never comes to an end")

    def read(self, *names):
        with self.store.reading() as tx:
            return {name: tx.provided.read("firmo", [f"{name}.com"]).get(f"{name}.com") for name in names}

    def woken(self):
        with self.store.transaction() as tx:
            due = tx.twins.due(COMPANIES, 100)
            tx.twins.done(COMPANIES, due)
        return due

    def trouble(self):
        with self.store.reading() as tx:
            return tx.provided.trouble("firmo")[0]


@pytest.fixture
def backend():
    """What the rooms of the store promise is held on both databases elsewhere."""
    return "sqlite"


@pytest.fixture
def bench(store, clock):
    return lambda oracle, **more: Bench(store, clock, oracle, **more)


def test_answers_and_misses_are_kept_and_whoever_waits_is_judged_again(bench, clock):
    oracle = Oracle(acme="Oslo")
    found = bench(oracle)
    found.wait_for("acme", "nobody")

    found.turns()
    said, woken = found.read("acme", "nobody"), found.woken()
    clock.advance(31 * 86_400)
    found.turns()

    assert said["acme"].offers == {"city": Offered("Oslo", 0.8)}
    assert said["nobody"].offers == {}
    assert woken == ["acme", "nobody"]
    # A miss is believed for a while, and then asked for again; whom it does not change anything for is left alone.
    assert oracle.asked == ["acme.com", "nobody.com", "nobody.com"]
    assert found.woken() == []


def test_nobody_is_asked_within_a_transaction(bench, store, clock):
    oracle = Oracle(acme="Oslo")
    found = bench(oracle)

    def write():
        # On a file there is one writer at a time: within another transaction this would wait for ever.
        with store.transaction() as tx:
            tx.runs.start("test", clock.now())

    oracle.before = write
    found.wait_for("acme")

    found.turns()

    assert oracle.asked == ["acme.com"]


def test_hostile_answers_are_misses(bench):
    town = {"a": "<b>Oslo</b>", "b": ["Oslo"], "c": {"x": 1}, "d": "O" * 1000, "e": "=1+1", "f": "Oslo\x00", "g": True}
    found = bench(Oracle(**town))
    found.wait_for(*town)

    found.turns()

    assert {name: answer.offers for name, answer in found.read(*town).items() if name != "g"} == {
        name: {} for name in "abcdef"
    }


def test_question_that_cannot_be_answered_waits_and_the_others_do_not(bench, clock):
    oracle = Oracle(
        acme="Oslo", broken=RetryableError("answers 500"), bug=KeyError("secret"), unfit=RecordRejectedError()
    )
    found = bench(oracle)
    found.wait_for("broken", "acme", "bug", "unfit")

    found.turns()
    first = found.read("broken", "acme", "bug", "unfit")
    woken = found.woken()
    for hours in (1, 2):
        clock.advance(hours * 3600)
        found.turns()
    later, woken_later = found.read("broken"), found.woken()

    assert (first["broken"].offers, first["broken"].failures) == (None, 1)
    assert first["acme"].offers
    assert (first["bug"].offers, first["unfit"].offers) == (None, {})
    assert woken == ["acme", "unfit"]
    # After three failures the next provider in the order has its turn.
    assert later["broken"].failures == 3
    assert woken_later == ["broken", "bug"]
    assert "secret" not in found.trouble()


@pytest.mark.parametrize(
    ("error", "pause_s"),
    [
        (RefusedError("answers 401"), 900),
        (ThrottledError("answers 429", retry_after=3600), 3600),
        (ThrottledError("answers 429"), 30),
        (QuotaExhaustedError("answers 402", retry_after=86_400), 86_400),
        (QuotaExhaustedError("the day's budget is spent"), 900),
    ],
)
def test_provider_that_wants_to_be_left_alone_is(bench, clock, error, pause_s):
    oracle = Oracle(acme=error)
    found = bench(oracle)
    found.wait_for("acme", "beta")

    pause = found.turns()
    during = [found.asking.turn() for _ in range(3)]
    told = found.trouble()
    oracle.known = {"acme": "Oslo", "beta": "Rome"}
    clock.advance(pause)
    found.turns()

    assert pause == pause_s
    assert all(left > 0 for left in during)
    assert told == error.message
    assert oracle.asked == ["acme.com", "acme.com", "beta.com"]
    assert found.trouble() == ""


def test_provider_that_is_down_is_not_asked_everything_again_and_again(bench, clock):
    names = [f"c{number}" for number in range(10)]
    oracle = Oracle(**{name: RetryableError("does not answer") for name in names})
    found = bench(oracle)
    found.wait_for(*names)

    pauses = []
    for _ in range(3):
        pauses.append(found.turns())
        clock.advance(pauses[-1])

    assert pauses == [30, 60, 120]
    assert len(oracle.asked) == 9


def test_slow_provider_gives_questions_back_before_others_may_ask_them(bench, clock):
    oracle = Oracle(acme="Oslo", beta="Rome", gamma="Bern")
    oracle.before = lambda: clock.advance(200)
    found = bench(oracle)
    found.wait_for("acme", "beta", "gamma")

    found.asking.turn()

    assert oracle.asked == ["acme.com", "beta.com"]
    with found.store.reading() as tx:
        assert tx.provided.is_due("firmo")


def test_budget_of_a_day_is_kept_to(bench, store, clock):
    oracle = Oracle(acme="Oslo", beta="Rome")
    found = bench(oracle, per_day=1)

    def spend():
        with store.transaction() as tx:
            if not tx.provided.spend("firmo", 0.1, 1):
                raise QuotaExhaustedError("the day's budget is spent")

    oracle.before = spend
    found.wait_for("acme", "beta")
    found.turns()
    today = [*oracle.asked]
    clock.advance(86_400)
    found.turns()

    assert today == ["acme.com"]
    assert oracle.asked == ["acme.com", "beta.com"]


def test_another_edition_is_asked_everything_again(bench, clock):
    oracle = Oracle(acme="Oslo")
    found = bench(oracle)
    found.wait_for("acme")
    found.turns()

    oracle.known, oracle.edition = {"acme": "Bergen"}, "2"
    clock.advance(5)
    found.turns()

    assert found.read("acme")["acme"].offers == {"city": Offered("Bergen", 0.8)}
    assert found.woken() == ["acme"]


def test_questions_of_a_process_that_died_are_asked_by_another_later(bench, clock):
    oracle = Oracle(acme="Oslo")
    found = bench(oracle)
    found.wait_for("acme")
    oracle.before = lambda: (_ for _ in ()).throw(KeyboardInterrupt)

    with pytest.raises(KeyboardInterrupt):
        found.turns()
    oracle.before = lambda: None
    at_once = (found.turns(), [*oracle.asked])
    clock.advance(1801)
    found.turns()

    assert at_once[1] == []
    assert oracle.asked == ["acme.com"]


@pytest.mark.parametrize(
    ("told", "confidence"), [(0.6, 0.6), (60, 0.6), ("0.9", 0.8), (None, 0.0), ("sure", 0.0), (-1, 0.0), (1e9, 0.0)]
)
def test_less_of_two_confidences_counts(clock, told, confidence):
    reading = Reading("company", {"city": OfferedField("town", ValueType.TEXT)}, 0.8, "score")

    found = reading.understood({"town": "Oslo", "score": told}, clock.now())

    assert found["city"].confidence == confidence


def test_words_and_types_of_a_provider_become_ours(clock):
    reading = Reading(
        "company",
        {
            "industry": OfferedField("b", ValueType.TEXT, {"1": "STEEL"}, 0.5),
            "employee_count": OfferedField("n", ValueType.NUMBER),
            "annual_revenue": OfferedField("r", ValueType.NUMBER),
        },
        0.8,
        as_of="at",
    )

    found = reading.understood({"b": 1, "n": "250", "r": "a lot", "at": "2026-01-01"}, clock.now())

    assert {name: (one.value, one.confidence) for name, one in found.items()} == {
        "industry": ("STEEL", 0.5),
        "employee_count": (250, 0.8),
    }
    assert found["industry"].as_of is not None
