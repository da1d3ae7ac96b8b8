"""Bulk API 1.0: simple-salesforce's `bulk`, and the calls of clients that speak CSV and XML."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceGeneralError, SalesforceMalformedRequest

from connectors.sandbox import DEFAULT_TOKEN

SPACE = "{http://www.force.com/2009/06/asyncapi/dataload}"
PLACE = "/services/async/61.0"


class Classic:
    """Speaks Bulk 1.0 as a connector does that was written for it."""

    def __init__(self, http):
        self._http = http

    def ask(self, method, path, body=None, kind="application/json", token=DEFAULT_TOKEN, **headers):
        sent = {"Authorization": "", "X-SFDC-Session": token, "Content-Type": kind, **headers}
        data = body if isinstance(body, str | None) else json.dumps(body)
        return self._http.ask(method, PLACE + path, data=data, headers=sent)

    def job(self, operation, kind="Contact", content="CSV", headers=None, **more):
        body = {"operation": operation, "object": kind, "contentType": content, **more}
        answer = self.ask("POST", "/job", body, **(headers or {}))
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def batch(self, job, content, kind="text/csv"):
        answer = self.ask("POST", f"/job/{job}/batch", content, kind)
        assert answer.status_code == 201, answer.text
        return ET.fromstring(answer.text).findtext(f"{SPACE}id")

    def texts(self, path, name):
        return [found.text for found in ET.fromstring(self.ask("GET", path).text).iter(SPACE + name)]

    def rows(self, path):
        return list(csv.reader(io.StringIO(self.ask("GET", path).text)))

    def told(self, method, path, body=None, **options):
        answer = self.ask(method, path, body, **options)
        return answer.status_code, answer.json()["exceptionCode"]


@pytest.fixture
def classic(http):
    return Classic(http)


def test_public_client_writes_and_reads_by_the_old_api(client, http):
    made = client.bulk.Contact.insert(
        [{"LastName": "Lovelace", "Email": "ada@example.com"}, {"Email": "nobody@example.com"}]
    )
    ada = made[0]["id"]
    changed = client.bulk.Contact.update([{"Id": ada, "Title": "Countess", "Email": None}])
    again = client.bulk.Contact.upsert([{"Id": ada, "Phone": "1"}], "Id", batch_size=1)
    (read,) = client.bulk.Contact.query(f"SELECT Id, Title, Phone, Email, CreatedDate FROM Contact WHERE Id = '{ada}'")
    gone = client.bulk.Contact.delete([{"Id": ada}])

    assert made[0] == {"success": True, "created": True, "id": ada, "errors": []}
    assert made[1]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert [it["success"] for it in (*changed, *again, *gone)] == [True, True, True]
    assert (read["Title"], read["Phone"], read["Email"]) == ("Countess", "1", None)
    assert read["attributes"]["type"] == "Contact"
    # Moments are milliseconds in the JSON of this API.
    assert isinstance(read["CreatedDate"], int)
    assert http.rows("SELECT Id FROM Contact") == []
    assert [it["Id"] for it in client.bulk.Contact.query_all("SELECT Id FROM Contact WHERE IsDeleted = true")] == [ada]


def test_public_client_hears_why_a_batch_failed(client):
    with pytest.raises(SalesforceGeneralError) as bad_query:
        client.bulk.Contact.query("SELECT Nope FROM Contact")
    with pytest.raises(SalesforceMalformedRequest) as bad_rows:
        client.bulk.Contact.insert([{"LastName": "x", "Nope": 1}])

    assert "INVALID_FIELD" in str(bad_query.value.content)
    told: Any = bad_rows.value.content
    assert told == {"exceptionCode": "InvalidBatch", "exceptionMessage": "Records not processed"}


def test_public_client_reads_parents_and_what_it_sent(client, http):
    account = http.make("Account", Name="Acme")
    rows = [{"LastName": "Lovelace", "AccountId": account}]

    (detail,) = client.bulk.Contact.insert(rows, include_detailed_results=True)
    (found,) = client.bulk.Contact.query("SELECT LastName, Account.Name, Account.CreatedDate FROM Contact")

    assert (detail["success"], detail["LastName"]) == (True, "Lovelace")
    assert found["Account"]["Name"] == "Acme"
    assert isinstance(found["Account"]["CreatedDate"], int)


def test_query_of_a_csv_job_is_told_of_in_xml_and_answered_in_csv(classic, http):
    made = http.make("Contact", LastName="Lovelace", MailingStreet='1 "Main"\nSuite 2')
    job = classic.job("queryAll")

    batch = classic.batch(job, "SELECT Id, MailingStreet FROM Contact")
    closed = classic.ask("POST", f"/job/{job}", {"state": "Closed"})
    state = classic.texts(f"/job/{job}/batch/{batch}", "state")
    (result,) = classic.texts(f"/job/{job}/batch/{batch}/result", "result")

    assert ET.fromstring(closed.text).findtext(f"{SPACE}state") == "Closed"
    assert state == ["Completed"]
    assert classic.rows(f"/job/{job}/batch/{batch}/result/{result}") == [
        ["Id", "MailingStreet"],
        [made, '1 "Main"\nSuite 2'],
    ]


def test_query_that_finds_nothing_says_so_in_a_line(classic):
    job = classic.job("query")
    batch = classic.batch(job, "SELECT Id FROM Contact")
    classic.ask("GET", f"/job/{job}")

    (result,) = classic.texts(f"/job/{job}/batch/{batch}/result", "result")

    assert classic.ask("GET", f"/job/{job}/batch/{batch}/result/{result}").text == "Records not found for this query"


def test_chunked_query_leaves_its_own_batch_aside_and_has_one_for_each_stretch_of_ids(classic, http):
    for number in range(5):
        http.make("Contact", LastName=f"C{number}")
    job = classic.job("query", headers={"Sforce-Enable-PKChunking": "true; chunkSize=2"})
    classic.batch(job, "SELECT LastName FROM Contact")

    states = classic.texts(f"/job/{job}/batch", "state")
    ids = classic.texts(f"/job/{job}/batch", "id")
    names = []
    for batch in ids[1:]:
        (result,) = classic.texts(f"/job/{job}/batch/{batch}/result", "result")
        names += [row[0] for row in classic.rows(f"/job/{job}/batch/{batch}/result/{result}")[1:]]

    assert states == ["NotProcessed", "Completed", "Completed", "Completed"]
    assert names == ["C0", "C1", "C2", "C3", "C4"]


def test_csv_rows_have_outcomes_in_their_order(classic, http):
    made = http.make("Contact", LastName="Old", Title="T", Phone="1")
    job = classic.job("update")

    batch = classic.batch(job, f"Id,Title,Phone\n{made[:15]},#N/A,\n003000000000000,x,y\n")
    classic.ask("GET", f"/job/{job}/batch/{batch}")

    assert classic.rows(f"/job/{job}/batch/{batch}/result") == [
        ["Id", "Success", "Created", "Error"],
        [made, "true", "false", ""],
        ["", "false", "false", "INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--"],
    ]
    assert http.rows("SELECT Title, Phone FROM Contact") == [{"Title": None, "Phone": "1"}]


def test_xml_jobs_take_and_give_xml(classic, http):
    http.make("Contact", LastName="Boss", Email="boss@example.com")
    head = 'xmlns="http://www.force.com/2009/06/asyncapi/dataload"'
    body = (
        f"<jobInfo {head}><operation>insert</operation><object>Contact</object><contentType>XML</contentType></jobInfo>"
    )
    job = ET.fromstring(classic.ask("POST", "/job", body, "application/xml; charset=UTF-8").text).findtext(f"{SPACE}id")
    nil = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    rows = (
        f"<sObjects {head} {nil}><sObject><LastName>A &amp; B</LastName>"
        '<Title xsi:nil="true"/><ReportsTo><sObject><Email>boss@example.com</Email></sObject></ReportsTo></sObject>'
        "<sObject><Title>none</Title></sObject></sObjects>"
    )

    batch = classic.batch(job, rows, "application/xml")
    classic.ask("GET", f"/job/{job}/batch/{batch}")

    assert classic.texts(f"/job/{job}/batch/{batch}/result", "success") == ["true", "false"]
    assert classic.texts(f"/job/{job}/batch/{batch}/result", "statusCode") == ["REQUIRED_FIELD_MISSING"]
    assert http.rows("SELECT Name, ReportsTo.Name FROM Contact WHERE ReportsToId != null")[0]["Name"] == "A & B"


def test_refusals_are_objects_with_status_400(classic):
    job = classic.job("insert", content="JSON")
    classic.ask("POST", f"/job/{job}", {"state": "Closed"})

    assert classic.ask("GET", "/job/x", token="old").json() == {
        "exceptionCode": "InvalidSessionId",
        "exceptionMessage": "Invalid session id",
    }
    assert classic.ask("GET", "/job/x").headers["Content-Type"] == "application/json"
    assert classic.told("GET", "/job/750000000000000AAA") == (400, "InvalidJob")
    assert classic.told("GET", f"/job/{job}/batch/751000000000000AAA") == (400, "InvalidBatch")
    assert classic.told("POST", f"/job/{job}/batch", [{"LastName": "x"}]) == (400, "InvalidJobState")
    assert classic.told("POST", "/job", {"operation": "insert", "object": "Nope"}) == (400, "InvalidJob")
    assert classic.told("POST", "/job", {"operation": "mix", "object": "Contact"}) == (400, "InvalidJob")
    assert classic.told("GET", "/nothing") == (400, "InvalidUrl")
    # What asks in XML is told in XML.
    told = ET.fromstring(classic.ask("GET", "/job/x", kind="application/xml").text)
    assert (told.tag, told.findtext(f"{SPACE}exceptionCode")) == (f"{SPACE}error", "InvalidJob")


def test_faults_are_spelled_as_the_old_api_spells_them(classic, http):
    http.control("faults", {"kind": "expired_token", "path": "/services/async/*", "count": 1})

    assert classic.told("POST", "/job", {"operation": "query", "object": "Contact"}) == (400, "InvalidSessionId")


def test_batches_count_against_those_of_the_day_and_aborted_ones_are_not_processed(classic, http):
    before = http.json("GET", "/limits")["DailyBulkApiBatches"]["Remaining"]
    job = classic.job("delete")
    batch = classic.batch(job, "Id\n003000000000000AAA\n")

    classic.ask("POST", f"/job/{job}", {"state": "Aborted"})

    assert http.json("GET", "/limits")["DailyBulkApiBatches"]["Remaining"] == before - 1
    assert classic.texts(f"/job/{job}/batch/{batch}", "state") == ["NotProcessed"]


def test_fault_of_rows_fails_a_query_as_a_time_out_would(classic, http):
    http.make("Contact", LastName="Lovelace")
    wish = {"kind": "rows", "endpoint": "bulk1_batch_info", "code": "QUERY_TIMEOUT", "message": "too long", "count": 1}
    http.control("faults", wish)
    job = classic.job("query")

    late, again = (classic.batch(job, "SELECT Id FROM Contact") for _ in range(2))
    told = classic.texts(f"/job/{job}/batch/{late}", "stateMessage")

    assert told == ["InvalidBatch : Failed to process query: QUERY_TIMEOUT: too long"]
    assert classic.texts(f"/job/{job}/batch/{again}", "state") == ["Failed"]
    assert classic.texts(f"/job/{job}/batch/{classic.batch(job, 'SELECT Id FROM Contact')}", "state") == ["Completed"]
