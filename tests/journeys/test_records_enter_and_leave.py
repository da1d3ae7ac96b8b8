"""A stream's filter says which records are judged: they enter and leave with their values, and nothing is lost."""

from __future__ import annotations

from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.journey import Journey


@EACH_CRM_ONCE
def test_records_enter_and_leave_a_filter_with_their_values(journey: Journey) -> None:
    journey.mode = "suggest"
    journey.extra = """where: 'city == "Ulm"'"""
    inside = journey.create(email="ADA@Example-Works.com", first_name="ADA", last_name="King", city="Ulm")
    outside = journey.create(email="GRACE@Example-Works.com", first_name="GRACE", last_name="Hopper", city="Bonn")

    first = journey.pass_once()[journey.crm.people].kpis
    found = [bool(journey.rules_against(one)) for one in (inside, outside)]
    journey.edit(inside, city="Bonn")
    journey.edit(outside, city="Ulm")
    journey.pass_once()

    assert (first.records, first.left_alone) == (2, 1)
    assert found == [True, False]
    assert [bool(journey.rules_against(one)) for one in (inside, outside)] == [False, True]
    assert {fix.ref.id: fix.state.value for fix in journey.fixes()} == {inside: "stale", outside: "proposed"}


@EACH_CRM_ONCE
def test_another_filter_is_taken_up_from_the_copy_without_a_call_for_its_records(journey: Journey) -> None:
    journey.mode = "suggest"
    journey.extra = """where: 'city == "Ulm"'"""
    contact = journey.create(email="ADA@Example-Works.com", first_name="ADA", last_name="King", city="Bonn")
    journey.pass_once()
    journey.calls()

    journey.extra = """where: 'city != "Ulm"'"""
    journey.pass_once()
    calls = journey.calls()

    assert journey.rules_against(contact)
    assert calls.get(f"{journey.crm.reads} {journey.crm.people}", 0) <= 1
