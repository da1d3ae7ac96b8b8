"""Lists, single reads, batch reads: what comes back and in what shape."""

from __future__ import annotations

import pytest

OBJECTS = "/crm/v3/objects"


def test_values_are_strings_or_null_and_the_three_system_properties_always_come(http, make):
    one = make(email="ada@example.com")

    record = http.get(f"{OBJECTS}/contacts/{one}?properties=city,no_such_property")

    assert set(record["properties"]) == {"city", "createdate", "hs_object_id", "lastmodifieddate"}
    assert record["properties"]["city"] is None
    assert record["properties"]["lastmodifieddate"] == record["updatedAt"]
    assert record["archived"] is False
    assert "archivedAt" not in record


def test_without_properties_the_defaults_of_the_type_come(http, make):
    contact, company = make(firstname="Ada"), make("companies", name="Acme")
    deal = make("deals", dealname="Big", dealstage="closedwon")

    def names(kind: str, one: str) -> set[str]:
        return set(http.get(f"{OBJECTS}/{kind}/{one}")["properties"])

    assert names("contacts", contact) == {
        "createdate",
        "email",
        "firstname",
        "hs_object_id",
        "lastmodifieddate",
        "lastname",
    }
    assert names("companies", company) == {"createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"}
    assert names("deals", deal) == {
        "amount",
        "closedate",
        "createdate",
        "dealname",
        "dealstage",
        "hs_lastmodifieddate",
        "hs_object_id",
        "pipeline",
    }


def test_properties_are_read_repeated_and_joined(http, make):
    one = make(email="ada@example.com")

    joined = http.get(f"{OBJECTS}/contacts/{one}?properties=city,phone")
    repeated = http.get(f"{OBJECTS}/contacts/{one}?properties=city&properties=phone")

    assert joined == repeated


def test_a_cleared_value_comes_back_empty_and_an_unset_one_null(http, make):
    one = make(email="ada@example.com", city="Bern")

    http.patch(f"{OBJECTS}/contacts/{one}", {"properties": {"city": ""}})

    assert http.get(f"{OBJECTS}/contacts/{one}?properties=city,phone")["properties"]["city"] == ""


@pytest.mark.parametrize(("has_fraction", "spelled"), [(True, "10:00:00.000Z"), (False, "10:00:00Z")])
def test_moments_on_the_second_have_a_fraction_or_not_as_the_reading_says(http, make, has_fraction, spelled):
    http.control("settings", {"readings": {"whole_seconds_have_a_fraction": has_fraction}})
    http.control("clock", {"freeze": 1_795_168_800_000})
    contact = make()

    told = http.get(f"/crm/v3/objects/contacts/{contact}")

    assert (told["updatedAt"], told["properties"]["lastmodifieddate"]) == (f"2026-11-20T{spelled}",) * 2


def test_a_list_goes_up_by_id_and_its_cursor_is_the_next_id(http, make):
    made = [make(firstname=f"n{number}") for number in range(5)]

    first = http.get(f"{OBJECTS}/contacts?limit=2")
    second = http.get(f"{OBJECTS}/contacts?limit=3&after={first['paging']['next']['after']}")

    assert [row["id"] for row in first["results"]] == made[:2]
    assert first["paging"]["next"]["after"] == made[2]
    assert first["paging"]["next"]["link"].startswith("https://api.hubapi.com/crm/v3/objects/contacts?limit=2&after=")
    assert [row["id"] for row in second["results"]] == made[2:]
    assert "paging" not in second


@pytest.mark.parametrize(
    "query", ["limit=101", "limit=0", "limit=x", "after=x", "limit=51&propertiesWithHistory=email", "associations=x"]
)
def test_a_list_refuses_what_it_cannot_do(http, make, query):
    make()

    status, body = http.refused("GET", f"{OBJECTS}/contacts?{query}")

    assert (status, body["category"]) == (400, "VALIDATION_ERROR")


def test_archived_records_are_listed_apart_with_their_moment(http, make):
    keeps, goes = make(firstname="a"), make(firstname="b")
    http.ask("DELETE", f"{OBJECTS}/contacts/{goes}")

    live = http.get(f"{OBJECTS}/contacts")["results"]
    archived = http.get(f"{OBJECTS}/contacts?archived=true")["results"]

    assert [row["id"] for row in live] == [keeps]
    assert [(row["id"], row["archived"]) for row in archived] == [(goes, True)]
    assert archived[0]["archivedAt"].endswith("Z")
    assert http.refused("GET", f"{OBJECTS}/contacts/{goes}")[0] == 404
    assert http.get(f"{OBJECTS}/contacts/{goes}?archived=true")["id"] == goes


def test_history_tells_who_set_what_newest_first(http, make):
    one = make(email="ada@example.com", city="Bern")
    http.control(
        "act", {"do": "update", "as": {"kind": "person", "id": "42"}, "object": "contacts", "id": one,
                "properties": {"city": "Basel"}},
    )  # fmt: skip

    versions = http.get(f"{OBJECTS}/contacts/{one}?propertiesWithHistory=city")["propertiesWithHistory"]["city"]

    assert [(version["value"], version["sourceType"], version["sourceId"]) for version in versions] == [
        ("Basel", "CRM_UI", "userId:42"),
        ("Bern", "INTEGRATION", "5670736"),
    ]
    assert versions[0]["updatedByUserId"] == 42


def test_batch_read_names_all_missing_ids_in_one_error(http, make):
    one = make()

    answer = http.ask(
        "POST", f"{OBJECTS}/contacts/batch/read",
        {"properties": ["email"], "inputs": [{"id": one}, {"id": "1"}, {"id": "2"}, {"id": one}]},
    )  # fmt: skip
    body = answer.json()

    assert answer.status == 207
    assert [row["id"] for row in body["results"]] == [one]
    assert body["numErrors"] == 1
    assert body["errors"][0]["context"] == {"ids": ["1", "2"]}
    assert body["errors"][0]["category"] == "OBJECT_NOT_FOUND"


def test_batch_read_finds_by_email_additional_ones_too(http, make):
    first, second = make(email="a@example.com"), make(email="b@example.com")
    http.post(f"{OBJECTS}/contacts/merge", {"primaryObjectId": first, "objectIdToMerge": second})

    found = http.post(
        f"{OBJECTS}/contacts/batch/read", {"idProperty": "email", "properties": [], "inputs": [{"id": "b@example.com"}]}
    )

    assert found["results"][0]["properties"]["email"] == "a@example.com"


@pytest.mark.parametrize(("count", "history"), [(101, []), (51, ["email"])])
def test_batch_read_refuses_too_many_inputs(http, count, history):
    body = {"properties": [], "propertiesWithHistory": history, "inputs": [{"id": str(n)} for n in range(count)]}

    assert http.refused("POST", f"{OBJECTS}/contacts/batch/read", body)[0] == 400


def test_inline_associations_hold_one_page_and_say_where_the_rest_is(http, make):
    http.control("settings", {"readings": {"inline_associations": 2}})
    company = make("companies", name="Acme")
    people = [make(firstname=f"n{number}") for number in range(3)]
    for one in people:
        http.ask("PUT", f"/crm/v4/objects/contacts/{one}/associations/default/companies/{company}")

    inline = http.get(f"{OBJECTS}/companies?associations=contacts")["results"][0]["associations"]["contacts"]
    after = inline["paging"]["next"]["after"]
    rest = http.get(f"{OBJECTS}/companies/{company}/associations/contacts?after={after}")

    assert [row["id"] for row in inline["results"]] == people[:2]
    assert inline["results"][0]["type"] == "company_to_contact_unlabeled"
    assert [row["id"] for row in rest["results"]] == people[2:]


def test_a_primary_company_shows_both_types_of_its_link(http, make):
    contact, company = make(), make("companies", name="Acme")
    http.ask(
        "PUT", f"/crm/v4/objects/contacts/{contact}/associations/companies/{company}",
        [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}],
    )  # fmt: skip

    record = http.get(f"{OBJECTS}/contacts/{contact}?associations=companies&properties=associatedcompanyid")

    assert {row["type"] for row in record["associations"]["companies"]["results"]} == {
        "contact_to_company",
        "contact_to_company_unlabeled",
    }
    assert record["properties"]["associatedcompanyid"] == company


@pytest.mark.parametrize("date", ["2025-09", "2026-03", "2026-09"])
def test_the_dated_family_serves_the_same_records(http, make, date):
    one = make(email="ada@example.com")

    legacy, dated = http.get(f"{OBJECTS}/contacts/{one}"), http.get(f"/crm/objects/{date}/contacts/{one}")

    assert dated.pop("url") == f"https://app.hubspot.com/contacts/62515/record/0-1/{one}"
    assert dated == legacy
    assert http.get(f"/crm/properties/{date}/0-1/email") == http.get("/crm/v3/properties/contacts/email")
    assert http.get(f"/crm/owners/{date}") == http.get("/crm/v3/owners/")
    assert http.get(f"/crm/pipelines/{date}/deals") == http.get("/crm/v3/pipelines/deals")
    assert http.get(f"/crm/objects/{date}/contacts/{one}/associations/companies") == {"results": []}
    assert http.get(f"/crm/associations/{date}/contacts/companies/labels")["results"]
    assert http.get("/crm/v3/schemas") == http.get(f"/crm-object-schemas/{date}/schemas")
    assert http.get(f"/account-info/{date}/details")["portalId"] == 62515


def test_types_go_by_name_singular_and_id(http, make):
    one = make()

    assert {http.get(f"{OBJECTS}/{name}/{one}")["id"] for name in ("contacts", "contact", "0-1", "CONTACT")} == {one}
    status, body = http.refused("GET", f"{OBJECTS}/gadgets")
    assert (status, body["message"]) == (400, "Unable to infer object type from: gadgets")
