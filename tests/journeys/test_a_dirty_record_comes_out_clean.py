"""The journey of one record: read, judged, decided, written, and quiet from then on."""

from __future__ import annotations

from tests.journeys.crms import EACH_CRM
from tests.journeys.journey import Journey, outcome

pytestmark = EACH_CRM


def test_a_dirty_contact_is_written_clean(journey: Journey) -> None:
    contact = journey.create(email="ADA.King@Example-Works.COM", first_name="ADA", last_name="KING", country="Germany")

    results = journey.pass_once()

    assert outcome(results) == {"applied": 1}
    assert journey.value(contact, "email") == "ada.king@example-works.com"
    assert journey.value(contact, "first_name") == "Ada"
    assert journey.value(contact, "country") == "DE"


def test_a_second_pass_right_after_the_first_writes_nothing_and_costs_one_call_an_object(journey: Journey) -> None:
    for number in range(30):
        journey.create(email=f"P{number}@Example-Works.com", first_name="ada", last_name="KING")
    journey.pass_once()
    journey.calls()
    wrote = len(journey.written())

    results = journey.pass_once()

    assert outcome(results) == {}
    assert len(journey.written()) == wrote
    calls = journey.calls()
    pulls = {f"{journey.crm.pulls} {name}": 1 for name in journey.crm.objects}
    assert {name: count for name, count in calls.items() if name in pulls} == pulls
    more = set(calls) - set(pulls) - {journey.crm.greeting}
    assert not [name for name in more if name.startswith(("batch", "list", "associations", "query", "collections"))]


def test_observing_writes_nothing(journey: Journey) -> None:
    journey.mode = "observe"
    journey.create(email="ADA@Example-Works.com", first_name="ADA", last_name="KING")

    results = journey.pass_once()

    assert results[journey.crm.people].kpis.clean == 0
    assert journey.fixes() == []
    assert journey.written() == []


def test_a_contact_without_a_company_is_linked_by_its_mail_domain(journey: Journey) -> None:
    company = journey.create_company()
    contact = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King")

    journey.pass_once()

    assert journey.links() == [(contact, company)]


def test_a_company_that_appears_later_is_found_for_contacts_that_wait_for_it(journey: Journey) -> None:
    contact = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King")
    journey.pass_once()
    company = journey.create_company()

    journey.pass_once()

    assert journey.links() == [(contact, company)]
