"""Bulk query jobs: states, pages, restrictions, and what public clients make of them."""

from __future__ import annotations

import csv
import io

import pytest


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def started(http, soql: str = "SELECT Id, LastName FROM Contact", **body) -> str:
    return str(http.json("POST", "/jobs/query", {"operation": "query", "query": soql, **body})["id"])


def finished(http, job: str) -> dict:
    for _ in range(20):
        info: dict = http.json("GET", f"/jobs/query/{job}")
        if info["state"] in {"JobComplete", "Failed", "Aborted"}:
            return info
    raise AssertionError(info)


@pytest.fixture
def contacts(http):
    """Five contacts."""
    return [http.make("Contact", LastName=f"L{number}", Email=f"l{number}@example.com") for number in range(5)]


def test_public_client_reads_every_row_once(client, contacts):
    pages = list(client.bulk2.Contact.query("SELECT Id, Email FROM Contact", max_records=2, wait=0.01))

    found = [row for page in pages for row in rows_of(page)]
    assert len(pages) == 3
    assert sorted(row["Id"] for row in found) == sorted(contacts)
    assert {row["Email"] for row in found} == {f"l{number}@example.com" for number in range(5)}


def test_public_client_reads_deleted_rows_too(client, http, contacts):
    http.json("DELETE", f"/sobjects/Contact/{contacts[0]}")

    live = "".join(client.bulk2.Contact.query("SELECT Id FROM Contact", wait=0.01))
    every = "".join(client.bulk2.Contact.query_all("SELECT Id, IsDeleted FROM Contact", wait=0.01))

    assert len(rows_of(live)) == 4
    assert {row["Id"]: row["IsDeleted"] for row in rows_of(every)}[contacts[0]] == "true"


def test_job_moves_on_each_time_it_is_asked(http, contacts):
    job = started(http)

    states = [http.json("GET", f"/jobs/query/{job}")["state"] for _ in range(3)]

    assert states == ["InProgress", "JobComplete", "JobComplete"]


def test_fresh_job_tells_what_was_asked_for(http, contacts):
    made = http.json(
        "POST", "/jobs/query", {"operation": "queryAll", "query": "SELECT Id FROM Contact"}, version="59.0"
    )

    assert made["id"].startswith("750")
    assert (made["operation"], made["object"], made["state"]) == ("queryAll", "Contact", "UploadComplete")
    assert (made["apiVersion"], made["lineEnding"], made["columnDelimiter"]) == (59.0, "LF", "COMMA")


def test_every_page_has_a_header_and_every_value_is_quoted(http, contacts):
    job = started(http, "SELECT Id, LastName, FirstName FROM Contact ORDER BY LastName")
    finished(http, job)

    first = http.ask("GET", f"/jobs/query/{job}/results", params={"maxRecords": 3})
    second = http.ask("GET", f"/jobs/query/{job}/results", params={"locator": first.headers["Sforce-Locator"]})
    again = http.ask("GET", f"/jobs/query/{job}/results", params={"maxRecords": 3})

    assert first.headers["Sforce-NumberOfRecords"] == "3"
    assert second.headers["Sforce-NumberOfRecords"] == "2"
    assert second.headers["Sforce-Locator"] == "null"
    assert first.text.splitlines()[:2] == ['"Id","LastName","FirstName"', f'"{contacts[0]}","L0",""']
    assert second.text.splitlines()[0] == '"Id","LastName","FirstName"'
    assert again.text == first.text


def test_values_are_spelled_as_csv_spells_them(http):
    account = http.make("Account", Name='Say "hi",\nAcme', NumberOfEmployees=0, AnnualRevenue=5000)
    http.make("Contact", LastName="N/A", AccountId=account, Birthdate="1990-12-10", DoNotCall=True)
    soql = (
        "SELECT LastName, Birthdate, DoNotCall, CreatedDate, Account.Name, Account.NumberOfEmployees, "
        "Account.AnnualRevenue FROM Contact"
    )

    job = started(http, soql, columnDelimiter="SEMICOLON", lineEnding="CRLF")
    finished(http, job)
    text = http.ask("GET", f"/jobs/query/{job}/results").text

    (row,) = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    assert row["CreatedDate"].endswith(".000Z")
    del row["CreatedDate"]
    assert row == {
        "LastName": "N/A", "Birthdate": "1990-12-10", "DoNotCall": "true", "Account.Name": 'Say "hi",\nAcme',
        "Account.NumberOfEmployees": "0.0", "Account.AnnualRevenue": "5000.0",
    }  # fmt: skip
    assert text.endswith("\r\n")


def test_pages_can_be_fetched_side_by_side(http):
    for number in range(7):
        http.make("Contact", LastName=f"L{number}")
    job = started(http)
    finished(http, job)

    pages = http.json("GET", f"/jobs/query/{job}/resultPages", params={"maxRecords": 1})

    assert (len(pages["resultPages"]), pages["done"]) == (5, False)
    rest = http.json("GET", pages["nextRecordsUrl"])
    assert (len(rest["resultPages"]), rest["done"]) == (2, True)
    found = [rows_of(http.ask("GET", it["resultUrl"]).text) for it in pages["resultPages"] + rest["resultPages"]]
    assert sorted(row["LastName"] for page in found for row in page) == [f"L{number}" for number in range(7)]


def test_aborted_job_has_no_results_and_can_be_deleted(http, contacts):
    job = started(http)

    aborted = http.json("PATCH", f"/jobs/query/{job}", {"state": "Aborted"})

    assert aborted["state"] == "Aborted"
    assert http.refused("GET", f"/jobs/query/{job}/results")[:2] == (400, "INVALIDJOBSTATE")
    assert http.ask("DELETE", f"/jobs/query/{job}").status_code == 204
    assert http.refused("GET", f"/jobs/query/{job}")[:2] == (404, "NOT_FOUND")


def test_finished_job_cannot_be_aborted_nor_a_running_one_deleted(http, contacts):
    job = started(http)

    assert http.refused("DELETE", f"/jobs/query/{job}")[:2] == (400, "INVALIDJOBSTATE")
    finished(http, job)
    assert http.refused("PATCH", f"/jobs/query/{job}", {"state": "Aborted"})[1:] == (
        "INVALIDJOBSTATE", "Aborting already Completed Job not allowed",
    )  # fmt: skip


def test_results_are_of_the_version_of_the_job(http, contacts):
    job = started(http)
    finished(http, job)

    assert http.ask("GET", f"/jobs/query/{job}/results", version="59.0").status_code == 409


def test_job_is_forgotten_after_a_week(http, contacts):
    job = started(http)

    http.control("clock", {"shift_s": 8 * 86_400})

    assert http.ask("GET", f"/jobs/query/{job}").status_code == 404


# query, code, message
REFUSED = [
    ("SELECT MailingAddress FROM Contact", "FEATURENOTENABLED", "Selecting compound data not supported in Bulk Query"),
    ("SELECT COUNT(Id) FROM Contact", "FEATURENOTENABLED", "Aggregate functions not supported in Bulk Query"),
    ("SELECT COUNT() FROM Contact", "FEATURENOTENABLED", "Aggregate functions not supported in Bulk Query"),
    ("SELECT LastName FROM Contact GROUP BY LastName", "FEATURENOTENABLED", "GROUP BY not supported in Bulk Query"),
    ("SELECT Id FROM Contact LIMIT 5 OFFSET 5", "FEATURENOTENABLED", "OFFSET not supported in Bulk Query"),
    (
        "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
        "FEATURENOTENABLED",
        "Nested queries not supported in Bulk Query",
    ),
]


@pytest.mark.parametrize(("soql", "code", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_query_bulk_does_not_take_is_refused_when_the_job_is_made(http, soql, code, message):
    assert http.refused("POST", "/jobs/query", {"operation": "query", "query": soql}) == (400, code, message)


def test_unknown_field_is_refused_when_the_job_is_made(http):
    status, code, message = http.refused(
        "POST", "/jobs/query", {"operation": "query", "query": "SELECT X FROM Contact"}
    )

    assert (status, code) == (400, "INVALID_FIELD")
    assert "No such column 'X' on entity 'Contact'" in message


def test_row_changed_while_the_job_is_at_work_has_the_values_of_its_chunk(http, contacts, monkeypatch):
    monkeypatch.setattr("connectors.sandbox.salesforce.bulk.query_jobs.STEP", 3)
    job = started(http, "SELECT Id, LastName FROM Contact ORDER BY LastName")

    http.json("GET", f"/jobs/query/{job}")
    for contact in contacts:
        http.json("PATCH", f"/sobjects/Contact/{contact}", {"LastName": "New"})
    finished(http, job)

    found = rows_of(http.ask("GET", f"/jobs/query/{job}/results").text)
    assert [row["LastName"] for row in found] == ["L0", "L1", "L2", "New", "New"]


def test_emptied_sandbox_knows_no_jobs(http, contacts):
    started(http)

    http.control("reset", {})

    assert http.json("GET", "/jobs/query")["records"] == []


def test_locator_that_leads_nowhere_new_can_be_had(http, contacts):
    job = started(http)
    finished(http, job)
    http.control("faults", {"kind": "repeat_cursor", "endpoint": "bulk_query_results", "count": 1})

    first = http.ask("GET", f"/jobs/query/{job}/results", params={"maxRecords": 2})
    again = http.ask("GET", f"/jobs/query/{job}/results?maxRecords=2&locator={first.headers['Sforce-Locator']}")

    assert again.text == first.text
