"""A person decides on twins: sees them, says yes or no, follows the old id, and takes it back knowing what is lost."""

from __future__ import annotations

import io

import pytest

from syncd.cli import ExitCode
from syncd.model import Action, FixState
from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.journey import Journey

pytestmark = EACH_CRM_ONCE

#: One person, entered twice: the second time with a private address.
FIRST = {
    "email": "ada.kingsley@example-works.com",
    "first_name": "Ada",
    "last_name": "Kingsley",
    "phone": "+493055573120",
    "city": "Berlin",
}
SECOND = {**FIRST, "email": "ada.kingsley@gmail.com"}


@pytest.fixture
def twins(journey: Journey) -> tuple[str, str]:
    """One person twice, found and waiting for a word."""
    made = journey.create(**FIRST), journey.create(**SECOND)
    journey.pass_once()
    return made


def waiting(journey: Journey, *options: str) -> list[dict]:
    found: list[dict] = journey.command("review", "list", "--action", "merge", "--json", *options).data
    return found


def merged(journey: Journey) -> str:
    """Let the merge be approved and made; return the fix."""
    journey.command("review", "approve", "--action", "merge", "--yes")
    journey.pass_once()
    [fix] = [one for one in journey.fixes("", FixState.APPLIED) if one.action is Action.MERGE]
    return fix.id


def test_pair_waits_with_how_sure_it_is_and_what_each_property_will_be(
    journey: Journey, twins: tuple[str, str]
) -> None:
    [one] = waiting(journey, "--above", "0.5")

    shown = journey.command("review", "show", one["fix"], "--json").data
    fields = {row["property"]: row for row in shown["merge"]["fields"]}
    email = fields[journey.crm.property(journey.crm.people, "email")]
    assert {one["id"], one["into"].rpartition("/")[2]} == set(twins)
    assert one["merge"]["probability"] == pytest.approx(shown["pair"]["probability"], abs=0.05)
    assert email["result"] in {FIRST["email"], SECOND["email"]}
    assert shown["undo"]["cannot"]
    assert waiting(journey, "--below", "0.5") == []


def test_approved_pair_is_merged_and_the_old_id_leads_to_the_record_that_stays(
    journey: Journey, twins: tuple[str, str]
) -> None:
    merged(journey)

    for old in twins:
        said = journey.command("explain", journey.stream().name, old, "--json")
        assert said.code == ExitCode.OK
        assert any(fix["action"] == "merge" and fix["state"] == "applied" for fix in said.data["fixes"])
    current = journey.with_store(lambda tx: {tx.aliases.current(journey.stream(), old) for old in twins})
    assert len(current) == 1


@pytest.mark.usefixtures("twins")
def test_merge_that_has_to_wait_for_a_pass_says_so(journey: Journey) -> None:
    journey.command("review", "approve", "--action", "merge", "--yes")

    said = journey.command("apply")

    assert "1 approved merges wait for the next pass: `syncd sync` looks at their records again first" in said.out


@pytest.mark.usefixtures("twins")
def test_undo_says_what_does_not_come_back_before_it_asks(journey: Journey, monkeypatch) -> None:
    fix = merged(journey)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))

    said = journey.command("undo", fix)

    told = said.out.partition("what it cannot bring back")[2]
    assert said.code == ExitCode.INTERRUPTED
    assert told.count("  - ") >= 3
    assert [one.state for one in journey.fixes() if one.id == fix] == [FixState.APPLIED]


def test_person_lets_the_other_record_stay_with_a_value_of_their_own(journey: Journey, twins: tuple[str, str]) -> None:
    [one] = waiting(journey)
    city = journey.crm.property(journey.crm.people, "city")

    said = journey.command("review", "approve", one["fix"], "--keep", one["id"], "--set", f"{city}=Potsdam")
    journey.pass_once()

    [fix] = [fix for fix in journey.fixes("", FixState.APPLIED) if fix.action is Action.MERGE]
    at = journey.with_store(lambda tx: tx.aliases.current(journey.stream(), twins[0]))
    assert said.code == ExitCode.OK, said
    assert fix.ref.id == one["into"].rpartition("/")[2]
    assert journey.value(at, "city") == "Potsdam"


def test_pair_that_a_person_dismissed_by_mistake_is_asked_about_again(journey: Journey, twins: tuple[str, str]) -> None:
    [one] = waiting(journey)
    journey.command("review", "dismiss", one["fix"])
    journey.pass_once()

    journey.command("review", "join", *twins, "--stream", journey.stream().name)
    journey.pass_once()
    journey.pass_once()

    assert [found["id"] for found in waiting(journey)] == [one["id"]]


def test_pair_that_a_person_dismissed_is_never_asked_about_again(journey: Journey, twins: tuple[str, str]) -> None:
    [one] = waiting(journey)
    journey.command("review", "dismiss", one["fix"])

    for record in twins:
        journey.edit(record, city="Potsdam")
        journey.pass_once()

    assert waiting(journey) == []
    told = journey.command("explain", journey.stream().name, twins[0], "--against", twins[1], "--json").data
    assert told["is_apart"]
