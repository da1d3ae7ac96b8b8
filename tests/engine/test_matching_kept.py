"""Matching over the store gives what one run over everything in memory gives, whatever happened in between."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quality.declarations import Declaration, shipped_declaration
from quality.dedupe import Matcher, Matching, Memory, read_company, read_person
from quality.dedupe.declared import declared_points, read_declared
from quality.dedupe.parts import from_parts, to_parts
from syncd.engine.match_state import KeptState
from syncd.model import Record, Ref, Stream
from syncd.store import schema
from tests.store.given import CONTACTS

LEADS = Stream(CONTACTS.account, "leads", "person")
NAMES = [*(f"contacts/{number}" for number in range(9)), *(f"leads/{number}" for number in range(3))]
PEOPLE = st.fixed_dictionaries(
    {
        "first_name": st.sampled_from(["Ada", "Adda", "Robert", "Bob", "Thomas", ""]),
        "last_name": st.sampled_from(["Lovelace", "Lovelase", "Smith", ""]),
        "email": st.sampled_from(["ada@acme.com", "bob@acme.com", "ada.l@gmail.com", "info@acme.com", ""]),
        "phone": st.sampled_from(["+1 617 452 1504", "+1 617 452 1505", "+44 7400 123487", ""]),
        "birth_date": st.sampled_from(["1980-04-21", "1950-04-21", "", ""]),
    }
)
#: The objects of deals are called like those of people here: the steps are the same.
DEALS = "deal deals"
DECLARED = shipped_declaration("deal") or Declaration()
DEAL = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Pump station 2026", "Pump Station, 2026", "Pump station", "Renewal", ""]),
        "amount": st.sampled_from(["100", "100.5", "700", ""]),
        "company": st.sampled_from(["7", "8", ""]),
        "day": st.sampled_from(["0", "5", "300"]),
    }
)
DEAL_BATCHES = st.dictionaries(st.sampled_from(NAMES), st.one_of(st.none(), DEAL, DEAL), min_size=1, max_size=5)
ADA = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@acme.com", "phone": "+1 617 452 1504"}
BOB = {"first_name": "Bob", "last_name": "Smith", "email": "bob@acme.com", "phone": "+44 7400 123487"}
#: Many records that are alike: more than any key brings together.
COPIES = st.dictionaries(
    st.sampled_from(NAMES), st.sampled_from([None, ADA, ADA, ADA, BOB]), min_size=1, max_size=len(NAMES)
)
BATCHES = st.dictionaries(st.sampled_from(NAMES), st.one_of(st.none(), PEOPLE, PEOPLE), min_size=1, max_size=5)
PAIRS = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] != pair[1])
STEPS = st.lists(st.one_of(BATCHES, PAIRS), min_size=1, max_size=12)
DEAL_STEPS = st.lists(st.one_of(DEAL_BATCHES, PAIRS), min_size=1, max_size=12)


def read(kind: str, one: str, values: Mapping[str, str]):
    if kind != DEALS:
        return read_person(values) if kind == "person" else read_company(values)
    made_at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=int(values["day"]))
    told = {"name": values["name"], "amount": float(values["amount"]) if values["amount"] else None}
    links = {"company": (values["company"],) if values["company"] else ()}
    return read_declared(Record(Ref("main", "deals", one), "deal", told, links, made_at), DECLARED)


def points(kind: str):
    return declared_points(kind, DECLARED) if kind == DEALS else None


class Pool:
    """A pool in a store; every step is a transaction, and a life, of its own."""

    def __init__(self, store, kind: str = "person", cap: int = 60, *streams: Stream) -> None:
        self.store, self.kind, self.cap = store, kind, cap
        with store.transaction() as tx:
            pool = tx.matching.begin(CONTACTS.account, kind, "1", "")
            for stream in streams or (CONTACTS, LEADS):
                tx.matching.enroll(pool, stream, "m")

    def step(self, act):
        with self.store.transaction() as tx:
            pool = tx.matching.pool(CONTACTS.account, self.kind)
            state = KeptState(tx, pool, self.cap)
            told = act(tx, state, Matching(self.kind, state, points(self.kind)))
            tx.matching.save(pool)
            return told

    def apply(self, changes: Mapping[str, Mapping[str, str] | None]):
        facts = {one: None if values is None else read(self.kind, one, values) for one, values in changes.items()}
        return self.step(lambda _tx, _state, matching: matching.apply(facts))

    def keep_apart(self, one: str, other: str) -> None:
        streams = {"contacts": CONTACTS, "leads": LEADS}
        (ours, our_id), (theirs, their_id) = one.split("/"), other.split("/")

        def act(tx, state, matching):
            tx.twins.keep_apart(streams[ours], our_id, their_id, other_stream=streams[theirs])
            matching.regroup(state.facts([one, other]))

        self.step(act)

    def outcome(self):
        def act(tx, state, _matching):
            groups = set(state.groups_of(NAMES).values())
            asked = {
                (f"{stream.object}/{one}", f"{row.ref.object}/{row.ref.id}")
                for stream in (CONTACTS, LEADS)
                for one, rows in tx.twins.of(stream, ids_of(stream)).items()
                for row in rows
                if row.is_asked
            }
            counts = [tx.twins.group_counts(stream) for stream in (CONTACTS, LEADS)]
            return groups, asked, [(one.groups, one.records) for one in counts]

        return self.step(act)


def ids_of(stream):
    return [name.split("/")[1] for name in NAMES if name.startswith(f"{stream.object}/")]


def in_memory(kind, known, apart, cap=60):
    matcher = Matcher(kind, points(kind), Memory(cap))
    matcher.apply({one: read(kind, one, values) for one, values in sorted(known.items())})
    for pair in apart:
        matcher.keep_apart(*pair)
    return matcher


def told(groups):
    return sorted((group.members, group.merge, group.weakest) for group in groups)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, cap=st.sampled_from([2, 4, 60]))
def test_random_edits_one_after_the_other_come_to_one_run_over_all(store, steps, cap):
    come_to_one_run_over_all(store, "person", steps, cap)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(COPIES, min_size=1, max_size=8), cap=st.sampled_from([2, 4]))
def test_many_copies_that_come_and_go_come_to_one_run_over_all(store, steps, cap):
    come_to_one_run_over_all(store, "person", steps, cap)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=DEAL_STEPS, cap=st.sampled_from([2, 4, 60]))
def test_random_edits_of_deals_come_to_one_run_over_all(store, steps, cap):
    come_to_one_run_over_all(store, DEALS, steps, cap)


def come_to_one_run_over_all(store, kind: str, steps, cap: int) -> None:
    _wipe(store)
    pool = Pool(store, kind, cap)
    known: dict[str, Mapping[str, str]] = {}
    apart: list[tuple[str, str]] = []
    for step in steps:
        if isinstance(step, tuple):
            pool.keep_apart(*step)
            apart.append(step)
        else:
            pool.apply(step)
            known = {one: values for one, values in {**known, **step}.items() if values is not None}

    groups, asked, counts = pool.outcome()

    matcher = in_memory(kind, known, apart, cap)
    assert told(groups) == told(matcher.groups())
    assert asked == {end for one in matcher.questions() for end in ((one.one, one.other), (one.other, one.one))}
    assert counts == [counted(matcher.groups(), name) for name in ("contacts", "leads")]


def counted(groups, name):
    inside = [[one for one in group.members if one.startswith(name)] for group in groups]
    return len([one for one in inside if one]), sum(map(len, inside))


def _wipe(store) -> None:
    """Forget what an earlier example matched."""
    names = [name for name in schema.metadata.tables if name.startswith(("match_", "twins_", "kept_apart", "kpi_"))]
    with store.transaction() as tx:
        for name in sorted(names, reverse=True):
            tx.records.connection.execute(schema.metadata.tables[name].delete())


def test_group_keeps_its_id_over_lives_while_most_of_its_members_stay(store):
    pool = Pool(store)
    pool.apply({"contacts/1": ADA, "contacts/2": ADA})
    before, _, _ = pool.outcome()

    pool.apply({"contacts/3": ADA, "contacts/1": None})

    after, _, _ = pool.outcome()
    assert [one.id for one in after] == [one.id for one in before]
    assert [one.members for one in after] == [("contacts/2", "contacts/3")]


def test_contact_and_lead_are_twins_of_each_other(store):
    pool = Pool(store)

    pool.apply({"contacts/1": ADA, "leads/1": ADA})

    with store.reading() as tx:
        twins = tx.twins.of(LEADS, ["1"])["1"]
        assert [(twin.ref.object, twin.ref.id, twin.is_sure) for twin in twins] == [("contacts", "1", True)]
        assert tx.twins.group_counts(CONTACTS) == tx.twins.group_counts(LEADS)


def test_whom_a_change_makes_a_twin_is_noted(store):
    pool = Pool(store)
    pool.apply({"contacts/1": ADA, "contacts/4": {"first_name": "Grace", "last_name": "Hopper"}})

    woken = pool.step(lambda _tx, state, matching: (matching.apply({"leads/2": read_person(ADA)}), state.woken())[1])

    assert woken == {CONTACTS: {"1"}, LEADS: {"2"}}


def test_facts_come_back_exactly_as_they_were_read():
    person = read_person({**ADA, "mobile": "+44 7400 123487", "company_name": "Acme GmbH", "street": "Main St 5"})
    company = read_company({"name": "Acme Holding GmbH", "domain": "acme.com", "phone": "+1 617 452 1504"})

    assert from_parts("person", orjson.loads(orjson.dumps(to_parts(person)))) == person
    assert from_parts("company", orjson.loads(orjson.dumps(to_parts(company)))) == company
