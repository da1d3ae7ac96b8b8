"""A person's edit stands: it is never written over, never fought, and it is counted."""

from __future__ import annotations

import pytest

from syncd.cli import ExitCode
from syncd.model import FixState
from tests.journeys.crms import EACH_CRM, ONCE
from tests.journeys.journey import Journey, outcome

DIRTY = "Germany"
CLEAN = "DE"
MAIL = "ada.king@example-works.com"


@pytest.fixture
def contact(journey: Journey) -> str:
    """A contact whose country has been put right."""
    made = journey.create(email=MAIL, country=DIRTY, first_name="Ada", last_name="King")
    journey.pass_once()
    assert journey.changes() == [(made, "country", CLEAN)]
    return made


def overrides(journey: Journey) -> list[tuple[str, str, str, str | None]]:
    found = journey.with_store(lambda tx: tx.overrides.select(stream=journey.stream()))
    return [(one.ref.id, one.field, one.rule, one.value) for one in found]


@EACH_CRM
def test_what_a_person_sets_back_is_never_written_again(journey: Journey, contact: str) -> None:
    journey.edit(contact, country=DIRTY)

    results = [journey.pass_once() for _ in range(3)]

    assert [outcome(one) for one in results] == [{}, {}, {}]
    assert journey.value(contact, "country") == DIRTY
    assert journey.changes() == [(contact, "country", CLEAN)]


@ONCE
def test_what_a_person_set_back_is_listed_with_its_rule_and_counted(journey: Journey, contact: str) -> None:
    journey.edit(contact, country=DIRTY)

    results = journey.pass_once()

    assert overrides(journey) == [(contact, "country", "country_form", DIRTY)]
    assert results[journey.crm.people].kpis.overrides == {"country_form": 1}
    told = journey.command("explain", f"main/{journey.crm.people}", contact, "--json").data
    assert [(one["field"], one["rule"], one["value"]) for one in told["overrides"]] == [
        ("country", "country_form", DIRTY)
    ]


@ONCE
def test_record_a_person_set_back_counts_as_clean(journey: Journey, contact: str) -> None:
    assert journey.pass_once()[journey.crm.people].kpis.clean == 1
    journey.edit(contact, country=DIRTY)

    results = journey.pass_once()

    assert results[journey.crm.people].kpis.clean == 1


@ONCE
def test_field_that_changes_once_more_is_looked_at_afresh(journey: Journey, contact: str) -> None:
    journey.edit(contact, country=DIRTY)
    journey.pass_once()
    journey.edit(contact, country="Deutschland")

    journey.pass_once()

    assert journey.value(contact, "country") == CLEAN


@ONCE
def test_other_fields_of_the_record_are_still_put_right(journey: Journey, contact: str) -> None:
    journey.edit(contact, country=DIRTY)
    journey.pass_once()
    journey.edit(contact, phone="030 5557312")

    journey.pass_once()

    assert journey.value(contact, "phone") == "+49305557312"
    assert journey.value(contact, "country") == DIRTY


@ONCE
def test_another_value_a_person_sets_is_left_even_though_a_rule_would_change_it(journey: Journey, contact: str) -> None:
    journey.edit(contact, country="Österreich")

    journey.pass_once()
    journey.pass_once()

    assert journey.value(contact, "country") == "Österreich"
    assert overrides(journey) == [(contact, "country", "country_form", "Österreich")]


@EACH_CRM
def test_edit_between_deciding_and_writing_is_not_written_over(journey: Journey) -> None:
    contact = journey.create(email=MAIL, country=DIRTY, first_name="ADA", last_name="King")
    journey.pass_once(may_write=False)
    journey.edit(contact, country="FR")

    journey.apply()

    (stale,) = journey.fixes("", FixState.STALE)
    assert stale.detail == "the record has changed since"
    assert journey.value(contact, "country") == "FR"


@ONCE
def test_what_else_is_wrong_after_such_an_edit_is_put_right_by_the_next_pass(journey: Journey) -> None:
    contact = journey.create(email=MAIL, country=DIRTY, first_name="ADA", last_name="King")
    journey.pass_once(may_write=False)
    journey.edit(contact, country="FR")

    journey.apply()
    journey.pass_once()

    assert journey.changes() == [(contact, "first_name", "Ada")]


@EACH_CRM
def test_edit_at_the_very_moment_of_comparing_is_not_written_over(journey: Journey) -> None:
    contact = journey.create(email=MAIL, country=DIRTY, first_name="Ada", last_name="King")
    journey.pass_once(may_write=False)
    journey.edited_meanwhile(contact, journey.crm.reads, {"country": "FR"})

    journey.apply()

    assert journey.written() == []
    assert journey.value(contact, "country") == "FR"


@EACH_CRM
def test_edit_of_another_field_right_before_our_write_is_seen(journey: Journey) -> None:
    contact = journey.create(email=MAIL, country=DIRTY, first_name="Ada", last_name="King")
    # None of the few that HubSpot puts into every answer.
    journey.edited_meanwhile(contact, journey.crm.writes, {"city": "MUNICH"})

    for _ in range(2):
        journey.pass_once()

    assert journey.changes() == [(contact, "country", CLEAN), (contact, "city", "Munich")]


@EACH_CRM
def test_edit_right_behind_our_write_stands(journey: Journey) -> None:
    contact = journey.create(email=MAIL, country=DIRTY, first_name="Ada", last_name="King")
    journey.edited_meanwhile(contact, journey.crm.writes, {"country": "Austria"}, when="after")

    for _ in range(3):
        journey.pass_once()

    assert journey.changes() == [(contact, "country", CLEAN)]
    assert journey.value(contact, "country") == "Austria"


@EACH_CRM
def test_what_is_set_back_before_our_write_is_known_is_not_written_again_and_listed(journey: Journey) -> None:
    contact = journey.create(email=MAIL, country=DIRTY, first_name="Ada", last_name="King")
    journey.edited_meanwhile(contact, journey.crm.writes, {"country": DIRTY}, when="after")
    journey.fault("lost_answer", endpoint=journey.crm.writes, count=1)

    for _ in range(3):
        journey.pass_once()

    assert journey.struck() == [1, 1]
    assert journey.changes() == [(contact, "country", CLEAN)]
    assert journey.value(contact, "country") == DIRTY
    assert overrides(journey) == [(contact, "country", "country_form", DIRTY)]
    assert [fix.state for fix in journey.fixes()] == [FixState.APPLIED]


@EACH_CRM
def test_link_that_a_person_takes_away_is_not_made_again(journey: Journey) -> None:
    company = journey.create_company()
    contact = journey.create(email=MAIL, first_name="Ada", last_name="King")
    journey.pass_once()
    journey.unlink(contact, company)

    for _ in range(3):
        # Unlinking does not show in a contact's modification time; an edit brings it back into sight.
        journey.edit(contact, city="Berlin")
        results = journey.pass_once()

    assert len([link for link in journey.links() if link[1]]) == 1
    assert overrides(journey) == [(contact, "", "company_link", None)]
    assert results[journey.crm.people].kpis.overrides == {"company_link": 1}


@EACH_CRM
def test_integration_that_keeps_writing_its_own_value_does_not_start_a_fight(journey: Journey, contact: str) -> None:
    for _ in range(4):
        journey.edit(contact, who={"kind": "app", "id": "42"}, country=DIRTY)
        journey.pass_once()

    ours = [one for one in journey.written() if one["actor_id"] != "42"]
    assert [(one["id"], one["after"]) for one in ours] == [(contact, CLEAN)]


@ONCE
def test_what_a_person_set_back_is_put_right_again_once_it_is_released(journey: Journey, contact: str) -> None:
    journey.edit(contact, country=DIRTY)
    journey.pass_once()

    listed = journey.command("overrides", "--json").data["overrides"]
    released = journey.command("overrides", journey.stream().name, "--rule", "country_form", "--release", "--yes")
    journey.pass_once()

    assert [(one["id"], one["field"], one["rule"], one["value"]) for one in listed] == [
        (contact, "country", "country_form", DIRTY)
    ]
    assert released.code == ExitCode.OK
    assert overrides(journey) == []
    assert journey.value(contact, "country") == CLEAN
