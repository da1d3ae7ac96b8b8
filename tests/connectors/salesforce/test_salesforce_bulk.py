"""Large objects by bulk jobs: what comes back reads as if a query had sent it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors import Want
from connectors.salesforce import query
from connectors.salesforce.bulk import BulkPlace, rows_of
from syncd.errors import BrokenPromiseError
from syncd.model import Cursor
from tests.connectors.doubles import answer, text
from tests.connectors.rigs import Shelf
from tests.connectors.salesforce.conftest import contact_id, refused, row, rows

MANY = rows(total=200_000)
FIELDS = answer(200, {"fields": [
    {"name": "IsDeleted", "type": "boolean"}, {"name": "Email", "type": "email"}, {"name": "Size__c", "type": "int"},
    {"name": "SystemModstamp", "type": "datetime"},
]})  # fmt: skip
WANT = Want("Contact", ("Email", "Size__c"))
HEADER = '"Id","SystemModstamp","CreatedDate","LastModifiedById","IsDeleted","MasterRecordId","Email","Size__c"\n'
TYPES = {"Flag__c": "boolean", "Count__c": "int", "Sum__c": "double", "At__c": "datetime", "Text__c": "string"}


def job(state="JobComplete", **more):
    return answer(200, {"id": "750000000000001AAA", "state": state, **more})


def results(*numbers, locator="null", told=None):
    lines = [
        f'"{contact_id(n)}","2026-03-01T11:00:00.000Z","","005000000000001AAA","false","","a@b.c","7"' for n in numbers
    ]
    count = len(numbers) if told is None else told
    headers = {"Content-Type": "text/csv", "Sforce-Locator": locator, "Sforce-NumberOfRecords": str(count)}
    return text(200, HEADER + "\n".join(lines) + "\n", headers)


def pull(desk, cursor=None):
    return list(desk.connector.pull(WANT, cursor, Shelf()))


def test_a_large_object_is_read_by_a_job_and_not_sorted(desk):
    there = desk(MANY, FIELDS, job("UploadComplete"), job("InProgress"), job(), results(1, 2, locator="L2"), results(3))

    pages = pull(there)

    assert [record.ref.id for page in pages for record in page.records] == [contact_id(n) for n in (1, 2, 3)]
    assert pages[0].records[0].values == {"Email": "a@b.c", "Size__c": 7}
    assert there.json[2]["query"] == f"SELECT {','.join(query.asked_fields(WANT))} FROM Contact"
    assert (
        there.paths[3:]
        == ["/services/data/v64.0/jobs/query/750000000000001AAA"] * 2
        + ["/services/data/v64.0/jobs/query/750000000000001AAA/results"] * 2
    )


def test_waiting_for_a_job_grows_longer(desk, clock):
    there = desk(MANY, FIELDS, job("UploadComplete"), *[job("InProgress")] * 6, job(), results(1))

    pull(there)

    assert clock.waits == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0]


def test_a_job_that_takes_for_ever_is_stopped_and_queries_do_its_work(desk, clock):
    def busy(request, connection):
        (rows(row(1)) if b"/query/?q=" in request else job("InProgress"))(request, connection)

    there = desk(MANY, FIELDS, busy)

    (page,) = pull(there)

    assert [record.ref.id for record in page.records] == [contact_id(1)]
    aborted = [line for line in there.lines if line.startswith("PATCH")]
    assert len(aborted) == 1
    assert clock.monotonic() < 1000 + 2 * 3600


@pytest.mark.parametrize(
    "trouble",
    [
        [refused(400, "INVALIDENTITY", "Entity 'X' is not supported by the Bulk API.")],
        [refused(400, "API_ERROR", "Selecting compound data not supported in Bulk Query")],
        [job("UploadComplete"), job("Failed", errorMessage="InvalidBatch")],
        [job("UploadComplete"), job("Aborted")],
    ],
    ids=["object", "compound", "failed", "aborted"],
)
def test_what_cannot_be_had_in_bulk_is_had_by_queries(desk, trouble):
    there = desk(MANY, FIELDS, *trouble, rows(row(1)))

    (page,) = pull(there)

    assert [record.ref.id for record in page.records] == [contact_id(1)]


def test_a_pull_cut_short_goes_on_in_the_same_job(desk, monkeypatch):
    monkeypatch.setattr(query, "PAGE", 2)
    there = desk(MANY, FIELDS, job("UploadComplete"), job(), results(1, 2, 3))
    first = next(iter(there.connector.pull(WANT, None, Shelf())))
    later = desk(MANY, FIELDS, results(1, 2, 3))

    (page,) = pull(later, first.cursor)

    assert str(BulkPlace.parse(first.cursor.after)) == first.cursor.after == "bulk/750000000000001AAA//2"
    assert [record.ref.id for record in page.records] == [contact_id(3)]
    assert page.cursor.since == first.cursor.since


def test_a_job_that_is_gone_when_it_is_taken_up_is_no_loss(desk):
    cursor = Cursor(datetime(2026, 3, 1, tzinfo=UTC), "bulk/750/L/0")
    there = desk(MANY, FIELDS, refused(404, "NOT_FOUND"), rows(row(1)))

    (page,) = pull(there, cursor)

    assert len(page.records) == 1


@pytest.mark.parametrize("told", [1, 3])
def test_results_with_other_rows_than_they_say_are_not_believed(desk, told):
    there = desk(MANY, FIELDS, job("UploadComplete"), job(), results(1, 2, told=told))

    with pytest.raises(BrokenPromiseError):
        pull(there)


def test_results_that_turn_in_circles_end(desk):
    there = desk(MANY, FIELDS, job("UploadComplete"), job(), results(1, locator="L"), results(2, locator="L"))

    with pytest.raises(BrokenPromiseError):
        pull(there)


def test_an_empty_job_is_one_empty_page(desk):
    there = desk(MANY, FIELDS, job("UploadComplete"), job(), results())

    assert [(page.records, page.is_last) for page in pull(there)] == [((), True)]


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("Flag__c", "true", True),
        ("Flag__c", "False", False),
        ("Flag__c", "", None),
        ("Count__c", "250", 250),
        ("Count__c", "250.0", 250),
        ("Sum__c", "12500.5", 12500.5),
        ("Sum__c", "", None),
        ("At__c", "2026-03-01T11:00:00.000Z", "2026-03-01T11:00:00.000+0000"),
        ("Text__c", "", None),
        ("Text__c", "NA", "NA"),
        ("Text__c", "N/A", "N/A"),
        ("Text__c", "null", "null"),
        ("Text__c", "007", "007"),
        ("Text__c", " padded ", " padded "),
        ("Text__c", 'say ""hi""', 'say "hi"'),
        ("Text__c", "two\nlines", "two\nlines"),
        ("Text__c", "two\r\nlines", "two\r\nlines"),
        ("Text__c", "odd\u2028line", "odd\u2028line"),
        ("Text__c", "zero\x00byte", "zerobyte"),
    ],
)
def test_a_cell_becomes_what_a_query_would_have_sent(name, cell, value):
    data = f'"Id","{name}"\n"003","{cell}"\n"004",""\n'.encode()

    first, second = rows_of(data, TYPES)

    assert first == {"Id": "003", name: value}
    assert second["Id"] == "004"


@pytest.mark.parametrize("data", [b'"Id","A"\n"1"\n', b'"Id"\n"1","2"\n'])
def test_what_is_no_table_is_not_believed(data):
    with pytest.raises(BrokenPromiseError):
        rows_of(data, {})


@pytest.mark.parametrize("place", ["", "003000000000001AAA", "bulk/750", "bulk//L/1", "bulk/750/L/x"])
def test_a_place_of_another_kind_is_none_in_a_job(place):
    assert BulkPlace.parse(place) is None
