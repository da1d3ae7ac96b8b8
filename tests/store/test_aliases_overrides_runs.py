"""The smaller rooms."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.store import Override, Run, Snapshot
from tests.store.given import COMPANIES, CONTACTS, MODIFIED, ref


def test_alias_follows_the_chain_to_its_end(store):
    with store.transaction() as tx:
        for old, new in (("1", "2"), ("2", "3"), ("2", "3")):
            tx.aliases.keep(CONTACTS, old, new)

    with store.transaction() as tx:
        assert [tx.aliases.current(CONTACTS, one) for one in "1234"] == ["3", "3", "3", "4"]
        assert tx.aliases.current(COMPANIES, "1") == "1"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), max_size=8))
def test_alias_chains_always_end_and_the_latest_word_holds(store, words):
    with store.transaction() as tx:
        for old, new in words:
            tx.aliases.keep(CONTACTS, old, new)
            end = tx.aliases.current(CONTACTS, old)

            assert end == tx.aliases.current(CONTACTS, new)
            assert tx.aliases.current(CONTACTS, end) == end


def test_overrides_are_kept_counted_listed_and_cleared(store, clock):
    with store.transaction() as tx:
        tx.overrides.keep(CONTACTS, "1", "email", "email_form", "OLD@X.COM", MODIFIED)
        tx.overrides.keep(CONTACTS, "1", "email", "email_form", None, clock.now())
        tx.overrides.keep(CONTACTS, "2", "", "contact_without_company", "", MODIFIED)

    with store.transaction() as tx:
        assert tx.overrides.of(CONTACTS, ["1", "2", "3"]) == {
            ("1", "email", "email_form"): None,
            ("2", "", "contact_without_company"): "",
        }
        assert tx.overrides.counts(CONTACTS) == {"email_form": 1, "contact_without_company": 1}
        assert tx.overrides.counts(COMPANIES) == {}
        newest = Override(ref("1"), "email", "email_form", None, clock.now())
        assert tx.overrides.select(stream=CONTACTS)[0] == newest
        assert tx.overrides.select(ref=ref("1"), rule="email_form") == [newest]
        assert tx.overrides.clear(CONTACTS, record_id="1", rule="other") == 0
        assert tx.overrides.clear(CONTACTS, rule="email_form") == 1
        assert tx.overrides.counts(CONTACTS) == {"contact_without_company": 1}


def test_runs_are_found_and_listed_newest_first(store, clock):
    with store.transaction() as tx:
        first = tx.runs.start("schedule", clock.now())
        second = tx.runs.start("sync", clock.now())
        tx.runs.finish(first, clock.advance(5), {"pulled": 3})

    with store.transaction() as tx:
        recent = tx.runs.recent(5)
        found = tx.runs.find(first)

    began = clock.now() - timedelta(seconds=5)
    assert found == Run(first, "schedule", began, clock.now(), {"pulled": 3})
    assert [run.id for run in recent] == [second, first]
    assert recent[0].finished_at is None


def test_baseline_is_the_first_snapshot(store, clock):
    first = clock.now()
    with store.transaction() as tx:
        assert tx.runs.baseline() is None
        tx.runs.snapshot(first, {"clean": 1})
        tx.runs.snapshot(clock.advance(60), {"clean": 2})

    with store.transaction() as tx:
        assert tx.runs.baseline() == Snapshot(first, {"clean": 1})
        assert tx.runs.snapshots(clock.now()) == [Snapshot(clock.now(), {"clean": 2})]


def test_each_stream_s_last_finished_run_of_a_trigger_is_known(store, clock):
    with store.transaction() as tx:
        first = tx.runs.start("census", clock.now())
        tx.runs.finish(first, clock.now(), {"main/contacts": {}, "main/companies": {}})
        second = tx.runs.start("census", later := clock.advance(60))
        tx.runs.finish(second, later, {"main/contacts": {}})
        tx.runs.start("census", clock.advance(60))
        tx.runs.finish(tx.runs.start("sync", clock.now()), clock.now(), {"main/contacts": {}})

    with store.reading() as tx:
        last = tx.runs.last_of("census")

    assert last == {"main/contacts": later, "main/companies": later - timedelta(seconds=60)}
