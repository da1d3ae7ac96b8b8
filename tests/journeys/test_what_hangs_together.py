"""What records say of each other: values a company knows, companies of deals, names and domains that lead home."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.engine import StreamSetup, apply_approved
from syncd.model import FixState
from tests.journeys.crms import HUBSPOT
from tests.journeys.journey import Journey

WITH_DEALS = replace(
    HUBSPOT,
    more_people=("deals",),
    properties={**HUBSPOT.properties, "deals": {"name": "dealname", "stage": "dealstage"}},
)
ONCE = pytest.mark.parametrize("backend", ["sqlite"])
DEALS = pytest.mark.parametrize(("crm", "backend"), [(WITH_DEALS, "sqlite")], ids=["hubspot"])


def linked(journey: Journey, to: str, **values: str) -> str:
    """Let somebody create a person who is linked to a company; return the id."""
    person = journey.create(first_name="Ada", last_name="King", **values)
    journey.act("link", object="contacts", id=person, to="companies", to_id=to, **{"as": "person"})
    return person


def passes(journey: Journey, count: int = 3) -> None:
    for _ in range(count):
        journey.pass_once()


@ONCE
def test_company_name_that_a_person_lacks_is_the_linked_companys_in_its_clean_form(journey: Journey) -> None:
    company = journey.create_company("  EXAMPLE WORKS GMBH ")
    person = linked(journey, company, email="ada@example-works.com")

    passes(journey)

    assert journey.value(person, "company") == "Example Works GmbH"
    assert journey.pass_once()["contacts"].tally.judged == 0  # nobody is woken for ever


def test_person_is_judged_again_when_the_company_comes_to_have_what_they_lack(journey: Journey) -> None:
    company = journey.create(HUBSPOT.companies, domain="example-works.com")
    person = linked(journey, company, email="ada@example-works.com")
    passes(journey)
    assert not journey.value(person, "company")

    journey.edit(company, "companies", name="Example Works GmbH")
    passes(journey)

    assert journey.value(person, "company") == "Example Works GmbH"


@ONCE
def test_company_name_that_somebody_typed_stays(journey: Journey) -> None:
    company = journey.create_company()
    person = linked(journey, company, email="ada@example-works.com", company="Example Works, Berlin")

    passes(journey)

    assert journey.value(person, "company") == "Example Works, Berlin"


def test_domain_that_all_people_of_a_company_have_is_suggested(journey: Journey) -> None:
    company = journey.create(HUBSPOT.companies, name="Example Works GmbH")
    for name in ("ada", "bob"):
        linked(journey, company, email=f"{name}@example-works.com")

    passes(journey)

    (fix,) = journey.fixes("companies", FixState.PROPOSED)
    assert [(change.property, change.after) for change in fix.changes] == [("domain", "example-works.com")]


@ONCE
def test_company_whose_name_a_person_bears_is_suggested_and_never_linked_by_itself(journey: Journey) -> None:
    company = journey.create_company()
    journey.create(email="ada.king@gmail.com", first_name="Ada", last_name="King", company="EXAMPLE WORKS")

    passes(journey)

    assert journey.links() == []
    (fix,) = [fix for fix in journey.fixes("contacts", FixState.PROPOSED) if fix.link is not None]
    assert fix.link is not None
    assert (fix.link.to.object, fix.link.to.id) == ("companies", company)


@ONCE
def test_person_of_a_subsidiary_whose_parent_has_the_domain_is_linked_to_the_subsidiary(journey: Journey) -> None:
    parent = journey.create_company()
    part = journey.create(HUBSPOT.companies, name="Example Works France")
    is_part_of = 14
    journey.act(
        "link", object="companies", id=part, to="companies", to_id=parent, types=[is_part_of], **{"as": "person"}
    )
    names = {"first_name": "Ada", "last_name": "King"}
    person = journey.create(email="ada@example-works.com", company="EXAMPLE WORKS FRANCE", **names)

    passes(journey)

    assert journey.links() == [(person, part)]


@ONCE
def test_company_with_the_domain_of_the_address_becomes_the_primary_one_when_somebody_agrees(journey: Journey) -> None:
    works, mills = journey.create_company(), journey.create_company("Example Mills Ltd", "example-mills.com")
    person = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King")
    for company in (mills, works):
        journey.act("link", object="contacts", id=person, to="companies", to_id=company, **{"as": "person"})
    passes(journey)
    (fix,) = [fix for fix in journey.fixes("contacts", FixState.PROPOSED) if fix.link is not None]

    journey.command("review", "approve", fix.id)
    passes(journey)

    assert journey.value(person, "associatedcompanyid") == works
    assert [one for one in journey.fixes("contacts", FixState.PROPOSED) if one.link is not None] == []


@DEALS
def test_deal_is_linked_to_the_company_its_contact_comes_to_belong_to(journey: Journey) -> None:
    person = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King")
    deal = journey.create("deals", name="Renewal", stage="contractsent", pipeline="default", amount="100")
    journey.act("link", object="deals", id=deal, to="contacts", to_id=person, **{"as": "person"})
    passes(journey)
    company = journey.create_company()

    passes(journey)

    assert (deal, company) in journey.links()


@DEALS
def test_deal_whose_contacts_belong_to_several_companies_is_left_to_a_person(journey: Journey) -> None:
    deal = journey.create("deals", name="Renewal", stage="contractsent", pipeline="default", amount="100")
    for name in ("example-works", "example-mills"):
        company = journey.create_company(name, f"{name}.com")
        person = linked(journey, company, email=f"ada@{name}.com")
        journey.act("link", object="deals", id=deal, to="contacts", to_id=person, **{"as": "person"})

    passes(journey)

    assert [one for one in journey.links() if one[0] == deal] == []
    assert [fix.link is not None for fix in journey.fixes("deals", FixState.PROPOSED)] == [True]


@ONCE
def test_fix_whose_property_was_narrowed_since_it_was_decided_on_is_not_sent(journey: Journey) -> None:
    person = journey.create(email="ada@example-works.com", first_name="Ada", last_name="KING", country="Germany")
    journey.pass_once(may_write=False)

    with journey.life() as parts:
        narrow = [_without_room(setup, "country", "lastname") for setup in parts.setups]
        apply_approved(parts.tools, narrow, trigger="test")

    assert journey.value(person, "country") == "Germany"
    assert [(fix.state, fix.detail) for fix in journey.fixes()] == [
        (FixState.STALE, "not sent: longer than the property allows")
    ]


def _without_room(setup: StreamSetup, *names: str) -> StreamSetup:
    """Return the setup of an account that allows one character in some properties."""
    fields = {
        name: replace(field, max_length=1) if name in names else field for name, field in setup.schema.fields.items()
    }
    return replace(setup, schema=replace(setup.schema, fields=fields))
