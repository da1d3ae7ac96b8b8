"""Records that are of no use go to the recycle bin: after a copy was kept, as few as allowed, and never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.cli import ExitCode
from syncd.model import Action, Fix, FixState
from tests.journeys.crms import EACH_CRM, HUBSPOT
from tests.journeys.journey import Journey, outcome

pytestmark = EACH_CRM

ARCHIVE = "options: {days: 1, policy: archive, even_if_deals_unknown: true}"


@pytest.fixture
def made_up(journey: Journey) -> str:
    """A person who stands for nobody, made two days ago by our clock."""
    journey.rules = f"{{purge_fake: {{enabled: true, mode: apply, {ARCHIVE}}}}}"
    journey.ahead = timedelta(days=2)
    return journey.create(email="test@test.com", first_name="Test", last_name="Test", city="Ulm")


def removals(journey: Journey, *states: FixState) -> list[Fix]:
    return [fix for fix in journey.fixes("", *states) if fix.action is Action.ARCHIVE]


def gone(journey: Journey) -> list[str]:
    return [one["id"] for one in journey.written(kind="archive", object=journey.crm.people)]


def test_record_of_no_use_goes_to_the_bin_once_and_leaves_a_whole_copy(journey: Journey, made_up: str) -> None:
    journey.create(email="ada.king@example-works.com", first_name="Ada", last_name="King")

    first, second = journey.pass_once(), journey.pass_once()

    assert outcome(first) == {"applied": 1}
    assert outcome(second) == {}
    assert gone(journey) == [made_up]
    [fix] = removals(journey, FixState.APPLIED)
    [copy] = journey.with_store(lambda tx: tx.archive.of([fix.id])).values()
    assert copy.values[journey.crm.property(journey.crm.people, "city")] == "Ulm"
    assert len(copy.values) > 20


def test_nothing_is_removed_unless_the_policy_and_the_mode_both_say_so(journey: Journey, made_up: str) -> None:
    for wish in ("enabled: true, mode: apply, options: {days: 1}", f"enabled: true, {ARCHIVE}", ARCHIVE):
        journey.rules = f"{{purge_fake: {{{wish}}}}}"
        journey.pass_once()

    assert gone(journey) == []
    assert [fix.state for fix in removals(journey)] == [FixState.STALE]


def test_approved_removal_is_written_and_a_dismissed_one_never_proposed_again(journey: Journey, made_up: str) -> None:
    other = journey.create(email="test2@test.com", first_name="Test", last_name="Test")
    journey.rules = f"{{purge_fake: {{enabled: true, {ARCHIVE}}}}}"
    journey.pass_once()
    by_record = {fix.ref.id: fix.id for fix in removals(journey, FixState.PROPOSED)}

    journey.command("review", "approve", by_record[made_up])
    journey.command("review", "dismiss", by_record[other])
    journey.apply()
    journey.edit(other, city="Bonn")
    journey.pass_once()

    assert gone(journey) == [made_up]
    assert removals(journey, FixState.PROPOSED) == []


def test_record_that_a_person_brings_back_is_never_removed_again(journey: Journey, made_up: str) -> None:
    journey.pass_once()
    journey.act("restore", object=journey.crm.people, id=made_up)
    journey.edit(made_up, city="Bonn")

    results = [journey.pass_once() for _ in range(2)]

    assert gone(journey) == [made_up]
    assert results[-1][journey.crm.people].kpis.overrides == {"purge_fake": 1}


def test_record_that_a_person_makes_useful_at_the_last_moment_stays(journey: Journey, made_up: str) -> None:
    useful = {"email": "ada.king@example-works.com", "first_name": "Ada", "last_name": "King"}
    journey.edited_meanwhile(made_up, journey.crm.reads, useful)

    journey.pass_once()

    assert gone(journey) == []


def test_run_removes_no_more_than_allowed_and_waits_for_the_next_turn(journey: Journey, made_up: str) -> None:
    for number in range(4):
        journey.create(email=f"test{number}@test.com", first_name="Test", last_name="Test")
    journey.guards = "{max_changes_per_run: 1000, max_share: 1.0, max_removals_per_run: 2, removals_every: 30d}"

    counts = []
    for days in (2, 31, 33, 70):
        journey.ahead = timedelta(days=days)
        journey.pass_once()
        counts.append(len(gone(journey)))

    assert counts == [2, 2, 4, 5]


def test_removal_is_undone_where_the_crm_can_or_the_reason_is_told(journey: Journey, made_up: str) -> None:
    journey.pass_once()
    [fix] = removals(journey, FixState.APPLIED)

    said = journey.command("undo", fix.id, "--yes")
    journey.pass_once()

    if journey.crm is HUBSPOT:
        assert said.code == ExitCode.LEFT_TO_DO
        assert "cannot restore" in said.out + said.err
        # It is not even tried.
        assert [one.state for one in removals(journey)] == [FixState.APPLIED]
        return
    assert said.code == ExitCode.OK
    assert journey.value(made_up, "city") == "Ulm"
    assert gone(journey) == [made_up]
    assert {one.state for one in removals(journey)} == {FixState.UNDONE, FixState.APPLIED}


def test_removal_whose_answer_was_lost_is_found_out_and_not_sent_twice(journey: Journey, made_up: str) -> None:
    journey.fault("lost_answer", endpoint=journey.crm.removals, count=1)

    journey.pass_once()
    journey.pass_once()

    assert gone(journey) == [made_up]
    assert [fix.state for fix in removals(journey)] == [FixState.APPLIED]


@pytest.mark.parametrize("city", ["", "Bonn"])
def test_removal_that_never_arrived_is_sent_again_unless_somebody_has_touched_the_record_since(
    journey: Journey, made_up: str, city: str
) -> None:
    journey.fault("reset", endpoint=journey.crm.removals, count=1)
    if city:
        journey.edited_meanwhile(made_up, journey.crm.reads, {"city": city}, nth=3)
    journey.pass_once()
    journey.ahead = timedelta(days=4)

    journey.pass_once()

    assert set(journey.struck()) == {1}
    assert gone(journey) == ([] if city else [made_up])


def test_record_brought_back_before_its_removal_was_known_of_is_left_to_people(journey: Journey, made_up: str) -> None:
    coming_back = {"do": "restore", "object": journey.crm.people, "id": made_up}
    journey.fault("edit", endpoint=journey.crm.removals, when="after", count=1, **coming_back)
    journey.fault("lost_answer", endpoint=journey.crm.removals, count=1)

    for _ in range(3):
        journey.pass_once()

    assert gone(journey) == [made_up]
    assert journey.struck() == [1, 1]
