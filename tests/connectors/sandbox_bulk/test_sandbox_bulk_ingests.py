"""Bulk ingest jobs: CSV in, an outcome for each row out."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def ingest(http):
    """Run a whole job; return its id and what it says at the end."""

    def run(operation: str, text: str, kind: str = "Contact", **body: Any) -> dict:
        job = http.json("POST", "/jobs/ingest", {"object": kind, "operation": operation, **body})
        assert job["state"] == "Open"
        upload = http.ask("PUT", f"/{job['contentUrl']}", data=text.encode(), headers={"Content-Type": "text/csv"})
        assert upload.status_code == 201
        http.json("PATCH", f"/jobs/ingest/{job['id']}", {"state": "UploadComplete"})
        for _ in range(10):
            info: dict = http.json("GET", f"/jobs/ingest/{job['id']}")
            if info["state"] in {"JobComplete", "Failed"}:
                break
        return info

    return run


def outcome(http, job: dict, kind: str) -> list[dict[str, str]]:
    return rows_of(http.ask("GET", f"/jobs/ingest/{job['id']}/{kind}").text)


def test_public_client_writes_rows_and_learns_what_became_of_each(client, http):
    (told,) = client.bulk2.Contact.insert(
        records=[{"LastName": "Lovelace", "Title": "Countess"}, {"LastName": "", "Title": "Nobody"}], wait=0.01
    )

    assert (told["numberRecordsProcessed"], told["numberRecordsFailed"]) == (2, 1)
    (good,) = rows_of(client.bulk2.Contact.get_successful_records(told["job_id"]))
    (bad,) = rows_of(client.bulk2.Contact.get_failed_records(told["job_id"]))
    assert (good["sf__Created"], good["LastName"], good["Title"]) == ("true", "Lovelace", "Countess")
    assert bad["sf__Error"] == "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --"
    assert bad["Title"] == "Nobody"
    assert rows_of(client.bulk2.Contact.get_unprocessed_records(told["job_id"])) == []
    assert http.rows("SELECT Id, LastName FROM Contact") == [{"Id": good["sf__Id"], "LastName": "Lovelace"}]


def test_public_client_deletes_rows(client, http):
    contact = http.make("Contact", LastName="Gone")

    (told,) = client.bulk2.Contact.delete(records=[{"Id": contact}], wait=0.01)

    assert told["numberRecordsFailed"] == 0
    assert http.rows("SELECT Id FROM Contact") == []
    assert len(http.rows("SELECT Id FROM Contact", with_deleted=True)) == 1


def test_empty_cell_leaves_a_value_alone_and_na_takes_it_away(ingest, http):
    contact = http.make("Contact", LastName="L", Phone="1", Title="T", Fax="F")

    job = ingest("update", f'Id,Phone,Title,Fax\n{contact[:15]},,#N/A,"N/A"\n')

    assert (job["state"], job["numberRecordsFailed"]) == ("JobComplete", 0)
    assert http.rows("SELECT Phone, Title, Fax FROM Contact") == [{"Phone": "1", "Title": None, "Fax": "N/A"}]
    (row,) = outcome(http, job, "successfulResults")
    assert (row["sf__Id"], row["sf__Created"]) == (contact, "false")


def test_quotes_delimiters_and_line_breaks_survive(ingest, http):
    job = ingest(
        "insert",
        'LastName;MailingStreet\r\n"Say ""hi"";";"1 Main\nSuite 2"\r\n',
        columnDelimiter="SEMICOLON",
        lineEnding="CRLF",
    )

    assert job["state"] == "JobComplete"
    assert http.rows("SELECT LastName, MailingStreet FROM Contact") == [
        {"LastName": 'Say "hi";', "MailingStreet": "1 Main\nSuite 2"}
    ]


def test_parent_is_named_by_a_key_of_its_own(ingest, http):
    boss = http.make("Contact", LastName="Boss", Email="boss@example.com")

    job = ingest("insert", "LastName,ReportsTo.Email\nWorker,boss@example.com\nLost,nobody@example.com\n")

    assert job["numberRecordsFailed"] == 1
    assert http.rows("SELECT ReportsToId FROM Contact WHERE LastName = 'Worker'") == [{"ReportsToId": boss}]
    (bad,) = outcome(http, job, "failedResults")
    assert bad["sf__Error"].startswith("INVALID_FIELD:Foreign key external ID: nobody@example.com not found")


def test_upsert_makes_what_its_key_does_not_find(ingest, http):
    contact = http.make("Contact", LastName="Old", Email="ada@example.com")
    text = "Email,LastName\nada@example.com,Lovelace\nnew@example.com,Newton\n,Nobody\n"

    job = ingest("upsert", text, externalIdFieldName="Email")

    good, bad = outcome(http, job, "successfulResults"), outcome(http, job, "failedResults")
    assert [row["sf__Created"] for row in good] == ["false", "true"]
    assert good[0]["sf__Id"] == contact
    assert bad[0]["sf__Error"] == "MISSING_ARGUMENT:Email not specified:--"
    assert [row["LastName"] for row in http.rows("SELECT LastName FROM Contact ORDER BY LastName")] == [
        "Lovelace", "Newton",
    ]  # fmt: skip


def test_upsert_by_id_makes_rows_without_one(ingest, http):
    contact = http.make("Contact", LastName="Old")

    job = ingest("upsert", f"Id,LastName\n{contact},New\n,Other\n", externalIdFieldName="Id")

    assert [row["sf__Created"] for row in outcome(http, job, "successfulResults")] == ["false", "true"]


def test_hard_delete_leaves_nothing_in_the_bin(ingest, http):
    contact = http.make("Contact", LastName="Gone")

    ingest("hardDelete", f"Id\n{contact}\n")

    assert http.rows("SELECT Id FROM Contact", with_deleted=True) == []


def test_row_that_cannot_be_written_says_why(ingest, http):
    contact = http.make("Contact", LastName="L")
    http.json("DELETE", f"/sobjects/Contact/{contact}")

    job = ingest("update", f"Id,Email\n{contact},a@example.com\n,b@example.com\nabc,c@example.com\n")

    errors = [row["sf__Error"] for row in outcome(http, job, "failedResults")]
    assert errors[0] == "ENTITY_IS_DELETED:entity is deleted:--"
    assert errors[1] == "MISSING_ARGUMENT:Id not specified in an update call:--"
    assert errors[2].startswith("MALFORMED_ID:")
    assert (job["state"], job["numberRecordsProcessed"], job["numberRecordsFailed"]) == ("JobComplete", 3, 3)


# operation, upload, what the job fails with
BROKEN = [
    ("insert", "LastName,Nonsense\nA,B\n", "InvalidBatch : Field name not found : Nonsense"),
    (
        "insert",
        "LastName\r\nA\r\n",
        "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF",
    ),
    ("insert", 'LastName,Title\n"A" ,B\n', "Failed to parse CSV: unexpected quote or blank beside one in line 2"),
    ("insert", "LastName,Title\nA\n", "InvalidBatch : The number of columns in row 2 does not fit the header"),
    ("delete", "Id,LastName\n003,B\n", "InvalidBatch : The 'delete' batch must contain only ids"),
]


@pytest.mark.parametrize(("operation", "text", "message"), BROKEN, ids=[row[2] for row in BROKEN])
def test_upload_that_cannot_be_read_fails_the_job_and_writes_nothing(ingest, http, operation, text, message):
    job = ingest(operation, text)

    assert (job["state"], job["errorMessage"], job["numberRecordsProcessed"]) == ("Failed", message, 0)
    assert http.rows("SELECT Id FROM Contact") == []


def test_rows_of_a_failed_job_are_unprocessed_in_both_spellings(ingest, http):
    job = ingest("insert", "LastName,Nonsense\nA,B\n")

    assert outcome(http, job, "unprocessedrecords") == [{"LastName": "A", "Nonsense": "B"}]
    assert outcome(http, job, "unprocessedRecords") == [{"LastName": "A", "Nonsense": "B"}]


def test_aborted_job_keeps_what_it_wrote_and_gives_the_rest_back(http, monkeypatch):
    monkeypatch.setattr("connectors.sandbox.salesforce.bulk.ingest_jobs.STEP", 1)
    job = http.json("POST", "/jobs/ingest", {"object": "Contact", "operation": "insert"})
    http.ask("PUT", f"/{job['contentUrl']}", data=b"LastName\nA\nB\nC\n", headers={"Content-Type": "text/csv"})
    http.json("PATCH", f"/jobs/ingest/{job['id']}", {"state": "UploadComplete"})
    for _ in range(2):
        http.json("GET", f"/jobs/ingest/{job['id']}")

    http.json("PATCH", f"/jobs/ingest/{job['id']}", {"state": "Aborted"})

    assert [row["LastName"] for row in outcome(http, job, "successfulResults")] == ["A"]
    assert [row["LastName"] for row in outcome(http, job, "unprocessedrecords")] == ["B", "C"]
    assert http.rows("SELECT LastName FROM Contact") == [{"LastName": "A"}]


def test_rows_are_hit_by_faults_one_by_one(ingest, http):
    http.control("faults", {"kind": "rows", "endpoint": "bulk_ingest_info", "properties": ["Title"]})

    job = ingest("insert", "LastName,Title\nA,\nB,Boss\n")

    (bad,) = outcome(http, job, "failedResults")
    assert bad["LastName"] == "B"
    assert bad["sf__Error"].startswith("UNABLE_TO_LOCK_ROW:")


def test_results_are_there_only_when_the_job_is_over(http):
    job = http.json("POST", "/jobs/ingest", {"object": "Contact", "operation": "insert"})

    assert http.refused("GET", f"/jobs/ingest/{job['id']}/successfulResults")[:2] == (400, "INVALIDJOBSTATE")
    assert http.refused("DELETE", f"/jobs/ingest/{job['id']}")[:2] == (400, "INVALIDJOBSTATE")


def test_job_takes_one_upload(http):
    job = http.json("POST", "/jobs/ingest", {"object": "Contact", "operation": "insert"})
    sent = {"data": b"LastName\nA\n", "headers": {"Content-Type": "text/csv"}}
    http.ask("PUT", f"/{job['contentUrl']}", **sent)

    assert http.refused("PUT", f"/{job['contentUrl']}", **sent)[:2] == (400, "INVALIDJOBSTATE")


def test_finished_job_can_be_deleted_and_not_closed_again(ingest, http):
    job = ingest("insert", "LastName\nA\n")

    assert http.refused("PATCH", f"/jobs/ingest/{job['id']}", {"state": "UploadComplete"})[:2] == (
        400,
        "INVALIDJOBSTATE",
    )
    assert http.ask("DELETE", f"/jobs/ingest/{job['id']}").status_code == 204


# body of the call
REFUSED = [
    {"object": "Nothing", "operation": "insert"},
    {"object": "Contact", "operation": "merge"},
    {"object": "Contact", "operation": "upsert"},
    {"object": "Contact", "operation": "insert", "columnDelimiter": "SPACE"},
    {"object": "Contact", "operation": "insert", "contentType": "JSON"},
]


@pytest.mark.parametrize("body", REFUSED, ids=str)
def test_job_that_makes_no_sense_is_not_made(http, body):
    assert http.refused("POST", "/jobs/ingest", body)[0] == 400


def test_effect_log_names_the_job_rather_than_the_question_that_moved_it(ingest, http, session, org_sandbox):
    ingest("insert", "LastName\nA\n")

    effects = session.get(f"{org_sandbox.url}/_sandbox/effects", params={"kind": "create"}, timeout=30)
    assert '"bulk_ingest_create"' in effects.text


def test_record_named_twice_among_rows_that_are_written_as_one_is_refused_each_time(ingest, http):
    first, other = (http.make("Contact", LastName=name) for name in ("First", "Other"))
    apart = "".join(f"{other},x\n" if place in {0, 200} else ",\n" for place in range(201))

    job = ingest("update", f"Id,Title\n{first},a\n{first[:15]},b\n{other},c\n")
    later = ingest("update", f"Id,Title\n{apart}")

    errors = [row["sf__Error"] for row in outcome(http, job, "failedResults")]
    assert errors == [f"DUPLICATE_VALUE:Duplicate id specified: {first}:Id --"] * 2
    assert len(outcome(http, later, "successfulResults")) == 2
