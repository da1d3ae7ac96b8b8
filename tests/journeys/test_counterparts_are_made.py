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


#: The store has no say.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


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


def test_who_is_in_one_account_only_is_made_in_the_other_once_with_their_company_and_both_are_one(
    both: BothJourney,
) -> None:
    company = both.create("companies", name="Example Works", domain="example-works.com")
    there = both.create("contacts", **LOVELACE)
    wish = {"object": "contacts", "id": there, "to": "companies", "to_id": company, "types": [1, 279]}
    both.act("link", crm="hubspot", **wish)
    both.create("contacts", **HOPPER)
    both.create("Contact", **HOPPER)

    passes(both, 3)

    (new,), (account,) = made(both), made(both, "Account")
    names = ("first_name", "last_name", "email", "city", "company")
    assert [both.value(new, name, "Contact") for name in names] == [*LOVELACE.values(), account]
    (row,) = both.with_store(lambda tx: tx.twins.of(both.stream("contacts"), [there]))[there]
    assert (row.ref.id, row.is_sure) == (new, True)
    assert len(both.living("Contact")) == 2


def test_nobody_is_made_who_is_not_to_be_or_may_be_there_already(both: BothJourney) -> None:
    both.more_of_streams["Contact"] = ", create: 'city == \"London\"'"
    left_alone = both.create("contacts", **LOVELACE)
    both.create("contacts", **HOPPER)
    both.create("contacts", first_name="Alan", last_name="Turing", email="alan.turing@example-park.com", city="London")
    both.create("Contact", first_name="Alan", last_name="Turing", city="London")
    wish = {"object": "contacts", "id": left_alone, "properties": {"hs_email_optout": "true"}, "raw": True}
    both.act("update", crm="hubspot", **wish)

    passes(both)

    assert made(both) == []


def test_nothing_is_made_before_everything_is_matched_nor_where_the_stream_observes(both: BothJourney) -> None:
    both.create("contacts", **LOVELACE)
    both.create("Contact", **LOVELACE)
    both.fault("status", crm="salesforce", endpoint="query*", object="Contact", status=503)

    passes(both)
    without_salesforce = len(both.fixes("Contact"))
    both.control("DELETE", "faults?crm=salesforce")
    both.modes["salesforce-main"] = "observe"
    both.create("contacts", **HOPPER)
    passes(both)

    assert without_salesforce == 0
    assert [fix for fix in both.fixes("Contact") if fix.makes] == []


def test_what_was_taken_away_by_a_person_does_not_come_back(both: BothJourney) -> None:
    both.create("contacts", **LOVELACE)
    both.create("contacts", **HOPPER)
    there = both.create("Contact", **HOPPER)
    passes(both)
    (new,) = made(both)
    for one in (new, there):
        both.act("archive", crm="salesforce", object="Contact", id=one)

    passes(both, 3)

    assert made(both) == [new]
    assert both.living("Contact") == []


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
