"""Claims of HubSpot's documents, one by one, that no other test here looks at."""

from __future__ import annotations

import pytest

CONTACTS = "/crm/v3/objects/contacts"
PROPERTIES = "/crm/v3/properties/contacts"
LABELS = "/crm/v4/associations/contacts/companies/labels"


@pytest.fixture
def segment(http):
    """Make a list kept by hand; return its id."""

    def make_list(name: str) -> str:
        body = {"name": name, "objectTypeId": "0-1", "processingType": "MANUAL"}
        return str(http.post("/crm/v3/lists", body)["list"]["listId"])

    return make_list


def test_a_token_nobody_can_decode_has_expired_at_the_beginning_of_time(http):
    status, body = http.refused("GET", CONTACTS, headers={"Authorization": f"Bearer {'C' + 'x' * 60}"})

    assert (status, body["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert body["context"] == {"expire time": ["1970-01-01T00:00:00Z"]}
    assert "day(s) ago" in body["message"]


def test_a_value_may_have_65536_characters_and_no_more(http, make):
    path = f"{CONTACTS}/{make()}"

    assert http.patch(path, {"properties": {"firstname": "x" * 65_536}})
    assert http.refused("PATCH", path, {"properties": {"firstname": "x" * 65_537}})[0] == 400


def test_an_address_in_use_cannot_be_written_to_another_contact(http, make):
    first, second = make(email="ada@example.com"), make(email="bob@example.com")

    status, body = http.refused("PATCH", f"{CONTACTS}/{second}", {"properties": {"email": "Ada@Example.com"}})

    assert (status, body["category"]) == (409, "CONFLICT")
    assert body["message"].endswith(f"Existing ID: {first}")


def test_a_contact_filtered_on_the_other_types_modified_property_is_never_found(make, searched):
    make()

    assert searched({"propertyName": "hs_lastmodifieddate", "operator": "GT", "value": "1000"})["total"] == 0


def test_nothing_is_sensitive(http):
    assert http.get(f"{PROPERTIES}?dataSensitivity=sensitive") == {"results": []}
    assert http.get(f"{PROPERTIES}?dataSensitivity=non_sensitive")["results"]


def test_properties_are_listed_as_version_2_did(http):
    rows = http.get("/properties/v2/contact/properties")

    assert {"email", "lastmodifieddate"} <= {row["name"] for row in rows}


@pytest.mark.parametrize(
    "name",
    ["products", "line_items", "quotes", "leads", "communications", "postal_mail", "feedback_submissions", "0-53"],
)
def test_every_portal_has_the_other_standard_objects_in_both_families(http, name):
    assert http.get(f"/crm/v3/objects/{name}?limit=100") == {"results": []}
    assert http.get(f"/crm/objects/2026-09/{name}") == {"results": []}
    assert {row["name"] for row in http.get(f"/crm/v3/properties/{name}")["results"]} >= {"hs_object_id"}


def test_a_label_is_renamed_seen_from_both_ends(http):
    made = http.post(LABELS, {"label": "Payer", "inverseLabel": "Paid by", "name": "payer"})["results"]
    type_id = made[0]["typeId"]

    answer = http.ask("PUT", LABELS, {"associationTypeId": type_id, "label": "Buyer", "inverseLabel": "Bought by"})

    assert answer.status == 204
    assert "Buyer" in {row["label"] for row in http.get(LABELS)["results"]}
    there = http.get("/crm/v4/associations/companies/contacts/labels")["results"]
    assert "Bought by" in {row["label"] for row in there}


def test_hubspots_own_types_of_links_cannot_be_renamed(http):
    assert http.refused("PUT", LABELS, {"associationTypeId": 279, "label": "Mine"})[0] == 404


def test_schemas_are_read_in_batches(http):
    body = http.post("/crm-object-schemas/2026-03/schemas/batch/read", {"inputs": [{"id": "0-1"}, {"id": "2-3465404"}]})

    assert [row["objectTypeId"] for row in body["results"]] == ["0-1", "2-3465404"]


def test_a_list_is_found_by_name_renamed_and_emptied(http, segment, make):
    number, contact = segment("Friends"), make()
    http.ask("PUT", f"/crm/v3/lists/{number}/memberships/add", [contact])

    found = http.get("/crm/lists/2026-03/object-type-id/0-1/name/Friends")["list"]
    renamed = http.ask("PUT", f"/crm/v3/lists/{number}/update-list-name?listName=Foes").json()["updatedList"]
    emptied = http.ask("DELETE", f"/crm/v3/lists/{number}/memberships").status

    assert (found["listId"], found["size"], renamed["name"], emptied) == (number, 1, "Foes", 204)
    assert http.get(f"/crm/v3/lists/{number}/memberships")["results"] == []


def test_lists_are_searched_in_the_order_asked_for(http, segment):
    names = [segment(name) for name in ("b", "c", "a")]

    def found(sort: str) -> list[str]:
        return [row["listId"] for row in http.post("/crm/v3/lists/search", {"sort": sort, "count": 500})["lists"]]

    assert found("-HS_LIST_ID") == names[::-1]
    assert found("HS_LIST_NAME") == [names[2], names[0], names[1]]
    assert http.refused("POST", "/crm/v3/lists/search", {"sort": "SIDEWAYS"})[0] == 400
    assert http.refused("POST", "/crm/v3/lists/search", {"offset": 10_000})[0] == 400


def test_members_are_taken_over_from_another_list(http, segment, make):
    source, target, contact = segment("From"), segment("To"), make()
    http.ask("PUT", f"/crm/v3/lists/{source}/memberships/add", [contact])

    assert http.ask("PUT", f"/crm/v3/lists/{target}/memberships/add-from/{source}").status == 204

    assert [row["recordId"] for row in http.get(f"/crm/v3/lists/{target}/memberships")["results"]] == [contact]


def test_ids_of_lists_and_pipelines_are_not_given_out_twice(http, segment):
    first, second = segment("One"), segment("Two")
    http.ask("DELETE", f"/crm/v3/lists/{first}")
    stages = [{"label": "Open", "displayOrder": 0, "metadata": {"probability": "0.1"}}]
    ids = [
        http.post("/crm/v3/pipelines/deals", {"label": name, "displayOrder": 1, "stages": stages})["id"]
        for name in ("North", "South")
    ]
    http.ask("DELETE", f"/crm/v3/pipelines/deals/{ids[0]}")

    third = http.post("/crm/v3/pipelines/deals", {"label": "West", "displayOrder": 1, "stages": stages})["id"]

    assert segment("Three") not in {first, second}
    assert third not in ids


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/crm/v3/owners/?limit=501", None),
        ("GET", f"{CONTACTS}?limit=51&propertiesWithHistory=email", None),
        ("GET", f"{CONTACTS}/Ada?idProperty=firstname", None),
        ("POST", f"{CONTACTS}/search", {"after": "9900", "limit": 200}),
        ("POST", f"{CONTACTS}/search", {"query": "x" * 3001}),
        ("POST", "/crm/v3/objects/notes/merge", {"primaryObjectId": "1", "objectIdToMerge": "2"}),
        ("DELETE", f"{PROPERTIES}/email", None),
    ],
)
def test_what_lies_beyond_a_limit_is_refused_as_invalid(http, method, path, body):
    status, told = http.refused(method, path, body)

    assert (status, told["category"]) == (400, "VALIDATION_ERROR")
