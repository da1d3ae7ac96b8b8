"""Two linked accounts, each in a lane of its own: whatever comes when, who is whose counterpart is as it should be."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings import RecordMapping, bind, shipped_mapping, to_canonical
from quality import compile_ruleset
from quality.dedupe import Matcher, read_person
from quality.dedupe.ties import WRITTEN_OVER
from syncd.engine.judging.counterparts import counterparts_of
from syncd.engine.matching.known_ids import with_known_ids
from syncd.engine.matching.match import match
from syncd.engine.matching.twins import twins_of
from syncd.engine.peers import Peer
from syncd.engine.setup import StreamPass, StreamSetup, Tools
from syncd.engine.tally import Tally
from syncd.model import Cursor, Field, FieldType, Gone, Mode, Ref, Schema, Stream
from syncd.settings import GuardSettings, LinkedAccounts
from syncd.store import CounterpartCount, schema
from tests.store.given import CONTACTS, MODIFIED, kept

SALES = Stream("sales", "Contact", "person")
POOL = (CONTACTS, SALES)
NUMBERS = [str(number) for number in range(5)]
#: How each account spells what people say.
SPELT = {
    CONTACTS: {
        "first": "firstname",
        "last": "lastname",
        "mail": "email",
        "phone": "phone",
        "id": "salesforcecontactid",
    },
    SALES: {"first": "FirstName", "last": "LastName", "mail": "Email", "phone": "Phone", "id": "HubSpot_ID__c"},
}
ADA = {"first": "Ada", "last": "Lovelace", "mail": "ada@acme.com", "phone": "+1 617 452 1504"}
GRACE = {"first": "Grace", "last": "Hopper", "mail": "grace@navy.example", "phone": "+1 703 555 0142"}
#: Nothing but a name and an employer: probably one, and nothing sure.
NAMESAKE = {"first": "Ada", "last": "Lovelace", "mail": "", "phone": ""}


def bound(crm: str, name: str, *lacking: str) -> RecordMapping:
    mapping = cast("RecordMapping", shipped_mapping(crm, name))
    fields = {one: Field(one, FieldType.TEXT) for one in mapping.properties if one not in lacking}
    return bind(mapping, Schema(name, fields))[0]


MAPPINGS = {CONTACTS: bound("hubspot", "contacts", "salesforceleadid"), SALES: bound("salesforce", "Contact")}
GROUP = LinkedAccounts(accounts=("hubspot-main", "sales"))


class Both:
    """People of two accounts in one store, and passes over either that may be stopped."""

    def __init__(self, store: Any, clock: Any) -> None:
        self.store, self.clock, self.content = store, clock, 0
        self.is_linked = True

    def setup(self, stream: Stream) -> StreamSetup:
        connector: Any = None
        linked: dict[str, Any] = {}
        if self.is_linked:
            peers = {(one.account, one.object): Peer(one, MAPPINGS[one]) for one in POOL if one != stream}
            linked = {"linked": GROUP, "pool": POOL, "peers": peers}
        return StreamSetup(
            stream=stream, connector=connector, mapping=MAPPINGS[stream], schema=Schema(stream.object, {}),
            ruleset=compile_ruleset("person"), mode=Mode.OBSERVE, guards=GuardSettings(), every_s=60, **linked,
        )  # fmt: skip

    def came(self, stream: Stream, record_id: str, told: dict[str, str]) -> None:
        self.content += 1
        values = {SPELT[stream][name]: value for name, value in {"id": "", **told}.items()}
        with self.store.transaction() as tx:
            tx.records.keep(stream, [kept(record_id, stream, values=values, content=self.content)])

    def gone(self, stream: Stream, record_id: str, into: str | None = None) -> None:
        if record_id != into:
            with self.store.transaction() as tx:
                tx.records.mark_gone(stream, [Gone(Ref(stream.account, stream.object, record_id), into)], MODIFIED)

    def said(self, what: str, one: str, other: str) -> None:
        with self.store.transaction() as tx:
            say = {"join": tx.counterparts.join, "apart": tx.counterparts.part, "back": tx.counterparts.take_back}[what]
            say((CONTACTS, one), (SALES, other), by="ada")

    def passed(self, *streams: Stream, batches: int = 1_000) -> None:
        """Match in the lanes of some accounts, one after the other; each is stopped after so many batches."""
        for stream in streams or POOL:
            stop, left = threading.Event(), [batches]

            def heard(*_told: object, left: Any = left, stop: Any = stop, **_more: object) -> None:
                left[0] -= 1
                if not left[0]:
                    stop.set()

            telemetry: Any = SimpleNamespace(records_matched=heard)
            match([StreamPass(Tools(self.store, telemetry, self.clock, stop), self.setup(stream), "run", Tally())])

    def rows(self) -> tuple[set[Any], set[Any]]:
        """Return the pairs in a group, and those asked about, as the store tells."""
        same, asked = set(), set()
        with self.store.reading() as tx:
            for stream in POOL:
                for one, found in tx.twins.of(stream, NUMBERS).items():
                    ours = f"{stream.name}/{one}"
                    same |= {(ours, str(row.ref), row.is_sure) for row in found if row.group}
                    asked |= {(ours, str(row.ref)) for row in found if row.is_asked}
        return same, asked

    def expected(self) -> tuple[set[Any], set[Any]]:
        """Return what one run over all live records says."""
        matcher = Matcher("person")
        with self.store.reading() as tx:
            for stream in POOL:
                found = [to_canonical(MAPPINGS[stream], one) for one in tx.records.read(stream, NUMBERS).values()]
                records = with_known_ids(tx, POOL, found)
                matcher.apply({str(record.ref): read_person(record.values) for record in records})
            streams = tx.records.streams.all()
            apart = tx.records.connection.execute(schema.kept_apart.select()).all()
            said = tx.records.connection.execute(schema.match_decisions.select()).all()
        for row in (*apart, *(one for one in said if one.is_one)):
            ends = [
                f"{streams[number].name}/{one}"
                for number, one in ((row.stream_id, row.record_id), (row.other_stream_id, row.other_id))
            ]
            (matcher.join if hasattr(row, "is_one") else matcher.keep_apart)(*ends)
        same = {
            (one, other, any(one in part and other in part for part in group.merge))
            for group in matcher.groups()
            for one in group.members
            for other in group.members
            if one != other
        }
        return same, {
            end for found in matcher.questions() for end in ((found.one, found.other), (found.other, found.one))
        }

    def counterparts(self, stream: Stream, record_id: str = "1") -> list[tuple[str, bool]]:
        """Return the counterparts of a record, and whether each is sure."""
        with self.store.reading() as tx:
            [source] = tx.records.read(stream, [record_id]).values()
            record = to_canonical(MAPPINGS[stream], source)
            found = counterparts_of(tx, self.setup(stream), [record]).get(record.ref, ())
        return [(one.record.ref.id, one.is_sure) for one in found]

    def told_apart(self) -> list[int]:
        """Return of each stream how many there are, twins as one, who surely are in the other account."""
        same = [set(pair[:2]) for pair in self.rows()[0] if pair[2]]
        people: list[set[str]] = []
        for pair in same:
            joined = pair.union(*(one for one in people if one & pair))
            people = [one for one in people if not one & pair] + [joined]
        both = [one for one in people if len({end.partition("/")[0] for end in one}) > 1]
        return [sum(any(end.startswith(f"{stream.name}/") for end in one) for one in both) for stream in POOL]

    def counts(self) -> list[CounterpartCount]:
        with self.store.reading() as tx:
            return [tx.counterparts.counts(stream) for stream in POOL]


@pytest.fixture
def both(store, clock) -> Both:
    return Both(store, clock)


IDS, PLACES = st.sampled_from(NUMBERS), st.sampled_from(POOL)
PEOPLE = st.fixed_dictionaries(
    {
        "first": st.sampled_from(["Ada", "Adda", "Robert", ""]),
        "last": st.sampled_from(["Lovelace", "Smith"]),
        "mail": st.sampled_from(["ada@acme.com", "bob@acme.com", ""]),
        "phone": st.sampled_from(["+1 617 452 1504", "+44 7400 123487", ""]),
        "id": st.sampled_from(["", "", "1", "2"]),
    }
)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("came"), PLACES, IDS, PEOPLE),
        st.tuples(st.just("came"), PLACES, IDS, PEOPLE),
        st.tuples(st.just("gone"), PLACES, IDS),
        st.tuples(st.just("gone"), PLACES, IDS, IDS),
        st.tuples(st.just("said"), st.sampled_from(["join", "apart", "back"]), IDS, IDS),
        st.tuples(st.just("passed"), PLACES, st.integers(1, 4)),
        st.tuples(st.just("linked"), st.booleans()),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_whatever_came_in_either_account_the_last_passes_make_up_for(events, both, monkeypatch):
    _wipe(both)
    monkeypatch.setattr("syncd.engine.matching.match.BATCH", 2)
    monkeypatch.setattr("syncd.engine.matching.match.READ_BATCH", 3)
    for what, *told in events:
        if what == "passed":
            both.passed(told[0], batches=told[1])
        elif what == "linked":
            both.is_linked = told[0]
            both.passed()
        else:
            getattr(both, what)(*told)
    both.is_linked = True

    both.passed()
    both.passed(CONTACTS)

    assert both.rows() == both.expected()
    with both.store.reading() as tx:
        assert [tx.matching.due(stream, 10) for stream in POOL] == [[], []]
        assert both.counts() == [tx.counterparts.recount(stream) for stream in POOL]
    assert [counted.sure for counted in both.counts()] == both.told_apart()


def test_one_person_in_both_accounts_is_no_duplicate_in_either(both):
    both.came(CONTACTS, "1", ADA)
    both.came(SALES, "1", ADA)

    both.passed()

    assert both.counterparts(CONTACTS) == both.counterparts(SALES) == [("1", True)]
    assert both.counts() == [CounterpartCount(1, 0)] * 2
    with both.store.reading() as tx:
        assert [tx.twins.group_counts(stream).groups for stream in POOL] == [0, 0]
        assert twins_of(tx, both.setup(CONTACTS), [_record(both, CONTACTS, "1")]) == {}


def test_accounts_that_are_linked_no_more_leave_nothing_of_it(both):
    both.came(CONTACTS, "1", ADA)
    both.came(CONTACTS, "2", ADA)
    both.came(SALES, "1", ADA)
    both.passed()

    both.is_linked = False
    both.passed()

    same, asked = both.rows()
    assert {(one, other) for one, other, _ in same} == {
        ("hubspot-main/contacts/1", "hubspot-main/contacts/2"),
        ("hubspot-main/contacts/2", "hubspot-main/contacts/1"),
    }
    assert asked == set()
    assert both.counts() == [CounterpartCount()] * 2


def test_known_id_ties_what_nothing_else_would_and_follows_a_merge(both):
    both.came(CONTACTS, "1", {**ADA, "id": "3"})
    both.came(SALES, "3", {**NAMESAKE, "mail": "lovelace@home.example"})
    both.came(SALES, "4", NAMESAKE)
    both.passed()
    before = both.counterparts(CONTACTS)[:1]

    both.gone(SALES, "3", into="4")
    both.passed(SALES)
    both.passed(CONTACTS)

    assert before == [("3", True)]
    assert both.counterparts(CONTACTS) == [("4", True)]


def test_a_record_that_was_written_over_by_a_wrong_id_is_asked_about_until_somebody_says_who_it_is(both):
    grace_too = {**GRACE, "mail": "g.hopper@navy.example"}
    both.came(CONTACTS, "1", {**ADA, "id": "1"})
    both.came(CONTACTS, "2", grace_too)
    both.came(SALES, "1", GRACE)
    both.passed()

    both.came(CONTACTS, "1", {**GRACE, "id": "1"})
    both.passed(CONTACTS)
    asked = both.counterparts(CONTACTS)
    with both.store.reading() as tx:
        twins = {row.ref.id: row.is_sure for row in tx.twins.of(CONTACTS, ["1"]).get("1", ())}
        doubts = [row.doubt for row in tx.twins.of(CONTACTS, ["1"])["1"] if row.is_asked]
    both.said("join", "1", "1")
    both.passed()

    assert asked == [("1", False)]
    assert not any(twins.values())
    assert doubts
    assert set(doubts) == {WRITTEN_OVER}
    assert ("1", True) in both.counterparts(CONTACTS)


def test_who_says_again_what_they_said_before_is_believed_again(both):
    both.came(CONTACTS, "1", {**ADA, "id": "1"})
    both.came(SALES, "1", GRACE)
    both.came(SALES, "2", ADA)
    both.passed()
    before = both.counterparts(CONTACTS)

    both.came(CONTACTS, "1", {**GRACE, "id": "1"})
    both.passed(CONTACTS)
    between = both.counterparts(CONTACTS)
    both.came(CONTACTS, "1", {**ADA, "id": "1"})
    both.passed(CONTACTS)

    assert ("2", True) in before
    assert not any(is_sure for _, is_sure in between)
    assert both.counterparts(CONTACTS) == before


def test_of_twins_the_one_that_is_named_counts_until_they_are_merged(both):
    both.came(CONTACTS, "1", {**ADA, "id": "4"})
    both.came(SALES, "3", ADA)
    both.came(SALES, "4", ADA)

    both.passed()

    assert both.counterparts(CONTACTS) == [("4", True), ("3", False)]
    assert both.counterparts(SALES, "4") == [("1", True)]
    assert both.counterparts(SALES, "3") == [("1", False)]


def test_record_that_two_others_name_has_no_sure_counterpart(both):
    both.came(CONTACTS, "1", {**ADA, "id": "3"})
    both.came(CONTACTS, "2", {**ADA, "mail": "lovelace.a@acme.com", "phone": "+44 7400 123487", "id": "3"})
    both.came(SALES, "3", NAMESAKE)

    both.passed()

    assert [is_sure for _, is_sure in both.counterparts(SALES, "3")] == [False, False]
    assert not any(is_sure for one in ("1", "2") for _, is_sure in both.counterparts(CONTACTS, one))


def test_what_a_person_says_of_a_pair_holds_until_it_is_taken_back(both):
    both.came(CONTACTS, "1", ADA)
    both.came(SALES, "1", NAMESAKE)
    both.passed()
    asked = both.counterparts(CONTACTS)

    told = []
    for word in ("join", "back", "apart", "back"):
        both.said(word, "1", "1")
        both.passed()
        told.append(both.counterparts(CONTACTS))
    both.said("join", "1", "1")
    both.came(SALES, "1", GRACE)
    both.passed()

    assert asked == [("1", False)]
    assert told == [[("1", True)], asked, [], asked]
    assert both.counterparts(CONTACTS) == [("1", True)]


def test_account_that_is_read_in_part_keeps_nobody_waiting(both):
    both.came(CONTACTS, "1", ADA)
    both.came(CONTACTS, "2", ADA)
    both.came(SALES, "1", ADA)
    with both.store.transaction() as tx:
        tx.cursors.keep(SALES, Cursor(MODIFIED, after="1"))
    both.passed()
    before = both.counts(), len(both.rows()[0])

    with both.store.transaction() as tx:
        tx.cursors.keep(SALES, Cursor(MODIFIED, walked_at=MODIFIED))
    both.passed()

    assert before == ([CounterpartCount()] * 2, 2)
    assert both.counts() == [CounterpartCount(1, 0), CounterpartCount(1, 0)]


def test_who_has_a_counterpart_is_judged_again_when_that_says_something_else(both):
    both.came(CONTACTS, "1", ADA)
    both.came(SALES, "1", ADA)
    both.passed()
    with both.store.transaction() as tx:
        for stream in POOL:
            tx.twins.done(stream, tx.twins.due(stream, 10))

    both.came(CONTACTS, "1", {**ADA, "phone": "+44 7400 123487"})
    both.passed(CONTACTS)

    with both.store.reading() as tx:
        assert tx.twins.due(SALES, 10) == ["1"]


def _record(both: Both, stream: Stream, record_id: str) -> Any:
    with both.store.reading() as tx:
        return to_canonical(MAPPINGS[stream], tx.records.read(stream, [record_id])[record_id])


def _wipe(both: Both) -> None:
    """Forget what an earlier example left."""
    both.is_linked = True
    first = [name for name in schema.metadata.tables if name.startswith(("match_", "twins_", "kept_", "kpi_"))]
    with both.store.transaction() as tx:
        for name in [*sorted(first, reverse=True), "aliases", "record_values", "records"]:
            tx.records.connection.execute(schema.metadata.tables[name].delete())
