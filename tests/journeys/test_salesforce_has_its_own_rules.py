"""What stands in a fix's way in Salesforce alone: its rules, its locks, its leads."""

from __future__ import annotations

from syncd.model import FixState
from tests.journeys.crms import ONCE_ON_SALESFORCE
from tests.journeys.journey import Journey, outcome

pytestmark = ONCE_ON_SALESFORCE


def dirty(journey: Journey, count: int = 3) -> list[str]:
    return [
        journey.create(email=f"p{number}@example-works.com", first_name="Ada", last_name="King", country="Germany")
        for number in range(count)
    ]


def test_leads_and_contacts_are_both_written_clean(journey: Journey) -> None:
    contact = journey.create(email="ADA@Example-Works.com", first_name="ADA", last_name="KING", country="Germany")
    lead = journey.create("Lead", email="BO@Example-Works.com", first_name="BO", last_name="KING", country="Austria")

    results = journey.pass_once()

    assert (outcome(results, "Contact"), outcome(results, "Lead")) == ({"applied": 1}, {"applied": 1})
    assert (journey.value(contact, "first_name"), journey.value(contact, "country")) == ("Ada", "DE")
    assert (journey.value(lead, "first_name", "Lead"), journey.value(lead, "country", "Lead")) == ("Bo", "AT")


def test_validation_rule_refuses_one_record_with_its_own_words_and_the_others_are_applied(journey: Journey) -> None:
    made = dirty(journey)
    rule = {"object": "Contact", "field": "MailingCity", "message": "Ask the harbour first.", "must_not_match": "Kiel"}
    journey.edit(made[1], city="Kiel")
    journey.control("POST", "settings", {"validation_rules": [rule]})

    results = [journey.pass_once() for _ in range(3)]

    assert [outcome(one) for one in results] == [{"applied": 2, "rejected": 1}, {}, {}]
    (rejected,) = journey.fixes("", FixState.REJECTED)
    assert rejected.ref.id == made[1]
    assert "Ask the harbour first." in rejected.detail
    assert {one[0] for one in journey.changes()} == {made[0], made[2]}


def duplicates(action: str) -> dict[str, object]:
    rule = {"name": "Same_Person", "object": "Contact", "matching_rule": "Same_Person_Match", "action": action,
            "keys": [["FirstName", "LastName"]], "on_create": False, "on_update": True}  # fmt: skip
    return {"duplicate_rules": [rule]}


def test_duplicate_rule_that_blocks_is_told_as_the_reason_and_the_others_are_applied(journey: Journey) -> None:
    alike = dirty(journey, 2)
    other = journey.create(email="bo@example-works.com", first_name="Bo", last_name="Berg", country="Germany")
    journey.control("POST", "settings", duplicates("Block"))

    results = journey.pass_once()

    assert outcome(results) == {"applied": 1, "rejected": 2}
    refused = journey.fixes("", FixState.REJECTED)
    assert {fix.ref.id for fix in refused} == set(alike)
    assert {"DUPLICATES_DETECTED" in fix.detail for fix in refused} == {True}
    assert journey.value(other, "country") == "DE"


def test_duplicate_rule_that_only_warns_lets_a_fix_pass(journey: Journey) -> None:
    made = dirty(journey, 2)
    journey.control("POST", "settings", duplicates("Alert"))

    journey.pass_once()

    assert sorted(journey.changes()) == [(one, "country", "DE") for one in sorted(made)]


def test_record_that_somebody_holds_is_written_once_they_let_go(journey: Journey) -> None:
    made = dirty(journey)
    journey.control("POST", "settings", {"locks": {"ids": [made[1]], "seconds": 3600}})
    journey.pass_once()
    journey.control("POST", "settings", {"locks": {}})

    journey.pass_once()

    assert sorted(journey.changes()) == [(one, "country", "DE") for one in sorted(made)]
    assert {fix.state for fix in journey.fixes()} == {FixState.APPLIED}


def test_fix_gives_a_lead_no_new_owner(journey: Journey) -> None:
    lead = journey.create("Lead", email="bo@example-works.com", first_name="BO", last_name="King")
    owner = journey.value(lead, "OwnerId", "Lead")
    rule = {"object": "Lead", "owner": "autoproc@syncd-sandbox.example"}
    journey.control("POST", "settings", {"assignment_rules": [rule]})

    journey.pass_once()

    assert journey.value(lead, "first_name", "Lead") == "Bo"
    assert journey.value(lead, "OwnerId", "Lead") == owner


def test_contact_that_has_an_account_keeps_it(journey: Journey) -> None:
    journey.create_company()
    own = journey.create_company("Other Works AG", domain="other-works.com")
    contact = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King", company=own)

    journey.pass_once()

    assert journey.links() == []
    assert journey.value(contact, "company") == own


def test_link_whose_answer_was_lost_is_made_once(journey: Journey) -> None:
    company = journey.create_company()
    contact = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King")
    journey.fault("late_status", endpoint="collections_update", object="Contact", count=1, status=504)

    for _ in range(2):
        journey.pass_once()

    assert journey.links() == [(contact, company)]
    assert [fix.state for fix in journey.fixes()] == [FixState.APPLIED]


def test_what_may_have_been_set_back_is_left_to_a_person_where_the_org_does_not_track_it(journey: Journey) -> None:
    (contact,) = dirty(journey, 1)
    journey.control("POST", "settings", {"tracked_fields": {"Contact": []}})
    journey.edited_meanwhile(contact, journey.crm.writes, {"country": "Germany"}, when="after")
    journey.fault("lost_answer", endpoint=journey.crm.writes, count=1)

    for _ in range(3):
        journey.pass_once()

    assert journey.changes() == [(contact, "country", "DE")]
    assert journey.value(contact, "country") == "Germany"
    (doubtful,) = journey.fixes()
    assert (doubtful.state, "left to a person" in doubtful.detail) == (FixState.STALE, True)
    left = journey.with_store(lambda tx: tx.overrides.select(stream=journey.stream()))
    assert [(one.ref.id, one.field, one.rule) for one in left] == [(contact, "country", "country_form")]
