"""What a client gets wrong is refused as HubSpot does, whole and in its words, and nothing is half done."""

from __future__ import annotations

import pytest
from hubspot.crm import AssociationType

CONTACTS = "/crm/v3/objects/contacts"
_NOBODY = [{"to": {"id": "5"}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}]}]
#: What the official library calls the ends of its types of association.
_ENDS = {
    "CONTACT": "0-1", "COMPANY": "0-2", "DEAL": "0-3", "TICKET": "0-5", "LINE_ITEM": "0-8", "QUOTE": "0-14",
    "FEEDBACK_SUBMISSION": "0-19", "TASK": "0-27", "NOTE": "0-46", "MEETING": "0-47", "CALL": "0-48", "EMAIL": "0-49",
    "POSTAL_MAIL": "0-116",
}  # fmt: skip


def test_paths_nobody_answers_get_the_servers_own_page(http):
    unknown = http.ask("GET", "/crm/v3/nothing")
    wrong_method = http.ask("PUT", CONTACTS)

    assert (unknown.status, wrong_method.status) == (404, 405)
    assert b"<title>Error 404 Not Found</title>" in unknown.data
    assert unknown.headers["Content-Type"].startswith("text/html")


def test_an_id_that_cannot_be_one_is_told_apart_from_one_that_nobody_has(http):
    _, nobody = http.refused("GET", f"{CONTACTS}/999")
    status, impossible = http.refused("PATCH", f"{CONTACTS}/abc", {"properties": {"city": "Bern"}})

    assert (nobody["message"], nobody["category"]) == ("resource not found", "OBJECT_NOT_FOUND")
    assert (status, impossible["category"], impossible["context"]) == (404, "OBJECT_NOT_FOUND", {"id": ["abc"]})
    assert impossible["message"] == "Object not found.  objectId are usually numeric."


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CONTACTS, {"properties": {"city": {"name": "Bern"}}}),
        (CONTACTS, {"properties": {"city": ["Bern"]}}),
        (CONTACTS, {"properties": {"firstname": "Ada"}, "associations": "all"}),
        (CONTACTS, {"properties": {"firstname": "Ada"}, "associations": [{"types": []}]}),
        (f"{CONTACTS}/batch/read", {"inputs": [{}]}),
        (f"{CONTACTS}/batch/update", {"inputs": [{"properties": {"city": "Bern"}}]}),
        (f"{CONTACTS}/merge", {"primaryObjectId": "1"}),
        (f"{CONTACTS}/gdpr-delete", {}),
        ("/crm/v3/properties/contacts/groups", {}),
    ],
)
def test_a_body_that_lacks_something_or_holds_what_it_must_not_is_unreadable(http, path, body):
    status, told = http.refused("POST", path, body)

    assert (status, told["category"]) == (400, "VALIDATION_ERROR")
    assert told["message"].startswith("Invalid input JSON on line 1, column 1: ")


def test_a_batch_of_creates_with_one_bad_link_makes_nobody(http):
    rows = [{"properties": {"email": "a@example.com"}}, {"properties": {"firstname": "B"}, "associations": _NOBODY}]

    assert http.refused("POST", f"{CONTACTS}/batch/create", {"inputs": rows})[0] == 404

    assert http.get(CONTACTS) == {"results": []}


def test_an_upsert_that_cannot_make_one_of_its_rows_changes_none(http):
    key = {"name": "deal_key", "label": "Key", "type": "string", "fieldType": "text", "hasUniqueValue": True}
    http.post("/crm/v3/properties/deals", {**key, "groupName": "dealinformation"})
    rows = [
        {"id": "a", "idProperty": "deal_key", "properties": {"dealname": "Big", "dealstage": "contractsent"}},
        {"id": "b", "idProperty": "deal_key", "properties": {"dealname": "Small"}},
    ]

    status, told = http.refused("POST", "/crm/v3/objects/deals/batch/upsert", {"inputs": rows})

    assert (status, told["context"]) == (400, {"properties": ["dealstage"]})
    assert http.get("/crm/v3/objects/deals") == {"results": []}


def test_a_batch_of_definitions_with_one_that_exists_defines_none(http):
    new, old = (
        {"name": name, "label": name, "type": "string", "fieldType": "text", "groupName": "contactinformation"}
        for name in ("shoe_size", "email")
    )

    status, told = http.refused("POST", "/crm/v3/properties/contacts/batch/create", {"inputs": [new, old]})

    assert (status, told["subCategory"]) == (409, "Properties.PROPERTY_WITH_NAME_EXISTS")
    assert http.ask("GET", "/crm/v3/properties/contacts/shoe_size").status == 404


def test_a_type_of_link_is_known_by_its_category_too(http, make):
    path = f"/crm/v4/objects/contacts/{make()}/associations/companies/{make('companies', name='Acme')}"

    status, told = http.refused("PUT", path, [{"associationCategory": "USER_DEFINED", "associationTypeId": 1}])

    assert (status, told["subCategory"]) == (400, "crm.associations.INVALID_ASSOCIATION_TYPE")


def test_every_type_of_link_the_official_library_names_leads_where_its_name_says(sandbox):
    types = sandbox.account.links.types

    for name, type_id in vars(AssociationType).items():
        if name.isupper():
            source, target = name.removeprefix("PRIMARY_").split("_TO_")
            assert (types[type_id].source, types[type_id].target) == (_ENDS[source], _ENDS[target]), name
            assert types[type_id].is_primary is name.startswith("PRIMARY_")


@pytest.mark.parametrize(
    ("kind", "values", "pipeline"),
    [
        ("deals", {"dealname": "Big", "dealstage": "contractsent"}, "pipeline"),
        ("tickets", {"subject": "Help", "hs_pipeline_stage": "1"}, "hs_pipeline"),
    ],
)
def test_a_pipeline_has_to_be_named_where_there_are_several(http, make, kind, values, pipeline):
    make(kind, **values)
    http.post(f"/crm/v3/pipelines/{kind}", {"label": "Second", "displayOrder": 1, "stages": [{"label": "Open"}]})

    status, told = http.refused("POST", f"/crm/v3/objects/{kind}", {"properties": values})

    assert (status, told["context"]) == (400, {"properties": [pipeline]})


def test_a_pipeline_that_records_stand_in_goes_only_unasked(http, make):
    make("deals", dealname="Big", dealstage="contractsent")
    path = "/crm/v3/pipelines/deals/default"

    status, told = http.refused("DELETE", f"{path}?validateReferencesBeforeDelete=true")

    assert (status, told["subCategory"]) == (400, "PipelineError.STAGE_ID_IN_USE")
    assert http.ask("DELETE", path).status == 204


def test_a_stage_knows_whether_it_is_closed(http):
    rows = [
        {"label": label, "metadata": {"probability": chance}} for label, chance in (("Open", "0.4"), ("Won", "1.0"))
    ]
    made = http.post("/crm/v3/pipelines/deals", {"label": "Second", "displayOrder": 1, "stages": rows})

    assert [stage["metadata"]["isClosed"] for stage in made["stages"]] == ["false", "true"]


@pytest.mark.parametrize(
    ("family", "is_lenient", "status"),
    [("/crm/objects/2026-09", True, 400), ("/crm/objects/2026-03", True, 200), ("/crm/v3/objects", False, 400)],
)
def test_writes_are_held_to_what_the_admin_has_made_required(http, make, family, is_lenient, status):
    contact = make(firstname="Ada")
    rule = {"object": "contacts", "needs": ["hubspot_owner_id", "city"], "when": {"lifecyclestage": "lead"}}
    http.control("settings", {"write_rules": [rule], "readings": {"older_paths_hold_to_write_rules": not is_lenient}})
    body = {"properties": {"lifecyclestage": "lead", "city": "Bern"}}

    answer = http.ask("PATCH", f"{family}/contacts/{contact}", body)

    assert answer.status == status
    if status == 400:
        assert answer.json()["context"] == {"properties": ["hubspot_owner_id"]}
    # A write that leaves the rule alone is none of its business.
    other = http.ask("PATCH", f"{family}/contacts/{make(firstname='Bo')}", {"properties": {"city": "Basel"}})
    assert other.status == 200


def test_what_the_form_requires_is_required_of_new_records_only(http, make):
    old = make(firstname="Ada")
    http.control("settings", {"write_rules": [{"object": "contacts", "needs": ["phone"], "on": "create"}]})
    people = [{"firstname": "Bo"}, {"firstname": "Cy", "phone": "1"}]
    rows = [{"objectWriteTraceId": str(place), "properties": row} for place, row in enumerate(people)]

    batch = http.ask("POST", f"{CONTACTS}/batch/create", {"inputs": rows}).json()

    assert [row["properties"]["firstname"] for row in batch["results"]] == ["Cy"]
    assert batch["errors"][0]["context"] == {"properties": ["phone"], "objectWriteTraceId": ["0"]}
    assert http.ask("PATCH", f"{CONTACTS}/{old}", {"properties": {"city": "Bern"}}).status == 200


def test_searches_and_days_that_are_used_up_name_the_request(http):
    http.control("clock", {"freeze": True})
    http.control("settings", {"tier": "pro"})

    bodies = [http.ask("POST", f"{CONTACTS}/search", {}).json() for _ in range(6)]
    http.control("settings", {"spend": 700_000})
    daily = http.ask("GET", CONTACTS).json()

    assert (bodies[-1]["policyName"], daily["policyName"]) == ("SECONDLY", "DAILY")
    assert all(body["requestId"] for body in (bodies[-1], daily))
    assert "groupName" not in daily


@pytest.mark.parametrize("is_traced", [False, True])
def test_two_records_of_one_batch_cannot_take_one_address(http, make, is_traced):
    ids = [make(email=f"{name}@example.com") for name in "ab"]
    rows = [{"id": one, "properties": {"email": "Same@example.com", "city": "Bern"}} for one in ids]
    if is_traced:
        rows = [{**row, "objectWriteTraceId": str(place)} for place, row in enumerate(rows)]

    answer = http.ask("POST", f"{CONTACTS}/batch/update", {"inputs": rows})

    emails = [record["properties"]["email"] for record in http.get(CONTACTS)["results"]]
    if is_traced:
        assert (answer.status, [row["id"] for row in answer.json()["results"]]) == (207, ids[:1])
        assert emails == ["same@example.com", "b@example.com"]
    else:
        assert (answer.status, emails) == (400, ["a@example.com", "b@example.com"])


@pytest.mark.parametrize(
    ("verb", "rows"),
    [
        ("create", [{"properties": {"email": one}} for one in ("a@example.com", "A@example.com")]),
        (
            "upsert",
            [{"id": one, "idProperty": "email", "properties": {}} for one in ("a@example.com", "A@example.com")],
        ),
        ("upsert", [{"id": one, "idProperty": "email", "properties": {}} for one in ("a@example.com", "no address")]),
    ],
)
def test_a_batch_that_cannot_be_done_whole_makes_nobody(http, verb, rows):
    assert http.refused("POST", f"{CONTACTS}/batch/{verb}", {"inputs": rows})[0] == 400

    assert http.get(CONTACTS) == {"results": []}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/crm/v3/pipelines/deals", {"label": "x", "stages": "one"}),
        ("/crm/v4/associations/contacts/deals/batch/archive", {"inputs": [{"from": {"id": "1"}, "to": 1.5}]}),
        ("/crm/v3/schemas/batch/read", {"inputs": ["0-1"]}),
        ("/crm/v3/lists/search", {"listIds": -1}),
        ("/crm/v3/properties/contacts", {"name": "x", "type": "string", "fieldType": "text", "displayOrder": "first"}),
    ],
)
def test_values_of_another_type_than_they_must_be_are_refused(http, path, body):
    status, told = http.refused("POST", path, body)

    assert (status, told["category"]) == (400, "VALIDATION_ERROR")
    assert told["message"].startswith("Invalid input JSON on line 1, column 1: Cannot deserialize value")


def test_digits_of_other_kinds_are_no_ids(http):
    assert http.refused("GET", f"{CONTACTS}/%C2%B2")[0] == 404
    assert http.refused("GET", f"{CONTACTS}?limit=%C2%B2")[0] == 400
    assert http.ask("DELETE", f"{CONTACTS}/%C2%B2").status == 204
