"""Records that syncd makes: once each, whatever happens on the way, within limits, and taken away again on a word."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from syncd.engine import creation
from syncd.engine.writing.undo import plan_undo, put_back
from syncd.model import Create, FixState, KeptValue, Link
from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.journey import OPEN_GUARDS, Journey, outcome
from tests.journeys.test_killed_at_any_moment import mortal

#: Where neither the CRM nor the store has a say.
ONCE = pytest.mark.parametrize("backend", ["sqlite"])
#: Points of a life that makes records, a good many of them about the call that does it.
REACH = 260


def want(journey: Journey, *numbers: int, company: str = "", city: str = "Bonn", email: str = "new.{}") -> list[str]:
    """Want people to be made, as somebody who has their data in hand; return the fixes."""
    with journey.life() as parts:
        setup = next(one for one in parts.setups if one.stream.object == journey.crm.people)
        links = (Link(journey.ref(company, journey.crm.companies)),) if company else ()
        fixes = [
            creation(
                setup,
                Create(setup.stream, _data(number, city, email), links),
                key=f"test {number}",
                state=FixState.APPROVED,
                rules=("made_by_test",),
                reasons=("somebody has asked for it",),
            )
            for number in numbers
        ]
        with parts.tools.store.transaction() as tx:
            return [one.fix for one in tx.creations.want(setup.stream, fixes, "test").values()]


def _data(number: int, city: str, email: str) -> tuple[KeptValue, ...]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    name = f"Hop{letters[number // 26]}{letters[number % 26]}er"
    address = [("email", f"{email.format(number)}@example-works.com")] if email else []
    values = [("last_name", name), ("first_name", "Grace"), *address, ("city", city)]
    return tuple(KeptValue(name, value, "given") for name, value in values)


def made(journey: Journey) -> list[str]:
    """Return the people that syncd made in the CRM, by the sandbox's log."""
    return [one["id"] for one in journey.written(kind="create", object=journey.crm.people)]


def undone(journey: Journey, fix: str) -> list[str]:
    """Take a fix back; return why not, where it cannot be."""
    with journey.life() as parts:
        plan = plan_undo(parts.tools, parts.setups, fix)
        put_back(parts.tools, parts.setups, plan)
        return [why for _, why in plan.refused]


@EACH_CRM_ONCE
def test_a_record_is_made_once_kept_and_judged_and_comes_back_as_our_own(journey: Journey) -> None:
    company = journey.create_company()
    journey.pass_once()
    (fix,) = want(journey, 1, company=company)

    first = journey.pass_once()
    want(journey, 1, city="Ulm")
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


@ONCE
def test_only_so_many_are_made_in_a_run_the_first_few_alone_and_none_while_the_switch_is_on(journey: Journey) -> None:
    # An empty base has no share of its records that a rule may change: new ones are not counted so.
    guards = OPEN_GUARDS.replace("max_share: 1.0", "max_share: 0.1").replace("canary: 0", "canary: 1")
    journey.guards = guards.removesuffix("}") + ", max_creates_per_run: 2}"
    journey.pass_once()
    want(journey, *range(25))
    stop = journey.folder / "syncd.stop"
    stop.touch()

    journey.pass_once()
    while_stopped = made(journey)
    stop.unlink()
    journey.fault("rows", endpoint="*create*", share=1.0, count=1, **journey.crm.refusal)
    counts = [outcome(journey.pass_once()) for _ in range(3)]

    assert while_stopped == []
    assert counts == [{"rejected": 1}, {"applied": 2}, {"applied": 2}]


@EACH_CRM_ONCE
def test_a_create_without_an_answer_is_settled_and_no_record_is_made_twice(journey: Journey) -> None:
    company = journey.create_company()
    journey.pass_once()
    want(journey, 1, 2, company=company)
    journey.fault("lost_answer", endpoint="*create*", count=1)

    journey.pass_once()

    assert len(made(journey)) == 2
    assert {fix.state for fix in journey.fixes() if fix.makes} == {FixState.APPLIED}


@EACH_CRM_ONCE
def test_what_nobody_has_touched_is_taken_away_again_and_nothing_else(journey: Journey) -> None:
    company = journey.create_company()
    journey.pass_once()
    fixes = want(journey, 1, 2, 3)
    journey.pass_once()
    untouched, edited, linked = (next(one.ref.id for one in journey.fixes() if one.id == fix) for fix in fixes)
    journey.edit(edited, city="Ulm")
    _link(journey, linked, company)

    why = [undone(journey, fix) for fix in fixes]
    want(journey, 1)
    journey.pass_once()

    told = [reason.partition(" since")[0] for reasons in why for reason in reasons]
    gone = [one["id"] for one in journey.written(object=journey.crm.people) if one["kind"] in {"archive", "delete"}]
    assert why[0] == []
    # Where a link is a value, linking is changing.
    is_value = bool(journey.crm.company_link)
    assert told == ["somebody has changed it", f"somebody has {'changed' if is_value else 'linked something to'} it"]
    assert gone == [untouched]
    assert len(made(journey)) == 3


@ONCE
def test_what_nobody_can_tell_of_is_not_sent_again_until_a_person_lets_it_go(journey: Journey) -> None:
    company = journey.create_company()
    journey.pass_once()
    (fix,) = want(journey, 1, company=company, email="")
    journey.fault("lost_answer", endpoint="*create*", count=1)
    journey.fault("status", endpoint="associations_batch_read", status=400)
    journey.pass_once()
    journey.no_faults()
    (id_,) = made(journey)
    journey.edit(id_, city="Ulm")

    for _ in range(2):
        journey.ahead += timedelta(minutes=20)
        journey.pass_once()
    waiting = [one.state for one in journey.fixes() if one.id == fix]
    said = journey.command("review", "dismiss", fix)

    assert waiting == [FixState.UNKNOWN]
    assert said.code == 0
    assert [one.state for one in journey.fixes() if one.id == fix] == [FixState.DISMISSED]
    assert made(journey) == [id_]


def kill(journey: Journey, lives: int, reach: int) -> None:
    """Make as many records as lives, each killed somewhere; whatever is left is lived to its end."""
    company = journey.create_company()
    journey.pass_once()
    want(journey, *range(lives), company=company)
    journey.guards = OPEN_GUARDS.removesuffix("}") + f", max_creates_per_run: {max(2, lives // 3)}}}"
    with mortal(journey) as syncd:
        told = [syncd.live(1 + life * reach // lives, "apply") for life in range(lives)]
        journey.control("POST", "clock", {"shift_s": 900})
        for _ in range(4):
            assert syncd.live(what="apply").startswith("ended")
    assert told.count("killed") > lives // 3
    assert Counter(journey.value(one, "email") for one in made(journey)) == Counter(
        f"new.{number}@example-works.com" for number in range(lives)
    )
    assert {fix.state for fix in journey.fixes() if fix.makes} == {FixState.APPLIED}


@ONCE
def test_killed_at_some_points_each_record_is_made_once(journey: Journey) -> None:
    kill(journey, 5, REACH)


@pytest.mark.soak
@EACH_CRM_ONCE
def test_killed_at_any_point_each_record_is_made_once(journey: Journey) -> None:
    kill(journey, 60, REACH)


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
