"""Records that nobody should judge, and what Salesforce lets us know of others: lists, makers, signs of life."""

from __future__ import annotations

from datetime import timedelta

from tests.journeys.crms import ONCE_ON_SALESFORCE
from tests.journeys.journey import Journey, outcome

pytestmark = ONCE_ON_SALESFORCE


def test_converted_lead_is_neither_judged_nor_written_and_is_counted_by_itself(journey: Journey) -> None:
    open_lead = journey.create("Lead", email="BO@Example-Works.com", first_name="BO", last_name="BERG", country="FR")
    lead = journey.create("Lead", email="ADA@Example-Works.com", first_name="ADA", last_name="KING", country="FR")
    journey.act("convert", object="Lead", id=lead)

    results = journey.pass_once()

    kpis = results["Lead"].kpis
    assert (kpis.records, kpis.left_alone, outcome(results, "Lead")) == (2, 1, {"applied": 1})
    assert {one["id"] for one in journey.written(object="Lead")} == {open_lead}
    assert kpis.clean_ratio == kpis.clean / 1


def test_lead_that_is_converted_later_takes_its_findings_with_it(journey: Journey) -> None:
    lead = journey.create("Lead", email="info@example-works.com", first_name="Ada", last_name="King", country="FR")
    before = journey.pass_once()["Lead"].kpis
    journey.act("convert", object="Lead", id=lead)
    journey.pass_time(5)

    after = journey.pass_once()["Lead"].kpis

    assert (before.left_alone, sum(before.findings.values()) > 0) == (0, True)
    assert (after.records, after.left_alone, sum(after.findings.values())) == (1, 1, 0)


def test_account_that_is_a_person_is_no_company(journey: Journey) -> None:
    journey.control("POST", "settings", {"person_accounts": True})
    values = {"FirstName": "ADA", "LastName": "KING", "PersonEmail": "ada@example-works.com", "Website": "HTTP://X.DE"}
    person = journey.act("create", object="Account", properties=values, **{"as": "import"})["results"][0]["id"]

    results = journey.pass_once()

    kpis = results["Account"].kpis
    assert (kpis.records, kpis.left_alone) == (1, 1)
    assert [one for one in journey.written() if one["id"] == person] == []


def test_codes_are_written_where_the_org_has_lists_of_countries(journey: Journey) -> None:
    contact = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King", country="Deutschland")
    journey.control("POST", "settings", {"state_country_picklists": True})
    journey.act("update", object="Contact", id=contact, properties={"MailingCountryCode": "DE"}, **{"as": "person"})

    journey.pass_once()

    assert journey.value(contact, "MailingCountry") == "Germany"
    assert journey.value(contact, "MailingCountryCode") == "DE"


def test_defects_are_told_by_who_makes_them(journey: Journey) -> None:
    journey.mode = "observe"
    for name, source in (("King", "Web"), ("Berg", "Purchased List"), ("Byron", "Other")):
        journey.create(email="ADA@Example-Works.com", last_name=name, LeadSource=source)

    kpis = journey.pass_once()["Contact"].kpis

    assert dict(kpis.defects_by_source) == {"FORMS": 1, "IMPORT": 2, "CRM_UI": 2}


def test_person_nobody_has_had_to_do_with_for_long_is_inactive(journey: Journey) -> None:
    journey.mode = "observe"
    spoken = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King")
    journey.create(email="bo@example-works.com", first_name="Bo", last_name="Berg")
    task = {"WhoId": spoken, "Subject": "Call", "Status": "Completed", "Priority": "Normal"}
    today = str(journey.value(spoken, "CreatedDate"))[:10]
    journey.act("create", object="Task", properties={**task, "ActivityDate": today}, **{"as": "person"})

    inactive = []
    for days in (0, 89, 92):
        journey.ahead = timedelta(days=days)
        inactive.append(journey.pass_once()["Contact"].kpis.stale.get("inactive", 0))

    # Of whom nothing was ever noted, nothing is known.
    assert inactive == [0, 0, 1]
