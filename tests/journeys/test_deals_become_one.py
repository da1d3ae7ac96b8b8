"""Deals that were entered twice are asked about, merged on a person's word, and left alone where they are two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.sandbox import Sandbox
from syncd.cli import ExitCode
from syncd.model import Action, Fix, FixState, Stream
from tests.journeys.crms import EACH_CRM_ONCE, HUBSPOT, SALESFORCE, Crm
from tests.journeys.journey import Journey

pytestmark = EACH_CRM_ONCE

_DEALS = {HUBSPOT.name: "deals", SALESFORCE.name: "Opportunity"}
_NAMES = {
    "deals": {"name": "dealname", "close_date": "closedate", "stage": "dealstage", "order": "closed_lost_reason"},
    "Opportunity": {
        "name": "Name", "amount": "Amount", "close_date": "CloseDate", "stage": "StageName", "order": "NextStep",
    },
}  # fmt: skip
#: A field that holds whatever somebody writes into it: here, the number of an order.
_ORDERS = {"deals": "lost_reason", "Opportunity": "next_step"}
_STAGES = {"deals": "appointmentscheduled", "Opportunity": "Prospecting"}
DEAL = {"name": "Pump station 2026", "amount": "12500", "close_date": "2026-09-30"}
SAME = {"name": "Pump Station, 2026", "amount": "12500", "close_date": "2026-12-24"}
NEXT_YEAR = {"name": "Pump station 2027", "amount": "12500", "close_date": "2026-09-30"}


class Deals(Journey):
    """A journey whose records are deals."""

    def stream(self, object_name: str = "") -> Stream:
        """Return a stream of the account, that of deals unless another is named."""
        name = object_name or self.crm.people
        return Stream("main", name, "company" if name == self.crm.companies else "deal")

    def deal(self, company: str, **told: str) -> str:
        """Let somebody enter a deal with a company."""
        values = {**told, "stage": _STAGES[self.crm.people]}
        if self.crm.company_link:
            return self.create(**values, **{self.crm.company_link: company})
        made = self.create(**values)
        self.act("link", object=self.crm.people, id=made, to=self.crm.companies, to_id=company, types=[5, 341])
        return made

    def merges(self, *states: FixState) -> list[Fix]:
        """Return the merges of deals."""
        return [one for one in self.fixes("", *states) if one.action is Action.MERGE]


@pytest.fixture
def journey(crm: Crm, store_url: str, tmp_path) -> Iterator[Deals]:
    deals = _DEALS[crm.name]
    names = {**crm.properties, deals: _NAMES[deals]}
    of_deals = replace(crm, people=deals, properties=names, more_people=())
    with Sandbox.start(tier="off", crms=(crm.name,)) as sandbox:
        begun = Deals(sandbox.url, store_url, tmp_path, of_deals)
        yield begun
        begun.close()


def test_deal_entered_twice_is_asked_about_and_one_after_a_yes(journey: Deals) -> None:
    company = journey.create_company()
    deals = journey.deal(company, **DEAL), journey.deal(company, **SAME)
    journey.deal(company, **NEXT_YEAR)
    journey.deal(journey.create_company("Other Works", "other-works.com"), **DEAL)
    journey.pass_once()

    [asked] = journey.merges(FixState.PROPOSED)
    shown = journey.command("review", "show", asked.id).out
    said = journey.command("review", "approve", asked.id)
    journey.apply()

    assert asked.into is not None
    assert {asked.ref.id, asked.into.id} == set(deals)
    assert "They belong to the same company." in shown
    assert said.code == ExitCode.OK, said
    [merged] = journey.merges()
    assert merged.state is FixState.APPLIED, merged.detail
    assert journey.with_store(lambda tx: len(tx.records.read(journey.stream(), list(deals)))) <= 1


def test_what_an_admin_says_identifies_is_merged_without_asking_and_nothing_else(journey: Deals) -> None:
    journey.rules = "{duplicate: apply}"
    journey.extra = f"matching: {{identify: [{_ORDERS[journey.crm.people]}], answer: merge}}"
    company = journey.create_company()
    one, other = (journey.deal(company, order="PO 4711-88", **DEAL) for _ in range(2))
    journey.deal(company, **SAME)

    journey.pass_once()

    done = [(fix.ref.id, fix.state) for fix in journey.merges(FixState.APPLIED)]
    assert len(done) == 1
    assert done[0][0] in {one, other}
    assert journey.merges(FixState.APPROVED) == []
