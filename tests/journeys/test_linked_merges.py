"""Twins of both CRMs become one in both, and HubSpot's own connector brings none of them back.

The plain story is part of `test_linked_merges_killed.py`, too, which the suite runs; these are for when there is time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest

from connectors.sandbox import Sandbox
from syncd.cli import ExitCode
from syncd.engine.setup import StreamPass
from syncd.engine.writing.write import write_batch
from syncd.model import Action, Fix, FixState
from tests.journeys.both import LINK, BothJourney

pytestmark = [pytest.mark.soak, pytest.mark.parametrize("backend", ["sqlite"])]

FIRST = {
    "first_name": "Ada", "last_name": "Kingsley", "email": "ada.kingsley@example-works.com",
    "phone": "+493055573120", "job_title": "Head of Sales",
}  # fmt: skip
SECOND = {**FIRST, "email": "a.kingsley@example-works.com"}
MOBILE = "+4915155573120"


@pytest.fixture
def both(store_url: str, tmp_path) -> Iterator[BothJourney]:
    """Both CRMs, empty, with the native connector switched on."""
    with Sandbox.start(tier="off") as sandbox:
        begun = BothJourney(sandbox.url, store_url, tmp_path)
        begun.native(is_on=True)
        yield begun
        begun.close()


@dataclass(frozen=True)
class Twins:
    """One person, twice in HubSpot and twice in Salesforce, each contact linked with one of them."""

    stays: str
    goes: str
    stays_there: str
    goes_there: str


def enter(both: BothJourney) -> Twins:
    """Let somebody be entered twice, and the connector link what is the same."""
    here = [both.create(**one, mobilephone=MOBILE) for one in (FIRST, SECOND)]
    there = [both.create("Contact", **one, MobilePhone=MOBILE) for one in (FIRST, SECOND)]
    both.native(1)
    assert [both.value(one, LINK) for one in here] == there
    return Twins(*here, *there)


def is_one(both: BothJourney, stays_there: str, *, is_lead: bool = False) -> bool:
    """Return whether a person is one record in each CRM, and those two are linked."""
    here, there = both.living("contacts"), [*both.living("Contact"), *both.living("Lead")]
    link = "salesforceleadid" if is_lead else LINK
    return (len(here), there) == (1, [stays_there]) and both.value(here[0], link) == stays_there


def settle(both: BothJourney, passes: int = 3) -> None:
    """Let syncd and the connector go on until nothing is left to do."""
    for _ in range(passes):
        both.pass_once()
        both.native(1)
    both.native(2)


def in_between(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen behind the first step of a plan."""
    waiting = [act]

    def write_and_act(work: StreamPass, fixes: Sequence[Fix]) -> None:
        write_batch(work, fixes)
        if waiting:
            waiting.pop()()

    monkeypatch.setattr("syncd.engine.linked.saga.write_batch", write_and_act)


def states(both: BothJourney) -> list[tuple[str, FixState]]:
    """Return what became of the merges."""
    return [(fix.ref.object, fix.state) for fix in both.merges()]


@pytest.mark.parametrize("deleted", ["nothing", "archive"])
def test_twins_of_both_become_one_in_both_and_none_comes_back(both: BothJourney, deleted: str) -> None:
    both.native(deleted_in_salesforce=deleted)
    both.guards = both.guards.replace("canary: 0", "canary: 1")
    twins = enter(both)

    for _ in range(2):
        both.pass_once()

    assert is_one(both, twins.stays_there)
    # HubSpot holds the ids: merged the other way round, its second record would point at nobody.
    assert [name for name, _ in both.steps()] == ["contacts", "Contact"]
    both.native(3)
    assert is_one(both, twins.stays_there)
    before = len(both.written())
    both.pass_once()
    assert len(both.written(kind="merge")) == 2
    assert len(both.written()) == before
    assert {state for _, state in states(both)} == {FixState.APPLIED}


@pytest.mark.parametrize("mode", ["suggest", "observe"])
def test_the_weaker_mode_holds_for_all_of_a_plan_and_says_so(both: BothJourney, mode: str) -> None:
    both.modes["salesforce-main"] = mode
    twins = enter(both)

    for _ in range(2):
        both.pass_once()

    assert both.steps() == []
    fix = both.merges()[0]
    shown = both.command("review", "show", fix.id, "--json").data["plan"]
    if mode == "observe":
        assert "only observed" in shown["waits"][0]
        return
    assert [step["stream"] for step in shown["steps"]] == ["hubspot-main/contacts", "salesforce-main/Contact"]
    assert "a person has to say yes" in shown["waits"][0]
    assert both.command("review", "approve", shown["steps"][1]["fix"]).code == ExitCode.OK
    both.pass_once()
    assert is_one(both, twins.stays_there)


def test_a_yes_or_a_no_to_one_of_them_is_one_to_all(both: BothJourney) -> None:
    both.rules = both.rules.replace("duplicate: apply", "duplicate: suggest")
    enter(both)
    for _ in range(2):
        both.pass_once()
    here, there = both.merges(FixState.PROPOSED)

    said = both.command("review", "show", here.id)
    both.command("review", "dismiss", there.id)
    settle(both)

    assert "One plan, all of it or nothing" in said.out
    assert {state for _, state in states(both)} == {FixState.DISMISSED}
    assert both.steps() == []


def test_what_one_crm_would_refuse_is_begun_in_none(both: BothJourney) -> None:
    enter(both)
    both.pass_once(may_write=False)
    both.control("POST", "settings", {"crm": "salesforce", "permissions": {"undeletable_objects": ["Contact"]}})

    for _ in range(2):
        both.pass_once()

    assert both.steps() == []
    assert dict(states(both)) == {"contacts": FixState.STALE, "Contact": FixState.REJECTED}
    here = next(fix for fix in both.merges() if fix.ref.object == "contacts")
    assert "a linked account refuses its part" in here.detail


def test_the_first_step_is_taken_back_when_the_second_is_refused_for_good(
    both: BothJourney, monkeypatch: pytest.MonkeyPatch
) -> None:
    twins = enter(both)
    rights = {"crm": "salesforce", "permissions": {"undeletable_objects": ["Contact"]}}
    in_between(monkeypatch, lambda: both.control("POST", "settings", rights))

    settle(both)

    assert dict(states(both)) == {"contacts": FixState.UNDONE, "Contact": FixState.REJECTED}
    # As many as there were, and each linked with the one it had: nothing was made anew beside them.
    assert (len(both.living("contacts")), both.living("Lead")) == (2, [])
    assert sorted(both.living("Contact")) == sorted([twins.stays_there, twins.goes_there])
    linked = {both.value(one, "email"): both.value(one, LINK) for one in both.living("contacts")}
    assert linked == {FIRST["email"]: twins.stays_there, SECOND["email"]: twins.goes_there}
    # Left to a person: neither is proposed again.
    assert both.merges(FixState.PROPOSED, FixState.APPROVED) == []


def edits(both: BothJourney, twins: Twins) -> None:
    both.edit(twins.goes_there, Department="Sales")


def writes(both: BothJourney, twins: Twins) -> None:
    both.edit(twins.goes_there, phone="+493055573999")


def moves(both: BothJourney, twins: Twins) -> None:
    # HubSpot knows nobody of that address: the connector makes another contact.
    both.edit(twins.goes_there, email="augusta.kingsley@example-works.com")


@pytest.mark.parametrize(
    ("event", "cycles"),
    [
        pytest.param(moves, 1, id="moves-and-a-cycle"),
        pytest.param(writes, 1, id="writes-and-a-cycle"),
        pytest.param(writes, 0, id="writes"),
        pytest.param(edits, 1, id="edits-and-a-cycle"),
        pytest.param(edits, 0, id="edits"),
    ],
)
def test_somebody_editing_and_the_connector_in_between_bring_nobody_back(
    both: BothJourney, monkeypatch: pytest.MonkeyPatch, event: Callable[[BothJourney, Twins], None], cycles: int
) -> None:
    twins = enter(both)

    def happen() -> None:
        event(both, twins)
        both.native(cycles)

    in_between(monkeypatch, happen)

    settle(both, 4)
    # An address that says something else leaves a doubt: a person is asked, once for both.
    for fix in both.merges(FixState.PROPOSED)[:1]:
        both.command("review", "approve", fix.id)
        settle(both, 1)

    # The connector may have given the link to whoever was edited: then that one stays.
    [there] = both.living("Contact")
    assert there in {twins.stays_there, twins.goes_there}
    assert is_one(both, there)
    assert {state for _, state in states(both)} <= {FixState.APPLIED, FixState.STALE}


@pytest.mark.parametrize("endpoint", ["merge", "soap_merge"])
@pytest.mark.parametrize("kind", ["lost_answer", "reset"])
def test_an_answer_that_is_lost_at_either_step_changes_nothing(both: BothJourney, endpoint: str, kind: str) -> None:
    twins = enter(both)
    both.fault(kind, endpoint=endpoint, count=1)

    settle(both)

    assert 1 in both.struck()
    assert is_one(both, twins.stays_there)
    assert len(both.written(kind="merge")) == 2


def test_the_stop_switch_holds_what_was_begun_and_it_is_finished_when_it_is_lifted(
    both: BothJourney, monkeypatch: pytest.MonkeyPatch
) -> None:
    twins = enter(both)
    stop = both.folder / "stop"
    both.guards = both.guards.replace("{", f"{{stop_file: '{stop}', ", 1)
    in_between(monkeypatch, stop.touch)
    for _ in range(2):
        both.pass_once()
    begun = [name for name, _ in both.steps()]

    stop.unlink()
    settle(both, 1)

    assert begun == ["contacts"]
    assert is_one(both, twins.stays_there)


def test_two_here_and_one_there_become_one_that_is_linked(both: BothJourney) -> None:
    both.native(creates_in_salesforce=[])
    both.create(**FIRST, mobilephone=MOBILE)
    linked = both.create(**SECOND, mobilephone=MOBILE)
    there = both.create("Contact", **SECOND, MobilePhone=MOBILE)
    both.native(1)
    assert both.value(linked, LINK) == there

    settle(both)

    assert is_one(both, there)


def test_one_here_and_two_there_become_one_that_is_linked(both: BothJourney) -> None:
    both.native(creates_in_hubspot=[])
    both.create("Contact", **FIRST, MobilePhone=MOBILE)
    here = both.create(**SECOND, mobilephone=MOBILE)
    linked = both.create("Contact", **SECOND, MobilePhone=MOBILE)
    both.native(1)
    assert both.value(here, LINK) == linked

    settle(both)

    assert is_one(both, linked)


def test_the_contact_of_a_lead_and_that_of_a_contact_become_one_of_the_contact(both: BothJourney) -> None:
    here = [both.create(**one, mobilephone=MOBILE) for one in (FIRST, SECOND)]
    lead = both.create("Lead", **FIRST, MobilePhone=MOBILE, Company="Example Works")
    contact = both.create("Contact", **SECOND, MobilePhone=MOBILE)
    both.native(1)
    assert [both.value(here[0], "salesforceleadid"), both.value(here[1], LINK)] == [lead, contact]

    settle(both)

    # Salesforce converts leads, it does not merge them: the lead stays, known to be the same, and nobody comes back.
    [left] = both.living("contacts")
    assert (both.value(left, LINK), both.value(left, "salesforceleadid")) == (contact, lead)
    assert (both.living("Contact"), both.living("Lead")) == ([contact], [lead])


def test_an_undo_takes_the_whole_of_it_back_and_each_is_linked_as_before(both: BothJourney) -> None:
    twins = enter(both)
    for _ in range(2):
        both.pass_once()
    here: Fix = next(fix for fix in both.merges() if fix.ref.object == "contacts")

    said = both.command("undo", here.id, "--yes")
    settle(both)

    assert said.code == ExitCode.OK, said.err
    assert {state for _, state in states(both)} == {FixState.UNDONE}
    assert (len(both.living("contacts")), len(both.living("Contact")), both.living("Lead")) == (2, 2, [])
    linked = {both.value(one, LINK) for one in both.living("contacts")}
    assert linked == {twins.stays_there, twins.goes_there}


FIRM = {"name": "Example Works GmbH", "phone": "+493055570000", "website": "https://example-works.com"}


def found_twice(both: BothJourney) -> tuple[list[str], list[str]]:
    """Let a company be in both CRMs twice, each linked with one of the other."""
    here = [both.create("companies", **FIRM, domain="example-works.com", city=city) for city in ("Berlin", "")]
    there = [both.create("Account", Name=FIRM["name"], Phone=FIRM["phone"], Website=FIRM["website"]) for _ in range(2)]
    for one, other in zip(here, there, strict=True):
        both.act("update", object="companies", id=one, properties={"salesforceaccountid": other}, raw=True)
    return here, there


@pytest.mark.parametrize("creates", [["contacts", "companies"], []])
def test_companies_that_hubspot_does_not_merge_become_one_in_both_without_its_merge(
    both: BothJourney, creates: list[str]
) -> None:
    both.native(creates_in_salesforce=creates)
    here, there = found_twice(both)
    person = both.create(**FIRST)
    both.act("link", object="contacts", id=person, to="companies", to_id=here[1], types=[1])
    both.native(1)

    both.pass_once(may_write=False)
    proposed = both.fixes("companies")
    settle(both)

    assert any("own connector keeps in step" in reason for fix in proposed for reason in fix.reasons)
    [stays] = both.living("Account")
    [left] = both.living("companies")
    assert left == here[there.index(stays)]
    assert both.value(left, "salesforceaccountid", "companies") == stays
    # HubSpot was never asked for a merge that it would refuse.
    assert {fix.state for fix in both.fixes("companies") if fix.action is Action.MERGE} == {FixState.APPLIED}


def test_companies_that_hubspot_does_not_merge_are_marked_there_and_merged_in_salesforce(both: BothJourney) -> None:
    both.call("POST", "/crm/v3/properties/companies", {
        "name": "superseded", "label": "Superseded by", "type": "string", "fieldType": "text",
        "groupName": "companyinformation",
    })  # fmt: skip
    both.more_of_streams["companies"] = ", properties: {superseded_by: superseded}"
    both.rules = both.rules.replace("duplicate: apply", "duplicate: {mode: apply, options: {loser: mark}}")
    here, there = found_twice(both)

    settle(both)

    [stays] = both.living("Account")
    linked = here[there.index(stays)]
    other = next(one for one in here if one != linked)
    assert both.value(other, "superseded", "companies") == linked
    assert both.value(linked, "salesforceaccountid", "companies") == stays
    # The one that is marked makes no account of its own again: nobody hangs on it any more.
    assert len(both.living("companies")) == 2
