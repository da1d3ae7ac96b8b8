"""Who is in one CRM only comes to be in the other where its stream says so: once, and nobody who is in question, wants
peace, or was taken away; with HubSpot's own connector at work, too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.sandbox import Sandbox
from syncd.model import FixState
from tests.journeys.both import BothJourney

LOVELACE = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada.lovelace@example-works.com", "city": "London"}
HOPPER = {"first_name": "Grace", "last_name": "Hopper", "email": "grace.hopper@example-navy.com"}


@pytest.fixture
def both(store_url: str, tmp_path) -> Iterator[BothJourney]:
    """Both CRMs, linked, where Salesforce's contacts and accounts are made of what HubSpot has."""
    with Sandbox.start(tier="off") as sandbox:
        journey = BothJourney(sandbox.url, store_url, tmp_path)
        journey.more_of_streams = {"Contact": ", create: true", "Account": ", create: true"}
        journey.native(is_on=False)
        yield journey
        journey.close()


def made(journey: BothJourney, object_name: str = "Contact") -> list[str]:
    """Return the records that syncd made, by the sandbox's log."""
    return [one["id"] for one in journey.written(crm="salesforce", kind="create", object=object_name)]


def passes(journey: BothJourney, count: int = 2) -> None:
    for _ in range(count):
        journey.pass_once()


def test_who_is_in_one_account_only_is_made_in_the_other_once_and_both_are_one(both: BothJourney) -> None:
    there = both.create("contacts", **LOVELACE)
    both.create("contacts", **HOPPER)
    both.create("Contact", **HOPPER)

    passes(both, 3)

    (new,) = made(both)
    assert [both.value(new, name, "Contact") for name in ("first_name", "last_name", "email", "city")] == [
        "Ada",
        "Lovelace",
        "ada.lovelace@example-works.com",
        "London",
    ]
    (row,) = both.with_store(lambda tx: tx.twins.of(both.stream("contacts"), [there]))[there]
    assert (row.ref.id, row.is_sure) == (new, True)
    assert len(both.living("Contact")) == 2


def test_a_person_comes_with_the_counterpart_of_their_company(both: BothJourney) -> None:
    company = both.create("companies", name="Example Works", domain="example-works.com")
    person = both.create("contacts", **LOVELACE)
    wish = {"object": "contacts", "id": person, "to": "companies", "to_id": company, "types": [1, 279]}
    both.act("link", crm="hubspot", **wish)

    passes(both, 3)

    (account,) = made(both, "Account")
    (contact,) = made(both)
    assert both.value(contact, "company", "Contact") == account


@pytest.mark.parametrize("why", ["opted_out", "in_question", "condition", "observed"])
def test_nobody_is_made_who_is_not_to_be_or_may_be_there_already(both: BothJourney, why: str) -> None:
    who = both.create("contacts", **LOVELACE)
    if why == "opted_out":
        wish = {"object": "contacts", "id": who, "properties": {"hs_email_optout": "true"}, "raw": True}
        both.act("update", crm="hubspot", **wish)
    elif why == "in_question":
        both.create("Contact", first_name="Ada", last_name="Lovelace", city="London")
    elif why == "condition":
        both.more_of_streams["Contact"] = ", create: 'city == \"Bonn\"'"
    elif why == "observed":
        both.modes["salesforce-main"] = "observe"

    passes(both)

    assert made(both) == []


def test_what_was_taken_away_again_does_not_come_back(both: BothJourney) -> None:
    both.create("contacts", **LOVELACE)
    passes(both)
    (new,) = made(both)
    both.act("archive", crm="salesforce", object="Contact", id=new)

    passes(both, 3)

    assert made(both) == [new]
    assert both.living("Contact") == []


def test_whom_a_person_has_deleted_in_one_account_is_not_made_there_of_the_other(both: BothJourney) -> None:
    both.create("contacts", **LOVELACE)
    there = both.create("Contact", **LOVELACE)
    passes(both)
    both.act("archive", crm="salesforce", object="Contact", id=there)

    passes(both, 3)

    assert made(both) == []


def test_with_the_crms_own_connector_beside_it_nobody_is_made_twice(both: BothJourney) -> None:
    both.native(is_on=True, person_object="Contact")
    both.create("contacts", **LOVELACE)
    both.create("contacts", **HOPPER)

    for _ in range(3):
        both.pass_once()
        both.native(1)
    both.create("contacts", first_name="Alan", last_name="Turing", email="alan.turing@example-park.com")
    for _ in range(3):
        both.native(1)
        both.pass_once()

    assert len(both.living("contacts")) == len(both.living("Contact")) == 3
    assert both.fixes("Contact", FixState.UNKNOWN) == []
