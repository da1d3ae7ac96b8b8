"""Two records become one without the CRM's merge: both keep their ids, and every step can be taken back."""

from __future__ import annotations

import pytest

from connectors import merge_fidelity
from syncd.cli import ExitCode
from syncd.cli.output.merges import data_of_fidelity
from syncd.model import Action, Change, Ending, Fix, FixState
from tests.journeys.crms import EACH_CRM_ONCE, HUBSPOT
from tests.journeys.graphs import graph, hang_on
from tests.journeys.journey import Journey
from tests.journeys.test_merging import FIRST, SECOND, current, get_known, merged, the
from tests.journeys.test_twins_become_one import FIRST as TWIN
from tests.journeys.test_twins_become_one import SECOND as OTHER_TWIN

pytestmark = EACH_CRM_ONCE

#: A property for the mark.
MARKS = {"hubspot": "superseded_by", "salesforce": "AssistantName"}


def let_mark(journey: Journey) -> str:
    """Let the account have a property that marks records; return it."""
    mark = MARKS[journey.crm.name]
    if journey.crm is HUBSPOT:
        wish = {"name": mark, "label": "Superseded by", "type": "string", "fieldType": "text"}
        journey.call("POST", "/crm/v3/properties/contacts", {**wish, "groupName": "contactinformation"})
    else:
        journey.extra = f"properties: {{superseded_by: {mark}}}"
    return mark


@pytest.fixture(params=["archive", "mark"])
def ending(journey: Journey, request: pytest.FixtureRequest) -> Ending:
    """How the record that goes ends."""
    return Ending(let_mark(journey) if request.param == "mark" else "")


@pytest.fixture
def pair(journey: Journey, ending: Ending) -> tuple[str, str]:
    """One person twice, with all that hangs on both, known to syncd: the one to stay, and the one to go."""
    del ending
    journey.rules = "{duplicate: off}"
    stays, goes = journey.create(**FIRST), journey.create(**SECOND)
    hang_on(journey, stays, goes)
    get_known(journey)
    return stays, goes


def decided(journey: Journey, pair: tuple[str, str], ending: Ending) -> str:
    """Let a merge be approved that preserves both records; return the fix."""
    stays, goes = pair
    wanted = journey.crm.spelled(journey.crm.people, {"phone": SECOND["phone"], "city": "Lyon"})
    before = {journey.crm.property(journey.crm.people, "city"): "Paris"}
    changes = tuple(
        Change(journey.crm.field(journey.crm.people, name), name, before.get(name), value, ("duplicate",))
        for name, value in wanted.items()
    )
    fix = Fix(
        "", journey.ref(goes), Action.MERGE, FixState.APPROVED, changes,
        rules=("duplicate",), into=journey.ref(stays), ending=ending,
    )  # fmt: skip
    with journey.life() as parts, parts.tools.store.transaction() as tx:
        [made] = tx.journal.add(journey.stream(), [fix], "test")
    return str(made)


def is_there(journey: Journey, record: str) -> bool:
    """Return whether the CRM has a record under its id."""
    with journey.life() as parts:
        connector = next(one.connector for one in parts.setups if one.stream == journey.stream())
        return [one.ref.id for one in connector.whole(journey.crm.people, [record]).records] == [record]


def test_one_that_stays_has_all_of_both_under_its_own_id_and_an_undo_gives_each_its_own(
    journey: Journey, ending: Ending, pair: tuple[str, str]
) -> None:
    stays, goes = pair
    before = graph(journey, {"stays": stays, "goes": goes})
    fix = decided(journey, pair, ending)

    journey.apply()
    done, both = the(journey, fix), graph(journey, {"stays": stays})["stays"]
    was_there = is_there(journey, goes)
    said = journey.command("undo", fix, "--yes")
    journey.pass_once()

    after = graph(journey, {"stays": stays, "goes": current(journey, goes)})
    assert (done.state, done.detail, merged(journey)) == (FixState.APPLIED, "", 0)
    assert was_there is bool(ending.mark)
    # Links between the two are no links of the one; that only one company can be the primary one is known.
    moved = {one for one in before["goes"][1] if one[1] != "stays" and one[0] != "companies 1"}
    assert both[1] >= moved | {one for one in before["stays"][1] if one[1] != "goes"}
    assert said.code == ExitCode.OK, said
    assert the(journey, fix).state is FixState.UNDONE
    assert after == before


def test_values_are_those_that_were_decided_and_the_mark_is_left_alone_for_good(
    journey: Journey, ending: Ending, pair: tuple[str, str]
) -> None:
    stays, goes = pair
    decided(journey, pair, ending)

    journey.apply()
    wrote = len(journey.written())
    journey.rules = "{duplicate: apply}"
    journey.pass_once()
    journey.pass_once()

    assert [journey.value(stays, name) for name in ("phone", "city")] == [SECOND["phone"], "Lyon"]
    assert len(journey.written()) == wrote
    if ending.mark:
        assert journey.value(goes, ending.mark) == stays
        assert journey.rules_against(goes) == set()


def test_what_the_crm_refuses_on_the_way_is_taken_back_and_said(
    journey: Journey, ending: Ending, pair: tuple[str, str]
) -> None:
    before = graph(journey, {"stays": pair[0], "goes": pair[1]})
    fix = decided(journey, pair, ending)
    if journey.crm is HUBSPOT:
        refusing = journey.crm.writes if ending.mark else journey.crm.removals
        body = {"status": "error", "category": "VALIDATION_ERROR", "message": "it may not"}
        journey.fault("status", endpoint=refusing, status=400, body=body, object=journey.crm.people, count=1)
    else:
        refusing = journey.crm.writes if ending.mark else journey.crm.removals
        journey.fault("rows", endpoint=refusing, ids=[pair[1]], **journey.crm.refusal)

    journey.apply()

    assert the(journey, fix).state is FixState.REJECTED, the(journey, fix)
    assert graph(journey, {"stays": pair[0], "goes": pair[1]}) == before


@pytest.mark.parametrize("ending", ["mark"], indirect=True)
def test_pair_that_the_crm_refuses_to_merge_becomes_one_without_it(
    journey: Journey, ending: Ending, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.rules = "{duplicate: {mode: suggest, options: {loser: mark}}}"
    stays, goes = pair
    if journey.crm is HUBSPOT:
        # Nobody can merge that often in a test: the connector's own test has the limit itself.
        monkeypatch.setattr("connectors.hubspot.merging._MOST_ADDRESSES", 1)
    else:
        journey.edit(stays, ReportsToId=goes)
    get_known(journey)
    fix = decided(journey, pair, None)  # type: ignore[arg-type]

    journey.apply()

    done = the(journey, fix)
    assert (done.state, done.ending, merged(journey)) == (FixState.APPLIED, ending, 0)
    assert "without the CRM's merge: " in done.detail


def test_settings_choose_how_and_the_plan_says_so(journey: Journey) -> None:
    mark = let_mark(journey)
    journey.rules = "{duplicate: {mode: suggest, options: {merge: preserve, loser: mark}}}"
    for values in (TWIN, OTHER_TWIN):
        journey.create(**values)
    journey.pass_once()

    journey.pass_once()

    [fix] = [one for one in journey.fixes("", FixState.PROPOSED) if one.action is Action.MERGE]
    shown = journey.command("review", "show", fix.id, "--json").data
    assert fix.ending == Ending(mark)
    assert any("both records keep their ids" in reason for reason in shown["reasons"])
    assert shown["ending"] == "mark"
    assert shown["undo"] == data_of_fidelity(merge_fidelity(journey.crm.name, fix.ending))


def test_record_that_others_know_by_its_id_keeps_it_where_the_crm_s_merge_would_give_a_new_one(
    journey: Journey,
) -> None:
    mark = let_mark(journey)
    journey.rules = "{duplicate: {mode: suggest, options: {loser: mark, keeps_id: [job_title]}}}"
    both = journey.create(**TWIN, job_title="Buyer"), journey.create(**OTHER_TWIN)
    journey.pass_once()
    journey.pass_once()
    [fix] = [one for one in journey.fixes("", FixState.PROPOSED) if one.action is Action.MERGE]

    said = journey.command("review", "approve", fix.id)
    journey.apply()

    assert said.code == ExitCode.OK, said
    is_preserved = journey.crm is HUBSPOT
    assert fix.ending == (Ending(mark) if is_preserved else None)
    assert the(journey, fix.id).state is FixState.APPLIED
    assert merged(journey) == (0 if is_preserved else 1)
    assert [is_there(journey, one) for one in both].count(True) == (2 if is_preserved else 1)
