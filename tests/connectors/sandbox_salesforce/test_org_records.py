"""One record at a time."""

from __future__ import annotations

import pytest

MISSING = "0035g0000009zzzAAA"


def test_a_new_record_has_its_audit_fields_and_its_whole_name(org):
    one = org.create("Contact", FirstName="Ada", LastName="Lovelace", MailingCity="London", MailingCountry="GB")

    told = org.get(f"/sobjects/Contact/{one[:15]}")

    assert told["attributes"] == {"type": "Contact", "url": f"/services/data/v66.0/sobjects/Contact/{one}"}
    assert told["Name"] == "Ada Lovelace"
    assert told["MailingAddress"]["city"] == "London"
    assert told["OtherAddress"] is None
    assert told["IsDeleted"] is False
    assert told["CreatedDate"] == told["SystemModstamp"]
    assert told["SystemModstamp"].endswith(".000+0000")


def test_an_update_changes_what_is_named_and_null_clears(org):
    one = org.create("Contact", LastName="Lovelace", Phone="1", Title="Analyst")

    answer = org.ask("PATCH", f"/sobjects/Contact/{one}", {"Phone": None, "Title": "Countess"})

    assert (answer.status, answer.data) == (204, b"")
    told = org.get(f"/sobjects/Contact/{one}?fields=Phone,Title,LastName")
    assert (told["Phone"], told["Title"], told["LastName"]) == (None, "Countess", "Lovelace")


def test_who_wrote_last_is_the_user_of_the_token(org):
    one = org.act("create", "Contact", properties={"LastName": "Byron"})["results"][0]["id"]

    before = org.get(f"/sobjects/Contact/{one}")["LastModifiedById"]
    org.ask("PATCH", f"/sobjects/Contact/{one}", {"Title": "Lord"})

    me = org.get("/services/oauth2/userinfo")["user_id"]
    assert before != me
    assert org.get(f"/sobjects/Contact/{one}")["LastModifiedById"] == me


@pytest.mark.parametrize(
    ("fields", "code", "named"),
    [
        ({"LastName": None}, "REQUIRED_FIELD_MISSING", ["LastName"]),
        ({"Name": "x"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["Name"]),
        ({"SystemModstamp": "2026-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["SystemModstamp"]),
        ({"Nope": "x"}, "INVALID_FIELD", None),
        ({"Phone": "1" * 41}, "STRING_TOO_LONG", ["Phone"]),
        ({"Email": "nobody"}, "INVALID_EMAIL_ADDRESS", ["Email"]),
        ({"CleanStatus": "Shiny"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["CleanStatus"]),
        ({"AccountId": "xyz"}, "MALFORMED_ID", ["AccountId"]),
        ({"ReportsToId": "0035g0000009zzzAAA"}, "INVALID_CROSS_REFERENCE_KEY", ["ReportsToId"]),
        ({"Birthdate": "tomorrow"}, "JSON_PARSER_ERROR", ["Birthdate"]),
        ({"Id": MISSING}, "INVALID_FIELD", None),
    ],
    ids=lambda it: next(iter(it)) if isinstance(it, dict) else "",
)
def test_values_a_field_cannot_take_are_refused_with_their_code(org, fields, code, named):
    one = org.create("Contact", LastName="Lovelace")

    answer = org.ask("PATCH", f"/sobjects/Contact/{one}", fields)

    assert answer.status == 400
    error = answer.json()[0]
    assert error["errorCode"] == code
    assert error.get("fields") == named
    assert org.query("SELECT Phone, Email FROM Contact")["records"][0]["Phone"] is None


def test_an_unrestricted_picklist_takes_any_value(org):
    one = org.create("Contact", LastName="Lovelace", LeadSource="A dream")

    assert org.get(f"/sobjects/Contact/{one}")["LeadSource"] == "A dream"


def test_a_field_may_come_in_any_case_and_numbers_as_text(org):
    one = org.create("Account", name="Acme", numberofemployees="250")

    told = org.get(f"/sobjects/Account/{one}")
    assert (told["Name"], told["NumberOfEmployees"]) == ("Acme", 250)


def test_required_fields_are_asked_for_together(org):
    answer = org.ask("POST", "/sobjects/Opportunity", {"Name": "Big"})

    assert answer.status == 400
    assert answer.json()[0]["message"] == "Required fields are missing: [StageName, CloseDate]"


def test_deleted_and_missing_records_differ(org):
    one = org.create("Contact", LastName="Lovelace")
    org.ask("DELETE", f"/sobjects/Contact/{one}")

    assert org.refused("GET", f"/sobjects/Contact/{one}") == (404, "ENTITY_IS_DELETED", "entity is deleted")
    assert org.refused("PATCH", f"/sobjects/Contact/{one}", {"Title": "x"})[:2] == (404, "ENTITY_IS_DELETED")
    assert org.refused("DELETE", f"/sobjects/Contact/{one}")[:2] == (404, "ENTITY_IS_DELETED")
    assert org.refused("GET", f"/sobjects/Contact/{MISSING}")[:2] == (404, "NOT_FOUND")
    assert org.refused("PATCH", f"/sobjects/Contact/{MISSING}", {"Title": "x"})[1] == "INVALID_CROSS_REFERENCE_KEY"


def test_an_upsert_creates_then_changes_then_finds_several(org):
    place = "/sobjects/Contact/Email/ada@example.com"

    made = org.ask("PATCH", place, {"LastName": "Lovelace"})
    changed = org.ask("PATCH", place, {"Title": "Countess"})
    org.act("create", "Contact", properties={"LastName": "Other", "Email": "ADA@example.com"})
    several = org.ask("PATCH", place, {"Title": "Which?"})

    assert (made.status, made.json()["created"]) == (201, True)
    assert (changed.status, changed.json()["created"]) == (200, False)
    assert made.json()["id"] == changed.json()["id"]
    assert several.status == 300
    assert len(several.json()) == 2


def test_update_only_never_creates(org):
    answer = org.ask("PATCH", "/sobjects/Contact/External_Id__c/9?updateOnly=true", {"LastName": "x"})

    assert answer.status == 404
    assert org.query("SELECT COUNT() FROM Contact")["totalSize"] == 0


def test_a_unique_value_can_be_had_once(org):
    org.create("Contact", LastName="One", External_Id__c="7")

    status, code, message = org.refused("POST", "/sobjects/Contact", {"LastName": "Two", "External_Id__c": "7"})

    assert (status, code) == (400, "DUPLICATE_VALUE")
    assert "duplicates value on record with id" in message


def test_a_parent_may_be_named_by_its_external_id(org):
    account = org.create("Account", Name="Acme", External_Id__c="acme")

    one = org.create("Contact", LastName="Lovelace", Account={"External_Id__c": "acme"})

    assert org.get(f"/sobjects/Contact/{one}")["AccountId"] == account


def test_a_conditional_update_loses_against_a_later_writer(org):
    one = org.create("Contact", LastName="Lovelace")
    read = org.ask("GET", f"/sobjects/Contact/{one}")
    condition = {"If-Unmodified-Since": read.headers["Last-Modified"]}

    same_second = org.ask("PATCH", f"/sobjects/Contact/{one}", {"Title": "x"}, headers=condition)
    org.control("clock", {"shift_s": 2})
    org.act("update", "Contact", id=one, properties={"Title": "Countess"})
    late = org.ask("PATCH", f"/sobjects/Contact/{one}", {"Title": "y"}, headers=condition)
    garbled = org.ask("PATCH", f"/sobjects/Contact/{one}", {"Title": "z"}, headers={"If-Unmodified-Since": "soon"})

    assert [same_second.status, late.status, garbled.status] == [204, 412, 400]
    assert org.get(f"/sobjects/Contact/{one}")["Title"] == "Countess"


def test_entity_tags_are_for_accounts(org):
    account, contact = org.create("Account", Name="Acme"), org.create("Contact", LastName="Lovelace")

    tag = org.ask("GET", f"/sobjects/Account/{account}").headers["ETag"]
    wrong = org.ask("PATCH", f"/sobjects/Account/{account}", {"Site": "x"}, headers={"If-Match": '"no"'})
    right = org.ask("PATCH", f"/sobjects/Account/{account}", {"Site": "x"}, headers={"If-Match": tag})

    assert (wrong.status, right.status) == (412, 204)
    assert "ETag" not in org.ask("GET", f"/sobjects/Contact/{contact}").headers


def test_a_body_that_is_no_json_is_told_so(org):
    answer = org._pool.request(
        "POST", f"{org.url}/services/data/v66.0/sobjects/Contact", body=b"{oops",
        headers={"Authorization": f"Bearer {org.token}"},
    )  # fmt: skip

    assert answer.status == 400
    assert answer.json()[0]["errorCode"] == "JSON_PARSER_ERROR"


def test_a_method_nobody_serves_is_not_allowed(org):
    assert org.refused("PUT", "/sobjects/Contact")[:2] == (405, "METHOD_NOT_ALLOWED")


def test_probability_and_forecast_follow_the_stage_unless_the_same_write_says_others(org):
    wanted = "fields=Probability,ForecastCategoryName,ForecastCategory,ExpectedRevenue"
    deal = {"Name": "Deal", "CloseDate": "2026-12-01", "Amount": 200}
    made = org.create("Opportunity", StageName="Prospecting", Probability=35, **deal)
    place = f"/sobjects/Opportunity/{made}"

    seen = []
    for change in ({}, {"Amount": 100}, {"StageName": "Negotiation/Review"}, {"ForecastCategoryName": "Best Case"}):
        org.ask("PATCH", place, change)
        seen.append([org.get(f"{place}?{wanted}")[name] for name in ("Probability", "ExpectedRevenue")])

    assert seen == [[35.0, 70.0], [35.0, 35.0], [90.0, 90.0], [90.0, 90.0]]
    assert org.get(f"{place}?{wanted}")["ForecastCategory"] == "BestCase"


def test_nobody_comes_to_stand_above_themselves(org):
    boss = org.create("Contact", LastName="Boss")
    worker = org.create("Contact", LastName="Worker", ReportsToId=boss)

    assert org.refused("PATCH", f"/sobjects/Contact/{boss}", {"ReportsToId": boss})[1] == "CIRCULAR_DEPENDENCY"
    assert org.refused("PATCH", f"/sobjects/Contact/{boss}", {"ReportsToId": worker})[1] == "CIRCULAR_DEPENDENCY"


def test_converted_lead_is_not_edited_unless_the_user_may(org):
    lead = org.create("Lead", LastName="Lovelace", Company="Acme")
    org.act("convert", "Lead", id=lead, status="Closed - Converted")

    code = org.refused("PATCH", f"/sobjects/Lead/{lead}", {"Title": "Countess"})[1]
    org.set(readings={"converted_leads_are_locked": False})

    assert code == "CANNOT_UPDATE_CONVERTED_LEAD"
    assert org.ask("PATCH", f"/sobjects/Lead/{lead}", {"Title": "Countess"}).status == 204
