"""What no rule can put right becomes a task for the owner of the record: one, made once, done when nothing is left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.engine.writing.undo import plan_undo, put_back
from syncd.model import FixState
from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.journey import Journey

#: Where neither the CRM nor the store has a say.
ONCE = pytest.mark.parametrize("backend", ["sqlite"])
#: How each CRM names its tasks, what they hold, and how somebody is linked to one.
TASKS = {
    "hubspot": ("tasks", "hs_task_subject", "hs_task_status", "hubspot_owner_id", "NOT_STARTED", "COMPLETED"),
    "salesforce": ("Task", "Subject", "Status", "OwnerId", "Not Started", "Completed"),
}
OWNER = {"hubspot": "hubspot_owner_id", "salesforce": "OwnerId"}
RULES = "{required_fields: {severity: warning, options: {person: [job_title]}}}"


@pytest.fixture
def journey(journey: Journey) -> Journey:
    """A journey whose people are to have a job title, and whose owners are given tasks."""
    journey.extra = "tasks: {rules: [required_fields], max_per_day: 3, max_per_owner: 2, due_in: 2d}"
    journey.rules = RULES
    return journey


def task(journey: Journey, id_: str) -> list[str | None]:
    """Return what a task says: its subject, its state and whose it is."""
    name, *fields = TASKS[journey.crm.name]
    return [_value(journey, name, id_, field) for field in fields[:3]]


def _value(journey: Journey, name: str, id_: str, field: str) -> str | None:
    answer = journey.call("GET", journey.crm.path.format(object=name, id=id_, name=field))
    return journey.crm.value(answer, field)


def tasks(journey: Journey) -> list[str]:
    """Return the tasks that syncd made, by the sandbox's log."""
    return [one["id"] for one in journey.written(kind="create", object=TASKS[journey.crm.name][0])]


def join(journey: Journey) -> str:
    """Let a colleague join; return the id."""
    return str(journey.act("join")["results"][0]["id"])


def person(journey: Journey, owner: str, number: int = 1, **more: str) -> str:
    """Let somebody be there who has no job title."""
    letter = "abcdefgh"[number]
    given = {"email": f"ada.{letter}@example-works.com", "first_name": "Ada", "last_name": f"Love{letter}lace"}
    return journey.create(**{**given, OWNER[journey.crm.name]: owner, **more})


@EACH_CRM_ONCE
def test_an_owner_is_given_one_task_done_when_nothing_is_left_and_never_again_for_what_somebody_has_seen_to(
    journey: Journey,
) -> None:
    name, _, status, _, is_open, is_done = TASKS[journey.crm.name]
    owner, other = join(journey), join(journey)
    mended, seen = person(journey, owner, 1), person(journey, other, 2)
    journey.pass_once()
    of = {one.cause.id: one.ref.id for one in _fixes(journey) if one.makes}
    said = task(journey, of[mended])
    journey.act("update", object=name, id=of[seen], properties={status: is_done}, **{"as": "person"})
    journey.edit(mended, job_title="Chief Engineer")

    for _ in range(2):
        journey.ahead += timedelta(hours=2)
        journey.pass_once()
    made = len(tasks(journey))
    journey.edit(mended, job_title=None)
    journey.pass_once()

    assert said == ["Please mend this record: required fields", is_open, owner]
    assert task(journey, of[mended])[1] == is_done
    assert made == 2
    assert len(tasks(journey)) == 3


@ONCE
def test_only_so_many_tasks_are_made_in_a_day_and_for_one_owner_and_none_where_nobody_is_there(
    journey: Journey,
) -> None:
    busy, other, gone = (join(journey) for _ in range(3))
    journey.act("leave", id=gone)
    for number, owner in enumerate([busy, busy, busy, other, other, gone]):
        person(journey, owner, number)

    journey.pass_once()
    first = [str(task(journey, one)[2]) for one in tasks(journey)]
    journey.ahead += timedelta(days=1)
    journey.pass_once()

    assert sorted(first) == sorted([busy, busy, other])
    assert sorted(str(task(journey, one)[2]) for one in tasks(journey)) == sorted([busy] * 3 + [other] * 2)


@ONCE
def test_a_task_is_proposed_where_a_person_approves_and_taken_back_for_good(journey: Journey) -> None:
    journey.mode = "suggest"
    person(journey, join(journey))
    journey.pass_once()
    (fix,) = _fixes(journey)
    journey.command("review", "approve", fix.id)
    journey.pass_once()
    made = len(tasks(journey))

    with journey.life() as parts:
        plan = plan_undo(parts.tools, parts.setups, fix.id)
        put_back(parts.tools, parts.setups, plan)
    journey.ahead += timedelta(hours=2)
    journey.pass_once()

    assert (fix.state, made, plan.refused) == (FixState.PROPOSED, 1, ())
    assert [one.state for one in _fixes(journey) if one.id == fix.id] == [FixState.UNDONE]
    assert len(tasks(journey)) == 1


@ONCE
def test_without_the_right_to_see_tasks_none_is_made_and_all_else_goes_on(journey: Journey) -> None:
    person(journey, join(journey))
    journey.fault("status", endpoint="properties*", object="tasks", status=403)

    results = journey.pass_once()

    assert tasks(journey) == []
    assert any(journey.struck())
    assert results["contacts"].error is None


def _fixes(journey: Journey):
    return journey.fixes(TASKS[journey.crm.name][0])
