"""What an administrator set up: rules, permissions, assignment, locks, histories."""

from __future__ import annotations

ALLOW = {"Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=false; runAsCurrentUser=true"}
ADA = {"FirstName": "Ada", "LastName": "Lovelace", "Email": "ada@example.com"}
QUIET = {"Sforce-Auto-Assign": "FALSE"}


def test_a_validation_rule_refuses_with_its_own_words(org):
    org.set(validation_rules=[
        {"object": "Contact", "field": "Phone", "must_match": r"\+\d+", "message": "Phone must be E.164"}
    ])  # fmt: skip
    one = org.create("Contact", LastName="Lovelace")

    answer = org.ask("PATCH", f"/sobjects/Contact/{one}", {"Phone": "0123"})

    assert answer.status == 400
    assert answer.json() == [
        {"message": "Phone must be E.164", "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "fields": ["Phone"]}
    ]
    assert org.ask("PATCH", f"/sobjects/Contact/{one}", {"Phone": "+123"}).status == 204


def test_a_duplicate_is_named_and_saved_where_the_header_allows_it(org):
    first = org.create("Contact", **ADA)

    answer = org.ask("POST", "/sobjects/Contact", ADA)
    allowed = org.ask("POST", "/sobjects/Contact", ADA, headers=ALLOW)

    error = answer.json()[0]
    assert (answer.status, error["errorCode"], error["message"]) == (
        400, "DUPLICATES_DETECTED", "Use one of these records?",
    )  # fmt: skip
    result = error["duplicateResult"]
    assert result["allowSave"] is True
    assert result["duplicateRule"] == "Standard_Contact_Duplicate_Rule"
    assert result["matchResults"][0]["matchRecords"][0]["record"]["Id"] == first
    assert allowed.status == 201


def test_a_blocking_rule_stops_updates_too_whatever_the_header_says(org):
    rule = {"name": "Strict", "object": "Contact", "matching_rule": "Exact", "keys": [["Email"]], "action": "Block",
            "on_update": True}  # fmt: skip
    org.set(duplicate_rules=[rule])
    org.create("Contact", **ADA)
    other = org.create("Contact", LastName="Byron")

    answer = org.ask("PATCH", f"/sobjects/Contact/{other}", {"Email": "ADA@example.com"}, headers=ALLOW)

    assert answer.status == 400
    assert answer.json()[0]["duplicateResult"]["allowSave"] is False


def test_in_collections_a_duplicate_names_nobody(org):
    org.create("Contact", **ADA)

    told = org.ask("POST", "/composite/sobjects", {"records": [{"attributes": {"type": "Contact"}, **ADA}]}).json()

    assert told[0]["errors"] == [
        {"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these records?", "fields": []}
    ]


def test_an_update_without_the_header_changes_the_owner_of_a_lead(org):
    admin = org.query("SELECT Id FROM User WHERE Username LIKE 'admin%'")["records"][0]["Id"]
    org.set(assignment_rules=[{"object": "Lead", "owner": admin}])
    one = org.create("Lead", LastName="Lovelace", Company="Engines")
    mine = org.get(f"/sobjects/Lead/{one}")["OwnerId"]

    org.ask("PATCH", f"/sobjects/Lead/{one}", {"Title": "a"}, headers=QUIET)
    quiet = org.get(f"/sobjects/Lead/{one}")["OwnerId"]
    org.ask("PATCH", f"/sobjects/Lead/{one}", {"Title": "b"})

    assert quiet == mine
    assert org.get(f"/sobjects/Lead/{one}")["OwnerId"] == admin


def test_a_hidden_field_is_nowhere(org):
    one = org.create("Contact", LastName="Lovelace")
    org.set(permissions={"hide": ["Contact.HasOptedOutOfEmail"], "read_only": ["Contact.Phone"]})

    fields = {field["name"]: field for field in org.get("/sobjects/Contact/describe")["fields"]}
    queried = org.refused("GET", "/query?q=SELECT%20HasOptedOutOfEmail%20FROM%20Contact")
    written = org.refused("PATCH", f"/sobjects/Contact/{one}", {"HasOptedOutOfEmail": True})
    locked = org.refused("PATCH", f"/sobjects/Contact/{one}", {"Phone": "1"})

    assert "HasOptedOutOfEmail" not in fields
    assert fields["Phone"]["updateable"] is False
    assert queried[:2] == (400, "INVALID_FIELD")
    assert "No such column 'HasOptedOutOfEmail' on entity 'Contact'" in queried[2]
    assert written[1] == "INVALID_FIELD"
    assert locked[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert "HasOptedOutOfEmail" not in org.get(f"/sobjects/Contact/{one}")


def test_a_hidden_object_is_nowhere_and_a_read_only_one_is_not_written(org):
    org.set(permissions={"hide_objects": ["Lead"], "read_only_objects": ["Case"]})

    assert "Lead" not in {it["name"] for it in org.get("/sobjects")["sobjects"]}
    assert org.refused("GET", "/query?q=SELECT%20Id%20FROM%20Lead")[1] == "INVALID_TYPE"
    assert org.refused("POST", "/sobjects/Case", {"Subject": "x"})[0] in {400, 403}


def test_without_view_all_only_own_records_are_there(org):
    org.act("create", "Contact", properties={"LastName": "Theirs"})
    org.create("Contact", LastName="Mine")

    org.set(permissions={"view_all": False})

    assert [row["LastName"] for row in org.query("SELECT LastName FROM Contact")["records"]] == ["Mine"]


def test_a_locked_parent_locks_its_children_for_a_while(org):
    account = org.create("Account", Name="Acme")
    one = org.create("Contact", LastName="Lovelace", AccountId=account)
    org.set(locks={"ids": [account], "seconds": 10})

    locked = org.refused("PATCH", f"/sobjects/Contact/{one}", {"Title": "x"})
    org.control("clock", {"shift_s": 11})

    assert locked[:2] == (400, "UNABLE_TO_LOCK_ROW")
    assert account in locked[2]
    assert org.ask("PATCH", f"/sobjects/Contact/{one}", {"Title": "x"}).status == 204


def test_tracked_fields_leave_a_history_and_ids_come_twice(org):
    account = org.create("Account", Name="Acme")
    one = org.create("Contact", LastName="Lovelace", Phone="1")

    org.ask("PATCH", f"/sobjects/Contact/{one}", {"Phone": "2", "AccountId": account, "Department": "untracked"})

    rows = org.query(f"SELECT Field, OldValue, NewValue, CreatedById FROM ContactHistory WHERE ContactId = '{one}'")
    told = [(row["Field"], row["OldValue"], row["NewValue"]) for row in rows["records"]]
    assert told == [("Phone", "1", "2"), ("Account", None, "Acme"), ("Account", None, account)]


def test_a_new_address_takes_the_bounce_of_the_old_one_away(org):
    one = org.create("Contact", **ADA)
    org.act("update", "Contact", id=one, raw=True, properties={
        "EmailBouncedDate": "2026-01-01T00:00:00Z", "EmailBouncedReason": "550",
    })  # fmt: skip
    bounced = org.get(f"/sobjects/Contact/{one}")["IsEmailBounced"]

    org.ask("PATCH", f"/sobjects/Contact/{one}", {"Email": "ada@example.org"})

    told = org.get(f"/sobjects/Contact/{one}")
    assert bounced is True
    assert (told["IsEmailBounced"], told["EmailBouncedReason"]) == (False, None)


def test_person_accounts_show_in_describe_once_they_are_switched_on(org):
    before = {field["name"] for field in org.get("/sobjects/Account/describe")["fields"]}
    one = org.create("Account", Name="Acme")

    org.set(person_accounts=True)

    fields = {field["name"] for field in org.get("/sobjects/Account/describe")["fields"]}
    assert "IsPersonAccount" not in before
    assert {"IsPersonAccount", "PersonEmail", "PersonContactId"} <= fields
    assert org.get(f"/sobjects/Account/{one}")["IsPersonAccount"] is False


def test_a_person_account_has_a_contact_behind_it_and_takes_no_other_name(org):
    org.set(person_accounts=True)
    one = org.create("Account", FirstName="Ada", LastName="Lovelace", PersonEmail="ada@example.com")

    told = org.get(f"/sobjects/Account/{one}")
    contact = org.get(f"/sobjects/Contact/{told['PersonContactId']}")
    refused = org.refused("PATCH", f"/sobjects/Account/{one}", {"Name": "Acme"})

    assert (told["IsPersonAccount"], told["Name"]) == (True, "Ada Lovelace")
    assert (contact["Email"], contact["IsPersonAccount"], contact["AccountId"]) == ("ada@example.com", True, one)
    assert refused[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    types = org.query(f"SELECT RecordType.DeveloperName FROM Account WHERE Id = '{one}'")["records"]
    assert types[0]["RecordType"]["DeveloperName"] == "PersonAccount"
