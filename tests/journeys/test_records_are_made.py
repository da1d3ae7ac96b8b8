"""Records that syncd makes: once each, whatever happens on the way, within limits, and taken away again on a word."""

from __future__ import annotations

from collections import Counter

import pytest

from syncd.engine import creation
from syncd.engine.undo import plan_undo, put_back
from syncd.model import Create, FixState, KeptValue, Link
from tests.journeys.crms import EACH_CRM, EACH_CRM_ONCE
from tests.journeys.journey import OPEN_GUARDS, Journey, outcome
from tests.journeys.test_killed_at_any_moment import mortal

#: Points of a life that makes records, a good many of them about the call that does it.
REACH = 260
LIVES = 10


def want(journey: Journey, *numbers: int, company: str = "", city: str = "Bonn") -> list[str]:
    """Want people to be made, as somebody who has their data in hand; return the fixes."""
    with journey.life() as parts:
        setup = next(one for one in parts.setups if one.stream.object == journey.crm.people)
        links = (Link(journey.ref(company, journey.crm.companies)),) if company else ()
        fixes = [
            creation(
                setup,
                Create(setup.stream, tuple(KeptValue(name, it, "given") for name, it in _data(number, city)), links),
                key=f"test {number}",
                state=FixState.APPROVED,
                rules=("made_by_test",),
                reasons=("somebody has asked for it",),
            )
            for number in numbers
        ]
        with parts.tools.store.transaction() as tx:
            return [one.fix for one in tx.creations.want(setup.stream, fixes, "test").values()]


def _data(number: int, city: str) -> list[tuple[str, str]]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    name = f"Hop{letters[number // 26]}{letters[number % 26]}er"
    return [("last_name", name), ("first_name", "Grace"), ("email", f"new.{number}@example-works.com"), ("city", city)]


def made(journey: Journey) -> list[str]:
    """Return the people that syncd made in the CRM, by the sandbox's log."""
    return [one["id"] for one in journey.written(kind="create", object=journey.crm.people)]


def undone(journey: Journey, fix: str) -> list[str]:
    """Take a fix back; return why not, where it cannot be."""
    with journey.life() as parts:
        plan = plan_undo(parts.tools, parts.setups, fix)
        put_back(parts.tools, parts.setups, plan)
        return [why for _, why in plan.refused]


@EACH_CRM
def test_a_record_is_made_kept_judged_and_comes_back_as_our_own(journey: Journey) -> None:
    company = journey.create_company()
    journey.pass_once()
    (fix,) = want(journey, 1, company=company)

    first = journey.pass_once()
    journey.pass_once()

    (id_,) = made(journey)
    (held,) = [one for one in journey.fixes() if one.id == fix]
    assert outcome(first) == {"applied": 1}
    assert (held.ref.id, held.state) == (id_, FixState.APPLIED)
    assert journey.value(id_, "email") == "new.1@example-works.com"
    assert journey.with_store(lambda tx: tx.records.read(journey.stream(), [id_]))[id_].links == {
        journey.crm.companies: (company,)
    }
    assert journey.with_store(lambda tx: tx.overrides.select()) == []


@EACH_CRM_ONCE
def test_what_was_made_is_not_made_again_under_its_key(journey: Journey) -> None:
    journey.pass_once()
    want(journey, 1)
    journey.pass_once()

    want(journey, 1, city="Ulm")
    journey.pass_once()

    assert len(made(journey)) == 1


@EACH_CRM_ONCE
def test_only_so_many_records_are_made_in_a_run_and_none_while_the_switch_is_on(journey: Journey) -> None:
    journey.guards = OPEN_GUARDS.removesuffix("}") + ", max_creates_per_run: 2}"
    journey.pass_once()
    want(journey, *range(5))
    stop = journey.folder / "syncd.stop"
    stop.touch()

    journey.pass_once()
    while_stopped = made(journey)
    stop.unlink()
    counts = [outcome(journey.pass_once()).get("applied", 0) for _ in range(3)]

    assert while_stopped == []
    assert counts == [2, 2, 1]


@EACH_CRM_ONCE
def test_a_first_few_are_made_and_looked_at_before_more_follows(journey: Journey) -> None:
    journey.guards = OPEN_GUARDS.replace("canary: 0", "canary: 2")
    journey.pass_once()
    want(journey, *range(5))
    journey.fault("rows", endpoint="*create*", share=1.0, count=1, **journey.crm.refusal)

    journey.pass_once()
    refused = [fix for fix in journey.fixes() if fix.state is FixState.REJECTED]

    assert len(refused) == 2
    assert made(journey) == []


@EACH_CRM_ONCE
@pytest.mark.parametrize("how", ["lost_answer", "reset"])
def test_a_create_without_an_answer_is_settled_and_no_record_is_made_twice(journey: Journey, how: str) -> None:
    company = journey.create_company()
    journey.pass_once()
    want(journey, 1, 2, company=company)
    journey.fault(how, endpoint="*create*", count=1)

    journey.pass_once()
    journey.ahead, _ = journey.ahead + _quarter_of_an_hour(journey), None
    journey.pass_once()

    assert len(made(journey)) == 2
    assert {fix.state for fix in journey.fixes() if fix.makes} == {FixState.APPLIED}


@EACH_CRM_ONCE
def test_a_record_that_nobody_has_touched_is_taken_away_again(journey: Journey) -> None:
    journey.pass_once()
    (fix,) = want(journey, 1)
    journey.pass_once()

    refused = undone(journey, fix)
    want(journey, 1)
    journey.pass_once()

    (id_,) = made(journey)
    assert refused == []
    assert [
        one["id"] for one in journey.written(object=journey.crm.people) if one["kind"] in {"archive", "delete"}
    ] == [id_]
    assert {one.state for one in journey.fixes() if one.id == fix} == {FixState.UNDONE}


@EACH_CRM_ONCE
def test_a_record_that_somebody_has_touched_or_linked_is_left_where_it_is(journey: Journey) -> None:
    company = journey.create_company()
    journey.pass_once()
    edited, linked = want(journey, 1, 2)
    journey.pass_once()
    first, second = (next(one.ref.id for one in journey.fixes() if one.id == fix) for fix in (edited, linked))
    journey.edit(first, city="Ulm")
    _link(journey, second, company)

    why = undone(journey, edited) + undone(journey, linked)

    assert [reason.startswith(("somebody has changed", "somebody has linked")) for reason in why] == [True, True]
    assert [journey.value(one, "email") for one in (first, second)] == [
        "new.1@example-works.com",
        "new.2@example-works.com",
    ]


@EACH_CRM_ONCE
def test_killed_at_any_point_each_record_is_made_once(journey: Journey) -> None:
    company = journey.create_company()
    journey.pass_once()
    want(journey, *range(LIVES), company=company)
    journey.guards = OPEN_GUARDS.removesuffix("}") + ", max_creates_per_run: 2}"

    with mortal(journey) as syncd:
        told = [syncd.live(1 + life * REACH // LIVES, "apply") for life in range(LIVES)]
        journey.control("POST", "clock", {"shift_s": 900})
        for _ in range(LIVES):
            assert syncd.live(what="apply").startswith("ended")

    assert told.count("killed") > LIVES // 3
    assert Counter(journey.value(one, "email") for one in made(journey)) == Counter(
        f"new.{number}@example-works.com" for number in range(LIVES)
    )
    assert {fix.state for fix in journey.fixes() if fix.makes} == {FixState.APPLIED}


def _quarter_of_an_hour(journey: Journey):
    from datetime import timedelta

    journey.pass_time(900)
    return timedelta(minutes=15)


def _link(journey: Journey, person: str, company: str) -> None:
    """Let a person link somebody to a company."""
    if journey.crm.company_link:
        journey.edit(person, "", "person", **{journey.crm.company_link: company})
    else:
        wish = {
            "object": journey.crm.people,
            "id": person,
            "to": journey.crm.companies,
            "to_id": company,
            "types": [279],
        }
        journey.act("link", **wish)
