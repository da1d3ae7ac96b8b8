"""The journey of one record: read, judged, decided, written, and quiet from then on."""

from __future__ import annotations

from tests.journeys.journey import Journey, outcome


def test_a_dirty_contact_is_written_clean(journey: Journey) -> None:
    contact = journey.create(email=" ADA.King@Example-Works.COM ", firstname="ADA", lastname="KING", country="Germany")

    results = journey.pass_once()

    assert outcome(results) == {"applied": 1}
    assert journey.value(contact, "email") == "ada.king@example-works.com"
    assert journey.value(contact, "firstname") == "Ada"
    assert journey.value(contact, "country") == "DE"


def test_a_second_pass_right_after_the_first_writes_nothing_and_costs_one_call_an_object(journey: Journey) -> None:
    for number in range(30):
        journey.create(email=f"P{number}@Example-Works.com", firstname="ada", lastname="KING")
    journey.pass_once()
    journey.calls()
    wrote = len(journey.written())

    results = journey.pass_once()

    assert outcome(results) == {}
    assert len(journey.written()) == wrote
    calls = journey.calls()
    assert {name: count for name, count in calls.items() if "search" in name} == {
        "search companies": 1,
        "search contacts": 1,
    }
    assert not any(name.startswith(("batch", "list", "associations")) for name in calls)


def test_observing_writes_nothing(journey: Journey) -> None:
    journey.mode = "observe"
    journey.create(email="ADA@Example-Works.com", firstname="ADA", lastname="KING")

    results = journey.pass_once()

    assert results["contacts"].kpis.clean == 0
    assert journey.fixes() == []
    assert journey.written() == []


def test_a_contact_without_a_company_is_linked_by_its_mail_domain(journey: Journey) -> None:
    company = journey.create("companies", name="Example Works GmbH", domain="example-works.com")
    contact = journey.create(email="ada@example-works.com", firstname="Ada", lastname="King")

    journey.pass_once()

    links = [(one["id"], one["after"].partition(":")[0]) for one in journey.written(kind="link")]
    assert links == [(contact, company)]


def test_a_company_that_appears_later_is_found_for_contacts_that_wait_for_it(journey: Journey) -> None:
    contact = journey.create(email="ada@example-works.com", firstname="Ada", lastname="King")
    journey.pass_once()
    company = journey.create("companies", name="Example Works GmbH", domain="example-works.com")

    journey.pass_once()

    links = [(one["id"], one["after"].partition(":")[0]) for one in journey.written(kind="link")]
    assert links == [(contact, company)]
