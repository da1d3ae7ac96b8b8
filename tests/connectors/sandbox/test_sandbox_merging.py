"""Merging makes a third record, and both old ids lead to it."""

from __future__ import annotations

import pytest

OBJECTS = "/crm/v3/objects"


def _merge(http, primary: str, other: str, kind: str = "contacts") -> str:
    return str(http.post(f"{OBJECTS}/{kind}/merge", {"primaryObjectId": primary, "objectIdToMerge": other})["id"])


def test_both_old_ids_lead_to_the_new_record(http, make):
    one, two = make(email="a@example.com"), make(email="b@example.com")

    merged = _merge(http, one, two)

    assert merged not in {one, two}
    assert {http.get(f"{OBJECTS}/contacts/{old}")["id"] for old in (one, two)} == {merged}
    assert [row["id"] for row in http.get(f"{OBJECTS}/contacts")["results"]] == [merged]
    assert http.get(f"{OBJECTS}/contacts?archived=true")["results"] == []


def test_the_primary_wins_and_the_other_fills_gaps_and_gives_its_address(http, make):
    one = make(email="a@example.com", city="Bern", lifecyclestage="lead")
    two = make(email="b@example.com", city="Basel", phone="1", lifecyclestage="customer")

    merged = _merge(http, one, two)
    names = "city,phone,email,hs_additional_emails,hs_merged_object_ids,lifecyclestage"
    properties = http.get(f"{OBJECTS}/contacts/{merged}?properties={names}")["properties"]

    assert (properties["city"], properties["phone"]) == ("Bern", "1")
    assert (properties["email"], properties["hs_additional_emails"]) == ("a@example.com", "b@example.com")
    assert properties["hs_merged_object_ids"] == f"{one};{two}"
    assert properties["lifecyclestage"] == "customer"
    assert http.refused("POST", f"{OBJECTS}/contacts", {"properties": {"email": "b@example.com"}})[0] == 409


def test_histories_are_joined(http, make):
    one, two = make(email="a@example.com", city="Bern"), make(email="b@example.com", city="Basel")

    merged = _merge(http, one, two)
    versions = http.get(f"{OBJECTS}/contacts/{merged}?propertiesWithHistory=city")["propertiesWithHistory"]["city"]

    assert [version["value"] for version in versions] == ["Bern", "Basel", "Bern"]
    assert versions[0]["sourceType"] == "MERGE_OBJECTS"


def test_chains_are_followed_and_the_old_merge_property_misses_them(http, make):
    one, two, three = (make(email=f"{name}@example.com") for name in "abc")

    last = _merge(http, _merge(http, one, two), three)
    names = "hs_merged_object_ids,hs_calculated_merged_vids"
    record = http.get(f"{OBJECTS}/contacts/{one}?properties={names}")

    assert record["id"] == last
    assert {one, two, three} <= set(record["properties"]["hs_merged_object_ids"].split(";"))
    assert one not in record["properties"]["hs_calculated_merged_vids"]


def test_links_move_and_the_second_primary_label_is_dropped(http, make):
    primary = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    one, two = make(email="a@example.com"), make(email="b@example.com")
    first, second = make("companies", name="A"), make("companies", name="B")
    http.ask("PUT", f"/crm/v4/objects/contacts/{one}/associations/companies/{first}", primary)
    http.ask("PUT", f"/crm/v4/objects/contacts/{two}/associations/companies/{second}", primary)

    merged = _merge(http, one, two)
    rows = http.get(f"/crm/v4/objects/contacts/{merged}/associations/companies")["results"]

    assert {str(row["toObjectId"]): len(row["associationTypes"]) for row in rows} == {first: 2, second: 1}
    assert [
        row["toObjectId"] for row in http.get(f"/crm/v4/objects/companies/{second}/associations/contacts")["results"]
    ]


def test_a_lineage_ends_at_250_merges(http, make, sandbox):
    one, two = make("companies", name="A"), make("companies", name="B")
    lineage = ";".join(str(number) for number in range(1, 501))
    sandbox.call(
        lambda: sandbox.account.tables["companies"].records[int(one)].values.update(hs_merged_object_ids=lineage)
    )

    status, body = http.refused("POST", f"{OBJECTS}/companies/merge", {"primaryObjectId": one, "objectIdToMerge": two})

    assert (status, body["message"]) == (414, "Cannot have more than 250 identities on a profile")


@pytest.mark.parametrize("kind", ["companies", "deals", "tickets", "p62515_subscription"])
def test_the_other_mergeable_types_merge_too(http, make, kind):
    values = {
        "companies": {"name": "A"},
        "deals": {"dealname": "A", "dealstage": "closedwon"},
        "tickets": {"subject": "A", "hs_pipeline_stage": "1"},
        "p62515_subscription": {"subscription_name": "A"},
    }[kind]

    merged = _merge(http, make(kind, **values), make(kind, **values), kind)

    assert [row["id"] for row in http.get(f"{OBJECTS}/{kind}")["results"]] == [merged]


def test_batch_read_follows_merges_or_not_as_the_reading_says(http, make):
    one, two = make(email="a@example.com"), make(email="b@example.com")
    merged = _merge(http, one, two)
    asked = {"properties": [], "inputs": [{"id": one}, {"id": two}]}

    followed = http.post(f"{OBJECTS}/contacts/batch/read", asked)
    http.control("settings", {"readings": {"batch_read_follows_merges": False}})
    missed = http.ask("POST", f"{OBJECTS}/contacts/batch/read", asked)

    assert [row["id"] for row in followed["results"]] == [merged]
    assert missed.json()["errors"][0]["context"]["ids"] == [one, two]


@pytest.mark.parametrize("is_shown", [True, False])
def test_search_shows_who_was_merged_away_or_not_as_the_reading_says(http, make, is_shown):
    one, other = make(email="a@example.com"), make(email="b@example.com")
    http.post("/crm/v3/objects/contacts/merge", {"primaryObjectId": one, "objectIdToMerge": other})
    http.control("settings", {"readings": {"search_shows_merged_ids": is_shown}})

    found = http.post("/crm/v3/objects/contacts/search", {"properties": ["hs_merged_object_ids"]})["results"][0]

    assert found["properties"]["hs_merged_object_ids"] == (f"{one};{other}" if is_shown else None)


def test_merging_with_itself_or_nobody_is_refused(http, make):
    one = make()

    for other, expected in ((one, 400), ("5", 404), ("", 400)):
        body = {"primaryObjectId": one, "objectIdToMerge": other}
        assert http.refused("POST", f"{OBJECTS}/contacts/merge", body)[0] == expected
