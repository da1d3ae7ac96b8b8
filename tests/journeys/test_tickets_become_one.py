"""Tickets (cases) that were opened twice are asked about, and one after a yes; its undo brings both back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.sandbox import Sandbox
from syncd.cli import ExitCode
from syncd.model import Action, FixState, Stream
from tests.journeys.crms import EACH_CRM_ONCE, HUBSPOT, SALESFORCE, Crm
from tests.journeys.journey import Journey

_TICKETS = {HUBSPOT.name: "tickets", SALESFORCE.name: "Case"}
_NAMES = {
    "tickets": {"name": "subject", "description": "content", "priority": "hs_ticket_priority"},
    "Case": {"name": "Subject", "description": "Description", "priority": "Priority"},
}
_MORE = {"tickets": {"hs_pipeline": "0", "hs_pipeline_stage": "1"}, "Case": {"Status": "New", "Origin": "Web"}}
TOLD = {"name": "Pump 4711 loses pressure", "description": "Since Monday, about two bar an hour."}


class Tickets(Journey):
    """A journey whose records are tickets."""

    def stream(self, object_name: str = "") -> Stream:
        """Return a stream of the account, that of tickets unless another is named."""
        name = object_name or self.crm.people
        return Stream("main", name, "company" if name == self.crm.companies else "ticket")

    def open(self, company: str, **told: str) -> str:
        """Let somebody of a company open a ticket."""
        values = {**told, **_MORE[self.crm.people]}
        if self.crm.company_link:
            return self.create(**values, **{self.crm.company_link: company})
        made = self.create(**values)
        self.act("link", object=self.crm.people, id=made, to=self.crm.companies, to_id=company, types=[339])
        return made


@pytest.fixture
def journey(crm: Crm, store_url: str, tmp_path) -> Iterator[Tickets]:
    tickets = _TICKETS[crm.name]
    names = {**crm.properties, tickets: _NAMES[tickets]}
    of_tickets = replace(crm, people=tickets, properties=names, more_people=())
    with Sandbox.start(tier="off", crms=(crm.name,)) as sandbox:
        begun = Tickets(sandbox.url, store_url, tmp_path, of_tickets)
        yield begun
        begun.close()


@EACH_CRM_ONCE
def test_ticket_that_was_opened_twice_is_one_after_a_yes_and_two_after_an_undo(journey: Tickets) -> None:
    journey.extra = "matching: {agree: [[name], [company]]}"
    company = journey.create_company()
    twice = {journey.open(company, **TOLD), journey.open(company, **TOLD)}
    journey.open(company, name="Another thing", description="The invoice of May is missing.")
    journey.pass_once()

    [asked] = journey.fixes("", FixState.PROPOSED)
    said = journey.command("review", "approve", asked.id)
    journey.apply()
    [done] = [fix for fix in journey.fixes() if fix.action is Action.MERGE]
    held = journey.with_store(lambda tx: tx.records.count(journey.stream()))
    journey.command("undo", asked.id, "--yes")

    assert asked.into is not None
    assert {asked.ref.id, asked.into.id} == twice
    assert said.code == ExitCode.OK, said
    assert (done.state, held) == (FixState.APPLIED, 2), done.detail
    assert journey.fixes("", FixState.UNDONE), journey.fixes()
    journey.pass_once()
    assert journey.with_store(lambda tx: tx.records.count(journey.stream())) == 3
