"""What no rule can put right becomes a task for the owner of the record: one, made once, done when nothing is left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.engine.undo import plan_undo, put_back
from syncd.model import FixState
from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.journey import Journey

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
def test_an_owner_is_given_one_task_and_it_is_done_when_nothing_is_left(journey: Journey) -> None:
    owner = join(journey)
    who = person(journey, owner)

    for _ in range(3):
        journey.pass_once()
    (made,) = tasks(journey)
    said = task(journey, made)
    journey.edit(who, job_title="Chief Engineer")
    journey.pass_once()

    _, _, _, _, is_open, is_done = TASKS[journey.crm.name]
    assert said == ["Please mend this record: required fields", is_open, owner]
    assert task(journey, made)[1] == is_done
    assert len(tasks(journey)) == 1


@EACH_CRM_ONCE
def test_a_task_that_somebody_has_done_or_deleted_is_not_made_again_while_nothing_else_happens(
    journey: Journey,
) -> None:
    name, _, status, _, _, is_done = TASKS[journey.crm.name]
    first, second = (person(journey, join(journey), number) for number in (1, 2))
    journey.pass_once()
    of = {one.cause.id: one.ref.id for one in _fixes(journey) if one.makes}
    journey.act("update", object=name, id=of[first], properties={status: is_done}, **{"as": "person"})
    journey.act("archive", object=name, id=of[second])

    for _ in range(2):
        journey.ahead += timedelta(hours=2)
        journey.pass_once()
    still = len(tasks(journey))
    journey.edit(first, job_title="Chief Engineer")
    journey.pass_once()
    journey.edit(first, job_title=None)
    journey.pass_once()

    assert still == 2
    assert len(tasks(journey)) == 3


@EACH_CRM_ONCE
def test_only_so_many_tasks_are_made_in_a_day_and_for_one_owner_and_none_where_nobody_is_there(
    journey: Journey,
) -> None:
    busy, other, gone = (join(journey) for _ in range(3))
    journey.act("leave", id=gone)
    for number, owner in enumerate([busy, busy, busy, other, other, gone]):
        person(journey, owner, number)

    journey.pass_once()
    first = [task(journey, one)[2] for one in tasks(journey)]
    journey.ahead += timedelta(hours=2)
    journey.pass_once()
    same_day = len(tasks(journey))
    journey.ahead += timedelta(days=1)
    journey.pass_once()

    assert sorted(first) == sorted([busy, busy, other])
    assert same_day == 3
    assert sorted(task(journey, one)[2] for one in tasks(journey)) == sorted([busy] * 3 + [other] * 2)


@EACH_CRM_ONCE
def test_a_task_is_taken_back_and_not_made_again(journey: Journey) -> None:
    person(journey, join(journey))
    journey.pass_once()
    (fix,) = [one for one in _fixes(journey) if one.makes]

    with journey.life() as parts:
        plan = plan_undo(parts.tools, parts.setups, fix.id)
        put_back(parts.tools, parts.setups, plan)
    journey.ahead += timedelta(hours=2)
    journey.pass_once()

    assert plan.refused == ()
    assert [one.state for one in _fixes(journey) if one.id == fix.id] == [FixState.UNDONE]
    assert len(tasks(journey)) == 1


@EACH_CRM_ONCE
@pytest.mark.parametrize("mode", ["observe", "suggest"])
def test_without_a_mode_that_writes_a_task_is_shown_to_a_person_at_most(journey: Journey, mode: str) -> None:
    journey.mode = mode
    person(journey, join(journey))

    journey.pass_once()

    assert tasks(journey) == []
    assert [one.state for one in _fixes(journey)] == ([FixState.PROPOSED] if mode == "suggest" else [])


def _fixes(journey: Journey):
    return journey.fixes(TASKS[journey.crm.name][0])
