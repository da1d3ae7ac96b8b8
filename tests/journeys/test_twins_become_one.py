"""Twins are found, each merge is proposed with its reasons, and none is made that a person has not agreed to."""

from __future__ import annotations

import pytest

from syncd.cli import ExitCode
from syncd.model import Action, Fix, FixState
from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.journey import Journey

pytestmark = EACH_CRM_ONCE

PHONE, TITLE = "+493055573120", "Head of Sales"
#: The property of the mobile phone, by CRM.
MOBILE = {"hubspot": "mobilephone", "salesforce": "MobilePhone"}
#: One person, entered twice: the second time with a private address and the title, but without the city.
FIRST = {
    "email": "ada.kingsley@example-works.com",
    "first_name": "Ada",
    "last_name": "Kingsley",
    "phone": PHONE,
    "city": "Berlin",
}
SECOND = {
    "email": "ada.kingsley@gmail.com",
    "first_name": "Ada",
    "last_name": "Kingsley",
    "phone": PHONE,
    "job_title": TITLE,
}
OTHER = {
    "email": "bob.summers@example-works.com",
    "first_name": "Bob",
    "last_name": "Summers",
    "phone": "+493055579999",
}


@pytest.fixture
def twins(journey: Journey) -> tuple[str, str]:
    """One person twice, and somebody else."""
    stays, goes = journey.create(**FIRST), journey.create(**SECOND)
    journey.create(**OTHER)
    return stays, goes


def merges(journey: Journey, *states: FixState) -> list[Fix]:
    return [fix for fix in journey.fixes("", *states) if fix.action is Action.MERGE]


def test_plan_shows_the_merge_with_its_values_and_reasons_and_observing_writes_nothing(
    journey: Journey, twins: tuple[str, str]
) -> None:
    journey.mode = "observe"
    journey.pass_once()

    said = journey.command("plan", "--json")

    assert said.code == ExitCode.OK
    assert journey.written() == []
    assert merges(journey) == []
    [fix] = [one for part in said.data.values() if "fixes" in part for one in part["fixes"] if one["action"] == "merge"]
    assert (fix["id"], fix["into"].rpartition("/")[2]) == (twins[1], twins[0])
    reasons = {one["field"]: (one["after"], one["reasons"]) for one in fix["changes"]}
    assert reasons["job_title"] == (TITLE, ["the record that stays holds nothing here"])
    assert not reasons.keys() & {"email", "phone", "city"}
    assert "same as another record" in fix["reasons"][0]


def test_merge_waits_for_a_person_and_then_leaves_one_record_with_the_best_of_both(
    journey: Journey, twins: tuple[str, str]
) -> None:
    journey.pass_once()
    journey.pass_once()
    [fix] = merges(journey, FixState.PROPOSED)
    assert journey.written(kind="merge") == []

    assert journey.command("review", "approve", fix.id).code == ExitCode.OK
    journey.pass_once()
    journey.pass_once()

    assert [one.state for one in merges(journey)] == [FixState.APPLIED]
    at = journey.with_store(lambda tx: tx.aliases.current(journey.stream(), twins[0]))
    wanted = {**FIRST, "job_title": TITLE}
    assert {name: journey.value(at, name) for name in wanted} == wanted
    assert not journey.rules_against(at) & {"duplicate"}


def test_dismissed_merge_is_never_proposed_again_whatever_becomes_of_the_two(
    journey: Journey, twins: tuple[str, str]
) -> None:
    journey.pass_once()
    [fix] = merges(journey, FixState.PROPOSED)

    journey.command("review", "dismiss", fix.id)
    journey.edit(twins[0], city="Bonn")
    journey.edit(twins[1], city="Hamburg", job_title="Chief Executive Officer")
    journey.pass_once()
    journey.pass_once()

    assert [one.state for one in merges(journey)] == [FixState.DISMISSED]
    assert journey.written(kind="merge") == []


def test_record_whose_twin_is_gone_is_no_duplicate_any_more(journey: Journey, twins: tuple[str, str]) -> None:
    journey.pass_once()
    assert "duplicate" in journey.rules_against(twins[1])

    journey.edit(
        twins[0],
        first_name="Heinrich",
        last_name="Obermoser",
        phone="+498912345678",
        email="h.obermoser@other-works.com",
    )
    journey.pass_once()
    journey.pass_once()

    assert "duplicate" not in journey.rules_against(twins[1])
    assert [one.state for one in merges(journey)] == [FixState.STALE]


def test_a_run_merges_no_more_than_it_may_and_the_rest_later(journey: Journey) -> None:
    for first, last, digit in (("Wilhelmina", "Oldenbourg", "1"), ("Thaddeus", "Mirabeau", "2")):
        # A mobile phone is one person's own: with it nobody has to be asked.
        values = {"first_name": first, "last_name": last, MOBILE[journey.crm.name]: f"+491512345678{digit}"}
        for domain in ("example-works.com", "gmail.com"):
            journey.create(**values, email=f"{first}.{last}@{domain}".lower())
    journey.rules = "{duplicate: apply}"
    journey.guards = "{max_share: 1.0, canary: 0, max_merges_per_run: 1}"

    journey.pass_once()
    first_run = len(journey.written(kind="merge"))
    journey.pass_once()
    journey.pass_once()

    assert (first_run, len(journey.written(kind="merge"))) == (1, 2)
