"""Removals, merges and records that never showed up: found by the sweeps, settled without a person."""

from __future__ import annotations

from syncd.engine import Sweep, sweep
from tests.journeys.crms import EACH_CRM, EACH_CRM_ONCE
from tests.journeys.journey import Journey


def sweep_contacts(journey: Journey, kind: Sweep) -> None:
    with journey.life() as parts:
        setup = next(one for one in parts.setups if one.stream.object == journey.crm.people)
        sweep(parts.tools, setup, kind)


@EACH_CRM
def test_an_archived_contact_is_gone_with_its_findings_and_keeps_its_history(journey: Journey) -> None:
    journey.mode = "suggest"
    contact = journey.create(email="ADA@Example-Works.com", first_name="ADA", last_name="King")
    journey.pass_once()
    journey.act("archive", object=journey.crm.people, id=contact)

    sweep_contacts(journey, Sweep.REMOVALS)

    assert journey.with_store(lambda tx: tx.records.count(journey.stream())) == 0
    assert journey.with_store(lambda tx: tx.findings.of(journey.ref(contact))) == []
    assert [fix.state.value for fix in journey.fixes()] == ["stale"]


@EACH_CRM
def test_contacts_merged_by_a_person_leave_an_alias_for_both_old_ids(journey: Journey) -> None:
    kept = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King")
    other = journey.create(email="a.king@example-works.com", first_name="Ada", last_name="King")
    journey.pass_once()
    answer = journey.act("merge", object=journey.crm.people, id=kept, other=other)
    merged = str(answer["results"][0]["id"])

    sweep_contacts(journey, Sweep.CENSUS)

    stream = journey.stream()
    assert journey.with_store(lambda tx: [tx.aliases.current(stream, one) for one in (kept, other)]) == [merged, merged]
    assert journey.with_store(lambda tx: tx.records.ids(stream, "", 10)) == [merged]


@EACH_CRM
def test_a_contact_that_no_look_at_changes_ever_showed_is_counted_as_missing_and_read(journey: Journey) -> None:
    journey.pass_once()
    journey.control("POST", "knobs", {"index_lag_s": 3600})
    contact = journey.create(email="ADA@Example-Works.com", first_name="Ada", last_name="King")
    # The index shows it when its stamp is long behind the cursor and its overlap.
    for seconds in (1800, 7200):
        journey.pass_time(seconds)
        journey.pass_once()
    assert journey.with_store(lambda tx: tx.records.count(journey.stream())) == 0

    sweep_contacts(journey, Sweep.CENSUS)

    assert journey.with_store(lambda tx: tx.cursors.missing(journey.stream())) == 1
    assert journey.with_store(lambda tx: tx.records.ids(journey.stream(), "", 10)) == [contact]


@EACH_CRM
def test_a_sweep_that_finds_nothing_changes_nothing(journey: Journey) -> None:
    contact = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King")
    journey.pass_once()

    sweep_contacts(journey, Sweep.CENSUS)
    sweep_contacts(journey, Sweep.REMOVALS)

    assert journey.with_store(lambda tx: tx.cursors.missing(journey.stream())) == 0
    assert journey.with_store(lambda tx: tx.records.ids(journey.stream(), "", 10)) == [contact]


@EACH_CRM_ONCE
def test_a_link_that_somebody_took_away_is_seen_by_the_census_where_no_change_shows_it(journey: Journey) -> None:
    journey.create_company()
    contact = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King")
    journey.pass_once()
    company = journey.links()[0][1]
    journey.unlink(contact, company)

    sweep_contacts(journey, Sweep.CENSUS)
    journey.pass_once()

    copies = journey.with_store(lambda tx: tx.records.read(journey.stream(), [contact]))
    assert copies[contact].links == {journey.crm.companies: ()}
    assert journey.links() == [(contact, company)]
