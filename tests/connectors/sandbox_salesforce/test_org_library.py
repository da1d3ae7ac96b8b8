"""simple-salesforce, unmodified but for the adapter that finds the sandbox, against the org."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import (
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from connectors.sandbox.salesforce import ACCESS_TOKEN, CONSUMER_KEY, CONSUMER_SECRET, PASSWORD, USERNAME


def test_it_logs_in_by_client_credentials_and_lands_on_the_instance(library):
    assert library.auth_type == "client-credentials"
    assert library.sf_instance == "acme.my.salesforce.com"


def test_it_logs_in_by_password_and_by_session(org, local):
    password = Salesforce(
        username=USERNAME, password=PASSWORD, consumer_key=CONSUMER_KEY, consumer_secret=CONSUMER_SECRET, session=local
    )
    direct = Salesforce(session_id=ACCESS_TOKEN, instance="acme.my.salesforce.com", session=local)

    assert password.query("SELECT COUNT() FROM Contact")["totalSize"] == 0
    assert direct.limits()["DailyApiRequests"]["Max"] > 0


def test_it_reads_every_page(library):
    records = [{"attributes": {"type": "Contact"}, "LastName": f"{number:04d}"} for number in range(200)]
    for _ in range(3):
        library.restful("composite/sobjects", method="POST", json={"records": records})

    found = library.query_all("SELECT LastName FROM Contact", headers={"Sforce-Query-Options": "batchSize=200"})
    lazily = list(library.query_all_iter("SELECT Id FROM Contact"))

    assert len(found["records"]) == found["totalSize"] == 600
    assert len({row["Id"] for row in lazily}) == 600


def test_it_follows_a_locator_and_hears_that_a_made_up_one_is_invalid(library):
    records = [{"attributes": {"type": "Contact"}, "LastName": f"{number:04d}"} for number in range(200)]
    for _ in range(2):
        library.restful("composite/sobjects", method="POST", json={"records": records})

    first = library.query("SELECT Id FROM Contact", headers={"Sforce-Query-Options": "batchSize=250"})
    second = library.query_more(first["nextRecordsUrl"], identifier_is_url=True)

    assert (len(first["records"]), first["done"], first["totalSize"]) == (250, False, 400)
    assert (len(second["records"]), second["done"]) == (150, True)
    assert "nextRecordsUrl" not in second
    with pytest.raises(SalesforceMalformedRequest, match="INVALID_QUERY_LOCATOR"):
        library.query_more("0r8000000000001AAA-2000")


def test_a_locator_lives_two_days(library, org):
    records = [{"attributes": {"type": "Contact"}, "LastName": f"{number:04d}"} for number in range(200)]
    for _ in range(2):
        library.restful("composite/sobjects", method="POST", json={"records": records})
    options = {"headers": {"Sforce-Query-Options": "batchSize=200"}}
    place = org.query("SELECT Id FROM Contact", **options)["nextRecordsUrl"]

    org.control("clock", {"shift_s": 2 * 86_400 + 60})

    assert org.refused("GET", place)[:2] == (400, "INVALID_QUERY_LOCATOR")


def test_it_creates_reads_changes_upserts_and_deletes(library):
    made = library.Contact.create({"LastName": "Lovelace", "Email": "ada@example.com"})["id"]

    assert library.Contact.get(made)["Name"] == "Lovelace"
    assert library.Contact.update(made, {"Title": "Countess"}) == 204
    assert library.Contact.upsert("Email/ada@example.com", {"FirstName": "Ada"}) == 200
    assert library.Contact.get_by_custom_id("Email", "ada@example.com")["Name"] == "Ada Lovelace"
    assert library.Contact.delete(made) == 204
    with pytest.raises(SalesforceResourceNotFound) as deleted:
        library.Contact.get(made)
    content: Any = deleted.value.content
    assert content[0]["errorCode"] == "ENTITY_IS_DELETED"


def test_it_raises_by_status(library, org):
    library.Contact.create({"LastName": "One", "Email": "ada@example.com"})
    org.act("create", "Contact", properties={"LastName": "Two", "Email": "ada@example.com"})

    with pytest.raises(SalesforceMoreThanOneRecord):
        library.Contact.upsert("Email/ada@example.com", {"LastName": "x"})
    org.control("faults", {"kind": "throttle", "count": 1})
    with pytest.raises(SalesforceRefusedRequest):
        library.query("SELECT Id FROM Contact")
    org.control("faults", {"kind": "expired_token", "endpoint": "query", "count": 10})
    with pytest.raises(SalesforceExpiredSession):
        library.query("SELECT Id FROM Contact")


def test_it_asks_what_changed_and_what_was_deleted(library):
    kept = library.Contact.create({"LastName": "Kept"})["id"]
    gone = library.Contact.create({"LastName": "Gone"})["id"]
    library.Contact.delete(gone)
    now = datetime.now(UTC)
    start, end = now - timedelta(hours=1), now + timedelta(hours=1)

    assert library.Contact.updated(start, end)["ids"] == [kept]
    assert [row["id"] for row in library.Contact.deleted(start, end)["deletedRecords"]] == [gone]


def test_it_describes(library):
    assert library.describe()["maxBatchSize"] == 200
    assert library.Lead.describe()["keyPrefix"] == "00Q"
    assert library.Account.metadata()["objectDescribe"]["name"] == "Account"


def test_it_hears_of_the_limits(library):
    library.query("SELECT Id FROM User")

    assert library.api_usage["api-usage"].used >= 1
