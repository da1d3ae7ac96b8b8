"""The step of a pass that matches: whatever it is stopped by, it comes to what one run over all live records says."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings import RecordMapping, shipped_mapping, to_canonical
from quality import compile_ruleset
from quality.dedupe import Matcher, read_person
from quality.dedupe.calibration import FEWEST_DECISIONS
from syncd.engine.matching.match import let_go, match
from syncd.engine.setup import StreamPass, StreamSetup, Tools
from syncd.engine.tally import Tally
from syncd.model import Cursor, Gone, Mode, Schema
from syncd.settings import GuardSettings
from syncd.store import schema
from tests.store.given import CONTACTS, MODIFIED, kept, ref

MAPPING = cast("RecordMapping", shipped_mapping("hubspot", "contacts"))
ADA = {"firstname": "Ada", "lastname": "Lovelace", "email": "ada@acme.com", "phone": "+1 617 452 1504"}
IDS = st.sampled_from([str(number) for number in range(8)])
VALUES = st.fixed_dictionaries(
    {
        "firstname": st.sampled_from(["Ada", "Adda", "Robert", "Bob", ""]),
        "lastname": st.sampled_from(["Lovelace", "Smith", ""]),
        "email": st.sampled_from(["ada@acme.com", "bob@acme.com", "info@acme.com", ""]),
        "phone": st.sampled_from(["+1 617 452 1504", "+44 7400 123487", ""]),
    }
)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("came"), IDS, VALUES),
        st.tuples(st.just("came"), IDS, VALUES),
        st.tuples(st.just("gone"), IDS),
        st.tuples(st.just("merged"), IDS, IDS),
        st.tuples(st.just("apart"), IDS, IDS),
        st.tuples(st.just("pass"), st.integers(1, 6)),
        st.tuples(st.just("upgrade"), st.integers(1, 3)),
    ),
    min_size=1,
    max_size=14,
)


class Base:
    """Contacts in a store, and passes that may be stopped."""

    def __init__(self, store, clock) -> None:
        self.store, self.clock = store, clock
        self.content = 0
        assert MAPPING is not None
        connector: Any = None
        self.setup = StreamSetup(
            stream=CONTACTS, connector=connector, mapping=MAPPING, schema=Schema("contacts", {}),
            ruleset=compile_ruleset("person"), mode=Mode.OBSERVE, guards=GuardSettings(), every_s=60,
        )  # fmt: skip

    def came(self, record_id: str, values: dict[str, str]) -> None:
        self.content += 1
        with self.store.transaction() as tx:
            tx.records.keep(CONTACTS, [kept(record_id, values=values, content=self.content)])

    def gone(self, record_id: str, into: str | None = None) -> None:
        with self.store.transaction() as tx:
            tx.records.mark_gone(CONTACTS, [Gone(ref(record_id), into)], MODIFIED)

    def merged(self, record_id: str, into: str) -> None:
        if record_id != into:
            self.gone(record_id, into)

    def apart(self, one: str, other: str) -> None:
        if one != other:
            with self.store.transaction() as tx:
                tx.twins.keep_apart(CONTACTS, one, other)

    def passed(self, batches: int = 1_000) -> None:
        """Match, until it is stopped after so many batches."""
        stop, left = threading.Event(), [batches]

        def heard(*_told: object, **_more: object) -> None:
            left[0] -= 1
            if not left[0]:
                stop.set()

        telemetry: Any = SimpleNamespace(records_matched=heard)
        tools = Tools(self.store, telemetry, self.clock, stop)
        match([StreamPass(tools, self.setup, "run", Tally())])

    def outcome(self):
        """Return the pairs in a group and those asked about, as the store tells."""
        with self.store.reading() as tx:
            rows = tx.twins.of(CONTACTS, [str(number) for number in range(8)])
            counts = tx.twins.group_counts(CONTACTS)
        same = {(one, row.ref.id, row.is_sure) for one, found in rows.items() for row in found if row.group}
        asked = {(one, row.ref.id) for one, found in rows.items() for row in found if row.is_asked}
        return same, asked, (counts.groups, counts.records)

    def expected(self):
        """Return what one run over all live records says."""
        with self.store.reading() as tx:
            sources = tx.records.read(CONTACTS, [str(number) for number in range(8)])
            apart = tx.records.connection.execute(schema.kept_apart.select()).all()
        matcher = Matcher("person")
        matcher.apply({one: read_person(to_canonical(MAPPING, found).values) for one, found in sources.items()})
        for row in apart:
            matcher.keep_apart(row.record_id, row.other_id)
        groups = matcher.groups()
        same = {
            (one, other, any(one in part and other in part for part in group.merge))
            for group in groups
            for one in group.members
            for other in group.members
            if one != other
        }
        asked = {end for found in matcher.questions() for end in ((found.one, found.other), (found.other, found.one))}
        return same, asked, (len(groups), sum(len(group.members) for group in groups))


@pytest.fixture
def base(store, clock) -> Base:
    return Base(store, clock)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_whatever_came_in_between_the_last_pass_makes_up_for(events, base, monkeypatch):
    _wipe(base.store)
    monkeypatch.setattr("syncd.engine.matching.match.BATCH", 2)
    monkeypatch.setattr("syncd.engine.matching.match.READ_BATCH", 3)
    for what, *told in events:
        if what == "upgrade":
            monkeypatch.setattr(
                "syncd.engine.matching.pools.matching_fingerprint", lambda version=told[0]: str(version)
            )
        else:
            {"came": base.came, "gone": base.gone, "merged": base.merged, "apart": base.apart, "pass": base.passed}[
                what
            ](*told)

    base.passed()

    assert base.outcome() == base.expected()
    with base.store.reading() as tx:
        assert tx.matching.due(CONTACTS, 10) == []


def test_half_a_base_is_not_matched(base):
    base.came("1", ADA)
    base.came("2", ADA)
    with base.store.transaction() as tx:
        tx.cursors.keep(CONTACTS, Cursor(MODIFIED, after="2"))
    base.passed()
    before = base.outcome()

    with base.store.transaction() as tx:
        tx.cursors.keep(CONTACTS, Cursor(MODIFIED, walked_at=MODIFIED))
    base.passed()

    assert before == (set(), set(), (0, 0))
    assert base.outcome() == ({("1", "2", True), ("2", "1", True)}, set(), (1, 2))


def test_whose_twin_says_something_else_is_judged_again(base):
    base.came("1", ADA)
    base.came("2", ADA)
    base.passed()
    with base.store.transaction() as tx:
        tx.twins.done(CONTACTS, tx.twins.due(CONTACTS, 10))

    base.came("1", {**ADA, "jobtitle": "Analyst"})
    base.passed()

    with base.store.reading() as tx:
        assert tx.twins.due(CONTACTS, 10) == ["2"]


def test_of_whoever_is_let_go_nothing_stays(base):
    base.came("1", ADA)
    base.came("2", ADA)
    base.passed()

    with base.store.transaction() as tx:
        let_go(tx, CONTACTS, ["1"])
        rows = {
            name: tx.records.connection.execute(schema.metadata.tables[name].select()).all()
            for name in ("match_records", "match_keys", "match_edges", "match_groups", "match_questions")
        }
        counts = {row.count for row in tx.records.connection.execute(schema.match_users.select())}

    [left] = rows["match_records"]
    assert left.record_id == "2"
    assert {row.member for row in rows["match_keys"]} == {left.id}
    assert rows["match_edges"] == rows["match_groups"] == rows["match_questions"] == []
    assert counts == {1}


def test_base_that_grows_to_another_size_is_grouped_anew(base, monkeypatch):
    base.came("1", ADA)
    base.came("2", ADA)
    base.passed()
    before = _weakest(base)

    monkeypatch.setattr("syncd.engine.matching.state.size_step", lambda count: 10_000_000 if count > 2 else 1)
    base.came("3", {"firstname": "Grace", "lastname": "Hopper"})
    base.passed()

    assert _weakest(base) < before


def test_base_whose_people_say_no_to_likely_pairs_is_asked_less(base):
    base.came("1", ADA)
    base.came("2", ADA)
    base.passed()
    before = base.outcome()
    with base.store.reading() as tx:
        here = tx.records.streams.find(CONTACTS)
    rows = [
        {
            "stream_id": here, "record_id": f"x{number}", "other_stream_id": here, "other_id": "y",
            "is_one": number % 20 > 12, "score": 3.0 + number % 20, "at": MODIFIED, "by": "ada",
        }
        for number in range(FEWEST_DECISIONS)
    ]  # fmt: skip
    with base.store.transaction() as tx:
        tx.records.connection.execute(schema.match_decisions.insert(), rows)

    base.passed()

    assert before[0] == {("1", "2", True), ("2", "1", True)}
    assert base.outcome() == (set(), set(), (0, 0))


def _weakest(base: Base) -> float:
    with base.store.reading() as tx:
        [row] = tx.twins.of(CONTACTS, ["1"])["1"]
    return float(row.probability)


def _wipe(store) -> None:
    """Forget what an earlier example left."""
    first = [name for name in schema.metadata.tables if name.startswith(("match_", "twins_", "kept_", "kpi_"))]
    with store.transaction() as tx:
        for name in [*sorted(first, reverse=True), "aliases", "record_values", "records"]:
            tx.records.connection.execute(schema.metadata.tables[name].delete())
