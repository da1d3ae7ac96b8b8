"""Links that one CRM knows come to the other one, are taken back on a person's word, and are not made again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.sandbox import Sandbox
from syncd.model import Action, Fix, FixState
from tests.journeys.both import BothJourney

RULES = "{quality_flags: off, authority: off, differs: off, company_link: off, company_by_name: off}"
HEAD = {"name": "Arlberg Maschinenbau AG", "website": "https://arlberg-maschinen.at", "phone": "+43512206110"}
PART = {"name": "Tirol Antriebe GmbH", "website": "https://tirol-antriebe.at", "phone": "+43512209330"}
ADA = {"first_name": "Ada", "last_name": "Kingsley", "email": "ada.kingsley@gmail.com", "phone": "+43664123456"}


@pytest.fixture
def both(tmp_path) -> Iterator[BothJourney]:
    """Both CRMs, empty; which store there is makes no difference to links."""
    with Sandbox.start(tier="off") as sandbox:
        begun = BothJourney(sandbox.url, f"sqlite:///{tmp_path}/syncd.db", tmp_path)
        begun.rules = RULES
        yield begun
        begun.close()


def _passes(both: BothJourney, count: int = 2) -> None:
    for _ in range(count):
        both.pass_time(60.0)
        both.pass_once()


def _links(both: BothJourney, *states: FixState) -> list[Fix]:
    found = [fix for name in ("contacts", "companies", "Account") for fix in both.fixes(name, *states)]
    return [fix for fix in found if fix.action is Action.LINK and not fix.undoes]


def test_parents_and_companies_come_over_and_what_is_undone_stays_undone(both: BothJourney) -> None:
    head, part = both.create("companies", **HEAD), both.create("companies", **PART)
    head_there = both.create("Account", **HEAD)
    part_there = both.create("Account", **PART, ParentId=head_there)
    ada = both.create(**ADA)
    both.create("Contact", **ADA, AccountId=part_there)

    _passes(both)
    assert both.value(part, "hs_parent_company_id", "companies") == head
    assert both.value(ada, "associatedcompanyid") == part
    assert both.value(head, "hs_parent_company_id", "companies") is None
    made = _links(both, FixState.APPLIED)
    assert {(fix.ref.id, fix.rules) for fix in made} == {
        (part, ("parent_elsewhere",)), (ada, ("company_elsewhere",)),
    }  # fmt: skip

    # Taken back on a person's word, it is not made again; the other CRM keeps what it knew.
    for fix in made:
        assert both.command("undo", fix.id, "--yes").code == 0
    _passes(both)
    assert both.value(part, "hs_parent_company_id", "companies") is None
    assert both.value(ada, "associatedcompanyid") is None
    assert both.value(part_there, "ParentId", "Account") == head_there
    assert len(_links(both, FixState.APPLIED)) == 0


def test_a_parent_goes_from_hubspot_to_salesforce_and_not_over_another_one(both: BothJourney) -> None:
    head, part = both.create("companies", **HEAD), both.create("companies", **PART)
    head_there, part_there = both.create("Account", **HEAD), both.create("Account", **PART)
    both.act("link", crm="hubspot", object="companies", id=part, to="companies", to_id=head, types=[14])

    _passes(both)
    assert both.value(part_there, "ParentId", "Account") == head_there

    other = both.create("Account", name="Third Holding SE")
    both.edit(part_there, "Account", ParentId=other)
    _passes(both)
    assert both.value(part_there, "ParentId", "Account") == other
    assert both.value(part, "hs_parent_company_id", "companies") == head
