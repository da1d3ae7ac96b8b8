"""Doors of the org a cleaner does not use, and other clients do: searches, layouts, passwords, relationships."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceResourceNotFound

from connectors.sandbox.salesforce import CONSUMER_KEY, CONSUMER_SECRET, PASSWORD, SECURITY_TOKEN, USERNAME


@pytest.fixture
def people(org):
    account = org.create("Account", Name="Smith Brothers", Website="https://smith.example")
    ids = {
        name: org.create("Contact", FirstName=first, LastName=name, Email=f"{name}@example.com", AccountId=account)
        for first, name in (("Ada", "Lovelace"), ("Sam", "Smith"), ("Sue", "Smithers"))
    }
    return {"account": account, **ids}


def found(told):
    return {row["Id"] for row in told["searchRecords"]}


def test_search_finds_words_wherever_they_stand(library, people):
    assert found(library.quick_search("Smith")) == {people["account"], people["Smith"]}
    assert found(library.search("FIND {smith*} IN NAME FIELDS RETURNING Contact(Id)")) == {
        people["Smith"],
        people["Smithers"],
    }
    assert found(library.search("FIND {smith* AND NOT sue} RETURNING Contact")) == {people["Smith"]}
    assert found(library.search("FIND {lovelace@example.com OR sue} IN ALL FIELDS RETURNING Contact")) == {
        people["Lovelace"],
        people["Smithers"],
    }
    assert found(library.search("FIND {Smith} IN EMAIL FIELDS RETURNING Account, Contact")) == {people["Smith"]}


def test_search_returns_what_it_is_asked_for(library, org, people):
    text = "FIND {Sm*} RETURNING Contact(LastName, Account.Name WHERE FirstName != 'Sue' ORDER BY LastName LIMIT 5)"

    (row,) = library.search(text)["searchRecords"]
    by_parts = org.get("/parameterizedSearch?q=smithers&sobject=Contact&Contact.fields=id,name&Contact.limit=10")
    by_body = {"q": "smith", "sobjects": [{"name": "Account", "fields": ["Name"]}]}

    assert (row["LastName"], row["Account"]["Name"], row["attributes"]["type"]) == (
        "Smith",
        "Smith Brothers",
        "Contact",
    )
    assert [it["Name"] for it in by_parts["searchRecords"]] == ["Sue Smithers"]
    assert org.ask("POST", "/parameterizedSearch", by_body).json()["searchRecords"][0]["Name"] == "Smith Brothers"
    assert org.refused("GET", "/search?q=Smith")[:2] == (400, "MALFORMED_SEARCH")
    assert org.refused("GET", "/search?q=FIND%20%7Ba%7D")[:2] == (400, "MALFORMED_SEARCH")
    assert org.refused("GET", "/search?q=FIND%20%7Bab%7D%20RETURNING%20Nope")[:2] == (400, "INVALID_TYPE")


def test_tooling_knows_of_no_code_and_apex_of_no_services(library):
    told = library.toolingexecute("query/?q=SELECT+Id,+Name+FROM+ApexClass")

    assert (told["size"], told["records"], told["entityTypeName"]) == (0, [], "ApexClass")
    assert library.toolingexecute("query?q=SELECT+Id+FROM+User+LIMIT+1")["size"] == 1
    with pytest.raises(SalesforceResourceNotFound, match="Could not find a match for URL"):
        library.apexecute("Anything/At/All", method="POST", data={})


def test_layouts_show_every_field(library, org):
    told = library.Contact.describe_layout("012000000000000AAA")
    whole = org.get("/sobjects/Account/describe/layouts")
    items = [item for row in told["editLayoutSections"][0]["layoutRows"] for item in row["layoutItems"]]

    assert next(item for item in items if item["label"] == "Last Name")["required"] is True
    assert whole["recordTypeMappings"][-1]["name"] == "Master"
    assert {it["name"] for it in whole["layouts"][0]["relatedLists"]} >= {"Contacts", "Opportunities"}
    assert org.get("/sobjects/Contact/describe/compactLayouts")["compactLayouts"][0]["name"] == "SYSTEM"
    assert org.refused("GET", "/sobjects/Contact/describe/layouts/012000000000001")[0] == 404


def test_password_that_was_set_is_the_one_that_opens(org, library, local):
    user = org.query(f"SELECT Id FROM User WHERE Username = '{USERNAME}'")["records"][0]["Id"]

    library.set_password(user, "another")

    assert org.get(f"/sobjects/User/{user}/password") == {"isExpired": False}
    opened = Salesforce(username=USERNAME, password="another", security_token=SECURITY_TOKEN, session=local)
    assert opened.query("SELECT Id FROM User LIMIT 1")["totalSize"] == 1
    with pytest.raises(SalesforceAuthenticationFailed):
        Salesforce(username=USERNAME, password=PASSWORD, security_token=SECURITY_TOKEN, session=local)


def test_relationships_are_walked_up_and_down(org, people):
    place = f"/sobjects/Contact/{people['Smith']}/Account"

    org.ask("PATCH", place, {"Site": "HQ"})

    assert org.get(f"{place}?fields=Name,Site")["Site"] == "HQ"
    assert org.get(f"{place}/Owner?fields=Username")["attributes"]["type"] == "User"
    below = org.get(f"/sobjects/Account/{people['account']}/Contacts?fields=LastName")
    assert (below["done"], [it["LastName"] for it in below["records"]]) == (True, ["Lovelace", "Smith", "Smithers"])
    assert org.refused("GET", f"/sobjects/Contact/{people['Smith']}/ReportsTo")[:2] == (404, "NOT_FOUND")
    assert org.refused("PATCH", f"/sobjects/Account/{people['account']}/Contacts", {})[0] == 405
    assert org.ask("DELETE", place).status == 204
    assert org.refused("GET", f"/sobjects/Account/{people['account']}")[1] == "ENTITY_IS_DELETED"


def test_children_beyond_200_are_fetched_by_their_own_locator(org, library):
    account = org.create("Account", Name="Big")
    for _ in range(2):
        rows = [{"attributes": {"type": "Contact"}, "LastName": str(it), "AccountId": account} for it in range(110)]
        library.restful("composite/sobjects", method="POST", json={"records": rows})

    (row,) = library.query("SELECT (SELECT LastName FROM Contacts) FROM Account")["records"]
    rest = library.query_more(row["Contacts"]["nextRecordsUrl"], identifier_is_url=True)

    assert (row["Contacts"]["totalSize"], row["Contacts"]["done"], len(row["Contacts"]["records"])) == (220, False, 200)
    assert (rest["done"], len(rest["records"])) == (True, 20)


def test_methods_may_be_spelled_in_other_ways(org):
    made = org.create("Contact", LastName="Old")

    head = org.ask("HEAD", "/sobjects/Contact/describe")
    changed = org.ask("POST", f"/sobjects/Contact/{made}?_HttpMethod=PATCH", {"LastName": "New"})

    assert (head.status, head.data, "Last-Modified" in head.headers) == (200, b"", True)
    assert changed.status == 204
    assert org.get(f"/sobjects/Contact/{made}")["LastName"] == "New"


def test_body_is_json_packed_or_not_and_nothing_else(org):
    packed = gzip.compress(json.dumps({"LastName": "Packed"}).encode())
    kinds = {"Content-Type": "application/json", "Content-Encoding": "gzip", "Authorization": f"Bearer {org.token}"}

    made = org._pool.request("POST", f"{org.url}/services/data/v66.0/sobjects/Contact", body=packed, headers=kinds)
    bad = org._pool.request("POST", f"{org.url}/services/data/v66.0/sobjects/Contact", body=b"{}", headers=kinds)
    form = org._pool.request(
        "POST",
        f"{org.url}/services/data/v66.0/sobjects/Contact",
        body=b"LastName=x",
        headers={**kinds, "Content-Encoding": "", "Content-Type": "application/x-www-form-urlencoded"},
    )

    assert made.status == 201
    assert made.headers["Location"] == f"/services/data/v66.0/sobjects/Contact/{made.json()['id']}"
    assert (bad.status, bad.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")
    assert (form.status, form.json()[0]["errorCode"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_old_version_answers_an_upsert_that_changed_something_without_a_body(org):
    org.create("Contact", LastName="Old", Email="ada@example.com")
    place = "/services/data/v{}/sobjects/Contact/Email/ada@example.com"

    assert org.ask("PATCH", place.format("45.0"), {"LastName": "New"}).status == 204
    assert org.ask("PATCH", place.format("46.0"), {"LastName": "New"}).json()["created"] is False
    assert org.refused("GET", "/services/data/v20.0/sobjects")[:2] == (410, "GONE")


def test_login_tells_where_it_says_who_one_is(org):
    told = org.form(grant_type="client_credentials", client_id=CONSUMER_KEY, client_secret=CONSUMER_SECRET).json()
    place = told["id"].removeprefix(org.url)

    assert org.get("")["identity"] == told["id"]
    headers = {"Authorization": f"Bearer {told['access_token']}"}
    assert org._pool.request("GET", org.url + place, headers=headers).json()["username"] == USERNAME
    assert org._pool.request("GET", org.url + place).status == 401
    assert org.get("/recent") == []


def test_bodies_of_any_shape_are_answered(org):
    call = {"referenceId": "a", "method": "GET", "url": "/x"}
    parts: list[tuple[str, Any, tuple[Any, ...]]] = [
        ("/composite", {"compositeRequest": [call]}, ("compositeRequest",)),
        ("/composite", {"compositeRequest": [call]}, ("compositeRequest", 0, "httpHeaders")),
        ("/composite/graph", {"graphs": [{}]}, ("graphs",)),
        ("/composite/tree/Account", {"records": [{"attributes": {}}]}, ("records",)),
        ("/composite/tree/Account", {"records": [{}]}, ("records", 0, "attributes")),
        ("/composite/tree/Account", {"records": [{"Contacts": {}}]}, ("records", 0, "Contacts", "records")),
        ("/composite/sobjects/Contact", {"fields": ["Id"]}, ("ids",)),
        ("/composite/sobjects/Contact", {"ids": ["x"]}, ("fields",)),
        ("/parameterizedSearch", {"q": "ab"}, ("sobjects",)),
        ("/parameterizedSearch", {"q": "ab"}, ("overallLimit",)),
    ]

    for path, body, place in parts:
        for value in (None, 1, "x", [], [1], [None], {"a": 1}):
            whole = json.loads(json.dumps(body))
            inner = whole
            for step in place[:-1]:
                inner = inner[step]
            inner[place[-1]] = value

            assert org.ask("POST", path, whole).status < 500, (path, place, value)
