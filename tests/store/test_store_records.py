"""The local copy of records, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.errors import StoreError
from syncd.model import Cursor, FixState, Gone, Link, Maker, Ref, Severity, SourceRecord
from syncd.store import StreamTally
from tests.store.given import COMPANIES, CONTACTS, MODIFIED, decided, finding, fix, kept, link_fix, ref

#: Everything a CRM can send. Lone surrogates have a test of their own.
RAW = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
NAMES = st.text(min_size=1, max_size=20)
SOURCES = st.builds(
    SourceRecord,
    ref=st.just(ref()),
    values=st.dictionaries(NAMES, RAW, max_size=8),
    created_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    modified_at=st.datetimes(timezones=st.just(UTC)),
    links=st.dictionaries(NAMES, st.lists(st.text(max_size=5), max_size=3).map(tuple), max_size=3),
)


def same(left: object, right: object) -> bool:
    """Equal, and of one type: 1, 1.0 and True are three values."""
    return left == right and repr(left) == repr(right)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SOURCES)
def test_record_comes_back_exactly_as_it_was_kept(store, record):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [replace(kept(), source=record)])

    with store.transaction() as tx:
        read = tx.records.read(CONTACTS, ["1"])["1"]

    assert same(dict(read.values), dict(record.values))
    assert same(dict(read.links), dict(record.links))
    assert (read.ref, read.created_at, read.modified_at) == (record.ref, record.created_at, record.modified_at)


@pytest.mark.parametrize(
    "value",
    [
        "'; DROP TABLE records; --",
        'quote " and \\ and %s and :name and ?',
        "nul \x00 inside",
        "lone surrogate \ud800",
        "\u202eright to left\u202c",
        2**70,  # beyond what the fast coder takes
        "x" * 100_000,
        "",
        None,
        False,
        0,
        0.0,
    ],
)
def test_hostile_value_survives_in_record_proposal_fix_and_override(store, value):
    proposed = finding(proposal=value, has_proposal=True)
    wanted = fix("1", replace(fix().changes[0], before=value, after="fine"))
    key = ("email", value if isinstance(value, str) else "x")

    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept(values={"p": value}, findings=(proposed,), keys=frozenset({key}))])
        tx.journal.decide(CONTACTS, ["1"], [wanted], "run")
        tx.overrides.keep(CONTACTS, "1", "email", "email_form", value, MODIFIED)

    with store.transaction() as tx:
        assert same(tx.records.read(CONTACTS, ["1"])["1"].values["p"], value)
        assert same(tx.findings.of(ref())[0].finding.proposal, value)
        assert same(tx.journal.approved(CONTACTS, 10)[0].changes[0].before, value)
        assert same(tx.overrides.of(CONTACTS, ["1"])["1", "email", "email_form"], value)
        assert tx.records.with_key("hubspot-main", "person", {key}) == {key: (ref(),)}


def test_rows_and_cursor_commit_together_or_not_at_all(store):
    cursor = Cursor(MODIFIED, "after-7")
    with pytest.raises(RuntimeError), store.transaction() as tx:  # noqa: PT012 - a transaction is a block
        tx.records.keep(CONTACTS, [kept()])
        tx.cursors.keep(CONTACTS, cursor)
        raise RuntimeError

    with store.transaction() as tx:
        assert tx.cursors.read(CONTACTS) is None
        assert tx.records.count(CONTACTS) == 0
        tx.records.keep(CONTACTS, [kept()])
        tx.cursors.keep(CONTACTS, cursor)

    with store.transaction() as tx:
        assert tx.cursors.read(CONTACTS) == cursor
        assert list(tx.records.read(CONTACTS, ["1", "2"])) == ["1"]


def test_finding_that_stays_keeps_the_moment_it_was_opened(store, clock):
    first = clock.now()
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept(findings=(finding(), finding(rule="other", field="")))])
    later = clock.advance(3600)

    with store.transaction() as tx:
        stays = finding(message="still wrong", severity=Severity.ERROR)
        tx.records.keep(CONTACTS, [kept(findings=(stays, finding(rule="third")))])

    with store.transaction() as tx:
        found = {one.finding.rule: one for one in tx.findings.of(ref())}
    assert {rule: one.opened_at for rule, one in found.items()} == {"email_form": first, "third": later}
    assert found["email_form"].finding == stays


def test_versions_and_states_leave_out_what_is_unknown_or_gone(store, clock):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept(str(number), content=-number) for number in range(2500)])
        tx.records.mark_gone(CONTACTS, [Gone(ref("3"))], clock.now())

    with store.transaction() as tx:
        ids = [str(number) for number in range(3000)]
        assert tx.records.versions(CONTACTS, ids).keys() == set(ids[:2500]) - {"3"}
        assert tx.records.states(CONTACTS, ids)["2499"] == (-2499, "rules-1")
        assert tx.records.count_since(CONTACTS, MODIFIED) == 2499
        assert tx.records.count_since(CONTACTS, MODIFIED + timedelta(microseconds=1)) == 0


def test_ids_are_walked_in_plain_text_order_without_those_gone(store, clock):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept(one) for one in ("10", "9", "a", "B", "é")])
        tx.records.mark_gone(CONTACTS, [Gone(ref("9"))], clock.now())

    with store.transaction() as tx:
        first = tx.records.ids(CONTACTS, "", 2)
        rest = tx.records.ids(CONTACTS, first[-1], 10)

    assert (first, rest) == (["10", "B"], ["a", "é"])


def test_records_judged_by_other_rules_are_found_in_id_order(store):
    with store.transaction() as tx:
        rules = {"1": "new", "2": "old", "3": "older", "4": "old", "5": "new"}
        tx.records.keep(CONTACTS, [kept(one, judged_with=name) for one, name in rules.items()])

    with store.transaction() as tx:
        assert tx.records.judged_otherwise(CONTACTS, "new", "", 2) == ["2", "3"]
        assert tx.records.judged_otherwise(CONTACTS, "new", "3", 2) == ["4"]
        assert tx.records.judged_otherwise(COMPANIES, "new", "", 2) == []


def test_record_is_due_when_its_moment_has_come(store, clock):
    now = clock.now()
    with store.transaction() as tx:
        hours = {"1": 1, "2": 0, "3": -1}
        rows = [kept(one, again_at=now + timedelta(hours=hour)) for one, hour in hours.items()]
        tx.records.keep(CONTACTS, [*rows, kept("4")])

    with store.transaction() as tx:
        assert tx.records.due(CONTACTS, now, 10) == ["3", "2"]
        assert tx.records.due(CONTACTS, now, 1) == ["3"]


def test_lookup_by_key_finds_live_records_of_the_kind_only(store, clock):
    key, long_key = ("domain", "acme.com"), ("domain", "x" * 5000)
    with store.transaction() as tx:
        tx.records.keep(COMPANIES, [kept(one, COMPANIES, keys=frozenset({key, long_key})) for one in ("1", "2", "3")])
        tx.records.keep(CONTACTS, [kept("4", keys=frozenset({key}))])
        tx.records.keep(COMPANIES, [kept("2", COMPANIES, keys=frozenset())])
        tx.records.mark_gone(COMPANIES, [Gone(ref("3", COMPANIES))], clock.now())

    with store.transaction() as tx:
        found = tx.records.with_key("hubspot-main", "company", {key, long_key, ("domain", "other.com")})

    assert found == {key: (ref("1", COMPANIES),), long_key: (ref("1", COMPANIES),)}


def test_waking_makes_unlinked_holders_of_a_key_due(store, clock):
    key = ("email_domain", "acme.com")
    now = clock.now()
    with store.transaction() as tx:
        free = kept("1", keys=frozenset({key}), unlinked_to=("company",), again_at=now + timedelta(days=9))
        linked = kept("2", keys=frozenset({key}))
        tx.records.keep(CONTACTS, [free, linked])

    with store.transaction() as tx:
        woken = tx.records.wake("hubspot-main", "person", {key}, now)

    with store.transaction() as tx:
        assert (woken, tx.records.due(CONTACTS, now, 10)) == (1, ["1"])


def test_gone_record_cancels_its_open_fixes_and_keeps_its_history(store, clock):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept(one, findings=(finding(one),)) for one in ("1", "2")])
    (waiting,) = decided(store, fix("1"))
    (linking,) = decided(store, link_fix("2", company="7"))

    with store.transaction() as tx:
        counted = tx.records.mark_gone(CONTACTS, [Gone(ref("1"), "9"), Gone(ref("never-held"))], clock.now())
        tx.records.mark_gone(COMPANIES, [Gone(ref("7", COMPANIES))], clock.now())

    with store.transaction() as tx:
        assert counted == 1
        assert tx.records.read(CONTACTS, ["1"]) == {}
        assert tx.findings.of(ref("1")) == []
        assert tx.aliases.current(CONTACTS, "1") == "9"
        gone = tx.journal.find(waiting.id)
        assert (gone.state, gone.detail, gone.changes) == (FixState.STALE, "the record is gone", waiting.changes)
        assert tx.journal.find(linking.id).detail == "the record it would link to is gone"
        assert tx.records.mark_gone(CONTACTS, [Gone(ref("1"), "9")], clock.now()) == 0


def test_restored_record_is_live_again(store, clock):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept()])
        tx.records.mark_gone(CONTACTS, [Gone(ref())], clock.now())
        assert tx.records.states(CONTACTS, ["1"]) == {}

        tx.records.keep(CONTACTS, [kept()])

        assert tx.records.states(CONTACTS, ["1"]) == {"1": (1, "rules-1")}
        assert tx.findings.tally(CONTACTS) == StreamTally(records=1, clean=1, made={Maker(""): 1})


def test_reading_never_creates_a_stream(store):
    with store.transaction() as tx:
        assert tx.records.read(CONTACTS, ["1"]) == {}
        assert tx.records.count(CONTACTS) == 0
        assert tx.cursors.last_success(CONTACTS) is None
        assert tx.journal.last_written(CONTACTS, ["1"]) == {}
        assert tx.findings.tallies() == {}


def test_another_portal_under_the_same_name_is_refused(store):
    with store.transaction() as tx:
        tx.accounts.remember_identity("hubspot-main", "")
        tx.accounts.remember_identity("hubspot-main", "111")
        tx.accounts.remember_identity("hubspot-main", "111")
        tx.accounts.remember_identity("hubspot-main", "")

    with pytest.raises(StoreError, match="now open 222") as caught, store.transaction() as tx:
        tx.accounts.remember_identity("hubspot-main", "222")

    assert "name of its own" in caught.value.hint


def test_last_success_and_missing_survive(store, clock):
    with store.transaction() as tx:
        tx.cursors.succeeded(CONTACTS, clock.now())
        tx.cursors.keep_missing(CONTACTS, 3)

    with store.transaction() as tx:
        assert tx.cursors.last_success(CONTACTS) == clock.now()
        assert (tx.cursors.missing(CONTACTS), tx.cursors.missing(COMPANIES)) == (3, 0)
        assert tx.cursors.read(CONTACTS) is None


def test_link_proposal_comes_back_as_a_link(store):
    proposal = Link(Ref("hubspot-main", "companies", "7"), "primary")
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept(findings=(finding(proposal=proposal, has_proposal=True),))])

    with store.transaction() as tx:
        assert tx.findings.of(ref())[0].finding.proposal == proposal


def test_naive_moment_is_a_programming_error(store):
    with pytest.raises(Exception, match="offset-naive"), store.transaction() as tx:
        tx.cursors.keep(CONTACTS, Cursor(datetime(2026, 1, 1)))  # noqa: DTZ001 - that is the point
