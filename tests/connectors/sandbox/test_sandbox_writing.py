"""Creates, updates, batches: what is accepted, refused, and what moves the last-modified property."""

from __future__ import annotations

import json
from typing import Any

import pytest

OBJECTS = "/crm/v3/objects"


def _traced(inputs: list[Any]) -> list[Any]:
    return [{**row, "objectWriteTraceId": f"t{place}"} for place, row in enumerate(inputs)]


def _modified(http, one: str, kind: str = "contacts") -> str:
    return str(http.get(f"{OBJECTS}/{kind}/{one}")["updatedAt"])


def _refusal(http, one: str, **properties: object) -> str:
    status, body = http.refused("PATCH", f"{OBJECTS}/contacts/{one}", {"properties": properties})
    assert (status, body["category"]) == (400, "VALIDATION_ERROR")
    listed = json.loads(body["message"].removeprefix("Property values were not valid: "))
    assert [row["name"] for row in listed] == list(properties)
    assert body["errors"][0]["context"]["propertyName"] == [listed[0]["name"]]
    return str(listed[0]["error"])


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"no_such": "1"}, "PROPERTY_DOESNT_EXIST"),
        ({"lifecyclestage": "king"}, "INVALID_OPTION"),
        ({"lifecyclestage": "Lead"}, "INVALID_OPTION"),  # the value counts, not the label
        ({"hubspot_owner_id": "77"}, "INVALID_OPTION"),
        ({"email": "not an address"}, "INVALID_EMAIL"),
        ({"closedate": "soon"}, "INVALID_LONG"),
        ({"createdate": "2026-01-01"}, "READ_ONLY_VALUE"),
        ({"hs_email_last_open_date": "2026-01-01"}, "READ_ONLY_VALUE"),
        ({"associatedcompanyid": "1"}, "READ_ONLY_VALUE"),
        ({"city": "x" * 65_537}, "VALUE_TOO_LONG"),
    ],
)
def test_a_bad_value_is_refused_by_name_inside_the_message(http, make, values, code):
    assert _refusal(http, make(), **values) == code


@pytest.mark.parametrize("value", ["1,000", "1.2.3", "many"])
def test_a_bad_number_is_refused(http, make, value):
    one = make("companies", name="Acme")

    status, body = http.refused("PATCH", f"{OBJECTS}/companies/{one}", {"properties": {"numberofemployees": value}})

    assert (status, body["errors"][0]["code"]) == (400, "INVALID_INTEGER")


def test_blanks_around_options_and_numbers_are_let_in(http, make):
    one = make("companies", name="Acme", numberofemployees=" 12 ", industry="RETAIL ")

    properties = http.get(f"{OBJECTS}/companies/{one}?properties=numberofemployees,industry")["properties"]

    assert (properties["numberofemployees"], properties["industry"]) == (" 12 ", "RETAIL ")


def test_dates_come_in_many_forms_and_go_out_as_iso(http, make):
    http.post(
        "/crm/v3/properties/contacts",
        {"name": "joined", "label": "J", "type": "date", "fieldType": "date", "groupName": "contactinformation"},
    )
    one = make(firstname="a", joined="1767225600000", closedate="2026-01-01T12:00:00+01:00")

    properties = http.get(f"{OBJECTS}/contacts/{one}?properties=joined,closedate")["properties"]

    assert properties["joined"] == "2026-01-01"
    assert properties["closedate"] == "2026-01-01T11:00:00.000Z"
    assert _refusal(http, one, joined="1767225600001") == "INVALID_DATE"


def test_a_leading_semicolon_appends_to_a_multiple_choice(http, make):
    one = make(firstname="a", hs_buying_role="BLOCKER")

    http.patch(f"{OBJECTS}/contacts/{one}", {"properties": {"hs_buying_role": ";CHAMPION;BLOCKER"}})
    appended = http.get(f"{OBJECTS}/contacts/{one}?properties=hs_buying_role")["properties"]["hs_buying_role"]
    http.patch(f"{OBJECTS}/contacts/{one}", {"properties": {"hs_buying_role": "CHAMPION"}})
    replaced = http.get(f"{OBJECTS}/contacts/{one}?properties=hs_buying_role")["properties"]["hs_buying_role"]

    assert (appended, replaced) == ("BLOCKER;CHAMPION", "CHAMPION")


def test_the_life_cycle_goes_forward_only_until_it_is_cleared(http, make):
    one = make(firstname="a", lifecyclestage="customer")

    def stage_after(value: str) -> str:
        http.patch(f"{OBJECTS}/contacts/{one}", {"properties": {"lifecyclestage": value}})
        return str(http.get(f"{OBJECTS}/contacts/{one}?properties=lifecyclestage")["properties"]["lifecyclestage"])

    assert [stage_after(value) for value in ("lead", "", "lead")] == ["customer", "", "lead"]


@pytest.mark.parametrize("kind", ["contacts", "companies", "deals", "tickets", "notes"])
def test_a_new_record_needs_its_required_properties(http, kind):
    status, body = http.refused("POST", f"{OBJECTS}/{kind}", {"properties": {"hubspot_owner_id": ""}})

    assert (status, body["category"]) == (400, "VALIDATION_ERROR")
    assert body["context"]["properties"]


def test_a_contact_with_a_known_address_is_a_conflict_and_a_company_with_a_known_domain_is_not(http, make):
    one = make(email="ada@example.com")
    make("companies", name="Acme", domain="acme.example")
    make("companies", name="Acme", domain="acme.example")

    status, body = http.refused("POST", f"{OBJECTS}/contacts", {"properties": {"email": "ADA@example.com "}})

    assert (status, body["category"], body["message"]) == (
        409,
        "CONFLICT",
        f"Contact already exists. Existing ID: {one}",
    )


def test_a_freed_address_may_be_taken_again(http, make):
    one = make(email="ada@example.com")
    http.patch(f"{OBJECTS}/contacts/{one}", {"properties": {"email": "countess@example.com"}})
    second = make(email="ada@example.com")
    http.ask("DELETE", f"{OBJECTS}/contacts/{second}")

    assert make(email="ada@example.com") not in {one, second}


def test_a_unique_property_names_records_and_admits_no_second(http, make):
    one = make("p62515_subscription", subscription_name="Gold", subscription_key="k1")

    by_key = http.get(f"{OBJECTS}/subscription/k1?idProperty=subscription_key")
    status, _ = http.refused(
        "POST", f"{OBJECTS}/2-3465404", {"properties": {"subscription_name": "x", "subscription_key": "k1"}}
    )

    assert by_key["id"] == one
    assert status == 409


def test_writes_move_the_last_modified_property_and_associations_do_not(http, make, sandbox):
    sandbox.call(sandbox.world.clock.freeze)
    one, company = make(), make("companies", name="Acme")
    before = _modified(http, one)
    http.control("clock", {"shift_s": 5})

    http.ask("PUT", f"/crm/v4/objects/contacts/{one}/associations/default/companies/{company}")
    after_link = _modified(http, one)
    http.patch(f"{OBJECTS}/contacts/{one}", {"properties": {"city": "Bern"}})
    after_write = _modified(http, one)

    assert after_link == before
    assert after_write > before


def test_a_logged_call_moves_the_contact_and_tells_when(http, make, sandbox):
    sandbox.call(sandbox.world.clock.freeze)
    one = make()
    before = _modified(http, one)
    http.control("clock", {"shift_s": 5})

    http.post(
        f"{OBJECTS}/calls",
        {
            "properties": {"hs_timestamp": "2026-01-01T10:00:00Z"},
            "associations": [
                {"to": {"id": one}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 194}]}
            ],
        },
    )

    properties = http.get(f"{OBJECTS}/contacts/{one}?properties=notes_last_contacted")["properties"]
    assert properties["notes_last_contacted"] == "2026-01-01T10:00:00.000Z"
    assert properties["lastmodifieddate"] > before


def test_batch_update_leaves_merged_away_ids_out_without_a_word(http, make):
    one, two, three = make(email="a@example.com"), make(email="b@example.com"), make(email="c@example.com")
    merged = http.post(f"{OBJECTS}/contacts/merge", {"primaryObjectId": one, "objectIdToMerge": two})["id"]

    body = http.post(
        f"{OBJECTS}/contacts/batch/update",
        {"inputs": [{"id": each, "properties": {"city": "Bern"}} for each in (one, three)]},
    )
    single = http.patch(f"{OBJECTS}/contacts/{two}", {"properties": {"city": "Basel"}})

    assert [row["id"] for row in body["results"]] == [three]
    assert "errors" not in body
    assert (single["id"], single["properties"]["city"]) == (merged, "Basel")


def test_batch_update_reports_missing_ids_with_their_trace(http, make):
    one = make()

    answer = http.ask(
        "POST", f"{OBJECTS}/contacts/batch/update",
        {"inputs": [{"id": one, "objectWriteTraceId": "t1", "properties": {"city": "Bern"}},
                    {"id": "5", "objectWriteTraceId": "t2", "properties": {"city": "Bern"}}]},
    )  # fmt: skip
    body = answer.json()

    assert answer.status == 207
    assert body["results"][0]["objectWriteTraceId"] == "t1"
    assert body["errors"][0]["context"] == {"ids": ["5"], "objectWriteTraceId": ["t2"]}


def test_batch_update_refuses_duplicate_ids_whole(http, make):
    one = make()
    inputs = [{"id": one, "properties": {"city": "Bern"}}] * 2

    status, body = http.refused("POST", f"{OBJECTS}/contacts/batch/update", {"inputs": inputs})

    assert status == 400
    assert body["message"] == f"Duplicate IDs found in batch input: [{one}]. IDs must be unique"
    assert body["context"] == {"ids": [one]}


@pytest.mark.parametrize("is_traced", [True, False])
def test_one_bad_value_refuses_the_whole_batch_unless_every_row_is_traced(http, make, is_traced):
    good, bad = make(email="a@example.com"), make(email="b@example.com")
    inputs: list[Any] = [
        {"id": good, "properties": {"city": "Bern"}},
        {"id": bad, "properties": {"lifecyclestage": "king"}},
    ]
    if is_traced:
        inputs = _traced(inputs)

    answer = http.ask("POST", f"{OBJECTS}/contacts/batch/update", {"inputs": inputs})
    city = http.get(f"{OBJECTS}/contacts/{good}?properties=city")["properties"]["city"]

    assert (answer.status, city) == ((207, "Bern") if is_traced else (400, None))
    if is_traced:
        assert answer.json()["errors"][0]["context"]["objectWriteTraceId"] == ["t1"]


@pytest.mark.parametrize("is_traced", [True, False])
def test_batch_create_is_all_or_nothing_unless_every_row_is_traced(http, make, is_traced):
    make(email="a@example.com")
    inputs = [{"properties": {"email": address}} for address in ("a@example.com", "b@example.com")]
    if is_traced:
        inputs = _traced(inputs)

    answer = http.ask("POST", f"{OBJECTS}/contacts/batch/create", {"inputs": inputs})

    assert answer.status == (207 if is_traced else 409)
    assert len(http.get(f"{OBJECTS}/contacts")["results"]) == (2 if is_traced else 1)


def test_too_many_inputs_are_refused(http):
    inputs = [{"id": str(number), "properties": {}} for number in range(101)]

    for what in ("update", "create", "upsert", "archive"):
        assert http.refused("POST", f"{OBJECTS}/contacts/batch/{what}", {"inputs": inputs})[0] == 400


def test_a_purged_contact_leaves_no_trace(http, make):
    one = make(email="ada@example.com")

    http.post(f"{OBJECTS}/contacts/gdpr-delete", {"objectId": "ada@example.com", "idProperty": "email"})

    assert http.refused("GET", f"{OBJECTS}/contacts/{one}")[0] == 404
    assert http.get(f"{OBJECTS}/contacts?archived=true")["results"] == []


def test_options_given_replace_the_list_and_a_boolean_needs_its_two(http):
    at = "/crm/v3/properties/contacts"
    base = {"label": "L", "groupName": "contactinformation"}
    options = [{"value": "a", "label": "A", "hidden": False}, {"value": "b", "label": "B", "hidden": False}]
    http.post(at, {**base, "name": "pick", "type": "enumeration", "fieldType": "select", "options": options})

    kept = http.patch(f"{at}/pick", {"label": "Pick"})
    replaced = http.patch(f"{at}/pick", {"options": options[:1]})
    status, twice = http.refused("POST", at, {**base, "name": "pick", "type": "string", "fieldType": "text"})
    _, boolean = http.refused("POST", at, {**base, "name": "yes", "type": "bool", "fieldType": "booleancheckbox"})

    assert [len(it["options"]) for it in (kept, replaced)] == [2, 1]
    assert (status, twice["category"], twice["subCategory"]) == (
        409,
        "OBJECT_ALREADY_EXISTS",
        "Properties.PROPERTY_WITH_NAME_EXISTS",
    )
    assert boolean["errors"][0]["code"] == "INVALID_BOOLEAN_OPTION"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{OBJECTS}/contacts", [1]),
        (f"{OBJECTS}/contacts", {"properties": [1]}),
        (f"{OBJECTS}/contacts", {"properties": {"firstname": "x"}, "associations": ["x"]}),
        (f"{OBJECTS}/contacts/batch/create", {"inputs": "x"}),
        (f"{OBJECTS}/contacts/batch/update", {"inputs": [{"id": "1"}, 2]}),
        (f"{OBJECTS}/contacts/search", {"properties": ["email"], "limit": "x"}),
        ("/crm/v4/associations/contacts/companies/batch/create", {"inputs": [1]}),
        ("/crm/v3/properties/contacts", {"name": "x", "type": "enumeration", "fieldType": "select", "options": [{}]}),
        ("/crm/v3/lists/search", {"count": "x"}),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused(http, path, body):
    status, answer = http.refused("POST", path, body)

    assert (status, answer["category"]) == (400, "VALIDATION_ERROR")
