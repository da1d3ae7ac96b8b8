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
from quality.dedupe.known import KNOWN_REFS, OWN_REF
from quality.dedupe.parts import from_parts, to_parts
from syncd.engine.matching.state import KeptState
from syncd.model import Record, Ref, Stream
from syncd.store import CounterpartCount, schema
from tests.store.given import CONTACTS

LEADS = Stream(CONTACTS.account, "leads", "person")
#: People of a linked account.
SALES = Stream("sales", "contacts", "person")
STREAMS = {stream.name: stream for stream in (CONTACTS, LEADS, SALES)}
C, L, S = STREAMS
NAMES = [*(f"{C}/{number}" for number in range(9)), *(f"{L}/{number}" for number in range(3))]
LINKED_NAMES = [*(f"{C}/{number}" for number in range(5)), *(f"{S}/{number}" for number in range(5))]
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
#: People of two accounts, some of whom name one of the other by its id; and what somebody says of two of them.
LINKED_PEOPLE = st.tuples(PEOPLE, st.sampled_from(["", "", "1", "2"])).map(
    lambda both: {**both[0], "linked_id": both[1]}
)
LINKED_BATCHES = st.dictionaries(
    st.sampled_from(LINKED_NAMES), st.one_of(st.none(), LINKED_PEOPLE, LINKED_PEOPLE), min_size=1, max_size=5
)
LINKED_PAIRS = st.tuples(st.sampled_from(LINKED_NAMES), st.sampled_from(LINKED_NAMES)).filter(
    lambda pair: pair[0] != pair[1]
)
JOINED = st.tuples(st.sampled_from(LINKED_NAMES[:5]), st.sampled_from(LINKED_NAMES[5:]), st.just("one"))
LINKED_STEPS = st.lists(st.one_of(LINKED_BATCHES, LINKED_BATCHES, LINKED_PAIRS, JOINED), min_size=1, max_size=12)
STEPS = st.lists(st.one_of(BATCHES, PAIRS), min_size=1, max_size=12)
DEAL_STEPS = st.lists(st.one_of(DEAL_BATCHES, PAIRS), min_size=1, max_size=12)


def read(kind: str, one: str, values: Mapping[str, str]):
    if kind != DEALS:
        return read_person(with_ids(one, values)) if kind == "person" else read_company(values)
    made_at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=int(values["day"]))
    told = {"name": values["name"], "amount": float(values["amount"]) if values["amount"] else None}
    links = {"company": (values["company"],) if values["company"] else ()}
    return read_declared(Record(Ref("main", "deals", one), "deal", told, links, made_at), DECLARED)


def with_ids(one: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return what a person says, with what goes by ids where accounts are linked."""
    if "linked_id" not in values:
        return dict(values)
    other = C if one.startswith(S) else S
    named = {KNOWN_REFS: f"{other}/{values['linked_id']}"} if values["linked_id"] else {}
    return {**values, OWN_REF: one, **named}


def points(kind: str):
    return declared_points(kind, DECLARED) if kind == DEALS else None


class Pool:
    """A pool in a store; every step is a transaction, and a life, of its own."""

    def __init__(self, store, kind: str = "person", cap: int = 60, *streams: Stream) -> None:
        self.store, self.kind, self.cap = store, kind, cap
        self.streams = streams or (CONTACTS, LEADS)
        self.names = [
            one for one in {*NAMES, *LINKED_NAMES} if one.rpartition("/")[0] in {it.name for it in self.streams}
        ]
        with store.transaction() as tx:
            pool = tx.matching.begin(CONTACTS.account, kind, "1", "")
            for stream in self.streams:
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
        def act(tx, state, matching):
            tx.counterparts.part(placed(one), placed(other), by="ada")
            matching.regroup(state.facts([one, other]))

        self.step(act)

    def join(self, one: str, other: str) -> None:
        def act(tx, state, matching):
            tx.counterparts.join(placed(one), placed(other), by="ada")
            matching.regroup(state.facts([one, other]))

        self.step(act)

    def outcome(self):
        def act(tx, state, _matching):
            groups = set(state.groups_of(self.names).values())
            asked = {
                (f"{stream.name}/{one}", str(row.ref))
                for stream in self.streams
                for one, rows in tx.twins.of(stream, ids_of(stream)).items()
                for row in rows
                if row.is_asked
            }
            counts = [tx.twins.group_counts(stream) for stream in self.streams]
            return groups, asked, [(one.groups, one.records) for one in counts]

        return self.step(act)


def placed(one: str) -> tuple[Stream, str]:
    name, _, record_id = one.rpartition("/")
    return STREAMS[name], record_id


def ids_of(stream):
    return [placed(name)[1] for name in {*NAMES, *LINKED_NAMES} if placed(name)[0] == stream]


def in_memory(kind, known, apart, cap=60, joined=()):
    matcher = Matcher(kind, points(kind), Memory(cap))
    matcher.apply({one: read(kind, one, values) for one, values in sorted(known.items())})
    for pair in apart:
        matcher.keep_apart(*pair)
    for pair in joined:
        matcher.join(*pair)
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
    assert counts == [counted(matcher.groups(), stream) for stream in pool.streams]


def counted(groups, stream):
    """Return how many groups of one account have a record of a stream, and how many records of it are in one."""
    inside = [
        [one for one in group.members if placed(one)[0] == stream]
        for group in groups
        if sum(placed(one)[0].account == stream.account for one in group.members) > 1
    ]
    return len([one for one in inside if one]), sum(map(len, inside))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=LINKED_STEPS)
def test_edits_and_words_of_two_linked_accounts_come_to_one_run_over_all(store, steps):
    _wipe(store)
    pool = Pool(store, "person", 60, CONTACTS, SALES)
    known: dict[str, Mapping[str, str]] = {}
    apart: dict[frozenset[str], bool] = {}
    for step in steps:
        if isinstance(step, dict):
            pool.apply(step)
            known = {one: values for one, values in {**known, **step}.items() if values is not None}
            continue
        apart[frozenset(step[:2])] = len(step) == 2
        (pool.keep_apart if len(step) == 2 else pool.join)(*step[:2])

    groups, asked, counts = pool.outcome()

    matcher = in_memory(
        "person",
        known,
        [tuple(pair) for pair, is_apart in apart.items() if is_apart],
        60,
        [tuple(pair) for pair, is_apart in apart.items() if not is_apart],
    )
    questions = {end for one in matcher.questions() for end in ((one.one, one.other), (one.other, one.one))}
    assert told(groups) == told(matcher.groups())
    assert asked == questions
    assert counts == [counted(matcher.groups(), stream) for stream in pool.streams]
    with store.reading() as tx:
        for stream in pool.streams:
            assert tx.counterparts.counts(stream) == tx.counterparts.recount(stream)
            assert tx.counterparts.counts(stream) == CounterpartCount(*with_counterparts(matcher, questions, stream))


def with_counterparts(matcher, questions, stream) -> tuple[int, int]:
    """Return how many records of a stream surely have a counterpart, and of how many that is in question."""
    sure = {
        one
        for group in matcher.groups()
        for part in group.merge
        for one in part
        if any(placed(other)[0].account != stream.account for other in part)
    }
    asked = {
        one
        for group in matcher.groups()
        for one in group.members
        if any(placed(other)[0].account != placed(one)[0].account for other in group.members)
    } | {one for one, other in questions if placed(one)[0].account != placed(other)[0].account}
    mine = [{one for one in found if placed(one)[0] == stream} for found in (sure, asked - sure)]
    return len(mine[0]), len(mine[1])


def _wipe(store) -> None:
    """Forget what an earlier example matched."""
    names = [name for name in schema.metadata.tables if name.startswith(("match_", "twins_", "kept_apart", "kpi_"))]
    with store.transaction() as tx:
        for name in sorted(names, reverse=True):
            tx.records.connection.execute(schema.metadata.tables[name].delete())


def test_group_keeps_its_id_over_lives_while_most_of_its_members_stay(store):
    pool = Pool(store)
    pool.apply({f"{C}/1": ADA, f"{C}/2": ADA})
    before, _, _ = pool.outcome()

    pool.apply({f"{C}/3": ADA, f"{C}/1": None})

    after, _, _ = pool.outcome()
    assert [one.id for one in after] == [one.id for one in before]
    assert [one.members for one in after] == [(f"{C}/2", f"{C}/3")]


def test_contact_and_lead_are_twins_of_each_other(store):
    pool = Pool(store)

    pool.apply({f"{C}/1": ADA, f"{L}/1": ADA})

    with store.reading() as tx:
        twins = tx.twins.of(LEADS, ["1"])["1"]
        assert [(twin.ref.object, twin.ref.id, twin.is_sure) for twin in twins] == [("contacts", "1", True)]
        assert tx.twins.group_counts(CONTACTS) == tx.twins.group_counts(LEADS)


def test_whom_a_change_makes_a_twin_is_noted(store):
    pool = Pool(store)
    pool.apply({f"{C}/1": ADA, f"{C}/4": {"first_name": "Grace", "last_name": "Hopper"}})

    woken = pool.step(lambda _tx, state, matching: (matching.apply({f"{L}/2": read_person(ADA)}), state.woken())[1])

    assert woken == {CONTACTS: {"1"}, LEADS: {"2"}}


def test_facts_come_back_exactly_as_they_were_read():
    person = read_person({**ADA, "mobile": "+44 7400 123487", "company_name": "Acme GmbH", "street": "Main St 5"})
    company = read_company({"name": "Acme Holding GmbH", "domain": "acme.com", "phone": "+1 617 452 1504"})

    assert from_parts("person", orjson.loads(orjson.dumps(to_parts(person)))) == person
    assert from_parts("company", orjson.loads(orjson.dumps(to_parts(company)))) == company
