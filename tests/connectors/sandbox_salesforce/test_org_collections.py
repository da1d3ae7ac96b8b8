"""Collections: up to 200 records a call, each with an outcome of its own."""

from __future__ import annotations

import pytest


def rows(object_name, *fields):
    return [{"attributes": {"type": object_name}, **one} for one in fields]


def send(org, method, path, records, *, atomic=False, **options):
    answer = org.ask(method, path, {"allOrNone": atomic, "records": records}, **options)
    assert answer.status == 200, answer.data
    return answer.json()


def test_rows_are_answered_one_by_one_in_their_order(org):
    one, other, third = (org.create("Contact", LastName=name) for name in ("One", "Other", "Third"))

    told = send(org, "PATCH", "/composite/sobjects", rows(
        "Contact", {"id": one, "Title": "A"}, {"Id": other, "Email": "nobody"}, {"Id": "003000000000000", "Title": "C"},
        {"Id": third[:15], "Title": "D"}, {"Title": "E"},
    ))  # fmt: skip

    assert [row["success"] for row in told] == [True, False, False, True, False]
    assert told[0] == {"id": one, "success": True, "errors": []}
    assert told[1]["errors"] == [
        {"statusCode": "INVALID_EMAIL_ADDRESS", "message": "Email: invalid email address: nobody", "fields": ["Email"]}
    ]  # fmt: skip
    assert told[3]["id"] == third
    assert told[4]["errors"][0]["statusCode"] == "MISSING_ARGUMENT"


def test_all_or_none_takes_back_what_was_fine(org):
    one, other = org.create("Contact", LastName="One"), org.create("Contact", LastName="Other")
    before = org.control("effects")["last_seq"]

    told = send(
        org, "PATCH", "/composite/sobjects",
        rows("Contact", {"Id": one, "Title": "A"}, {"Id": other, "LastName": None}), atomic=True,
    )  # fmt: skip

    assert [row["errors"][0]["statusCode"] for row in told] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "REQUIRED_FIELD_MISSING",
    ]
    assert org.get(f"/sobjects/Contact/{one}")["Title"] is None
    assert org.control("effects")["last_seq"] == before


def test_a_batch_made_whole_is_kept(org):
    told = send(org, "POST", "/composite/sobjects", rows("Account", {"Name": "A"}, {"Name": "B"}), atomic=True)

    assert all(row["success"] for row in told)
    assert org.query("SELECT COUNT() FROM Account")["totalSize"] == 2


def test_more_than_200_rows_or_10_chunks_are_refused_whole(org):
    many = rows("Contact", *({"LastName": str(number)} for number in range(201)))
    mixed = [
        row
        for number in range(6)
        for row in rows("Contact", {"LastName": str(number)}) + rows("Account", {"Name": "x"})
    ]

    too_many = org.refused("POST", "/composite/sobjects", {"records": many})
    too_mixed = org.refused("POST", "/composite/sobjects", {"records": mixed})

    assert too_many[:2] == (400, "EXCEEDED_ID_LIMIT")
    assert too_mixed[0] == 400
    assert org.query("SELECT COUNT() FROM Contact")["totalSize"] == 0


def test_an_upsert_says_what_it_made(org):
    org.create("Contact", LastName="One", Email="one@example.com")

    told = send(org, "PATCH", "/composite/sobjects/Contact/Email", rows(
        "Contact", {"Email": "ONE@example.com", "LastName": "Changed"}, {"Email": "two@example.com", "LastName": "Two"},
    ))  # fmt: skip

    assert [row["created"] for row in told] == [False, True]
    assert {row["LastName"] for row in org.query("SELECT LastName FROM Contact")["records"]} == {"Changed", "Two"}


def test_an_upsert_by_id_makes_what_has_none(org):
    told = send(org, "PATCH", "/composite/sobjects/Account/Id", rows("Account", {"Id": None, "Name": "Acme"}))

    assert told[0]["created"] is True


def test_rows_are_deleted_and_read_by_their_ids(org):
    one, other = org.create("Contact", LastName="One"), org.create("Contact", LastName="Other")

    gone = org.ask("DELETE", f"/composite/sobjects?ids={one},{one}&allOrNone=false").json()
    found = org.ask("POST", "/composite/sobjects/Contact", {"ids": [other, one], "fields": ["LastName"]}).json()

    assert [row["success"] for row in gone] == [True, False]
    assert found[0]["LastName"] == "Other"
    assert found[1] is None


def test_one_collection_is_one_call(org):
    org.set(edition="developer", clear=True)

    send(org, "POST", "/composite/sobjects", rows("Account", *({"Name": str(number)} for number in range(200))))

    assert org.ask("GET", "/limits").headers["Sforce-Limit-Info"] == "api-usage=2/15000"
    org.set(edition="off")


@pytest.mark.parametrize("condition", ["ids", "properties", "share"])
def test_single_rows_fail_by_a_fault(org, condition):
    one, other = org.create("Contact", LastName="One"), org.create("Contact", LastName="Other")
    value = {"ids": [one], "properties": ["Phone"], "share": 1.0}[condition]
    org.control("faults", {"kind": "rows", "endpoint": "collections_update", condition: value, "count": 1})

    told = send(org, "PATCH", "/composite/sobjects", rows(
        "Contact", {"Id": one, "Phone": "1"}, {"Id": other, "Title": "x"},
    ))  # fmt: skip

    assert told[0]["errors"][0] == {
        "statusCode": "UNABLE_TO_LOCK_ROW",
        "message": f"unable to obtain exclusive access to this record or 1 records: {one}",
        "fields": [],
    }
    assert told[1]["success"] is (condition != "share")


def test_record_that_comes_twice_is_refused_each_time(org):
    one, other = org.create("Contact", LastName="One"), org.create("Contact", LastName="Other")
    twice = rows("Contact", {"Id": one, "Title": "A"}, {"Id": other, "Title": "B"}, {"id": one[:15], "Title": "C"})
    keys = rows("Contact", {"Email": "a@example.com", "LastName": "A"}, {"Email": "A@example.com", "LastName": "B"})

    told = send(org, "PATCH", "/composite/sobjects", twice)
    upserted = send(org, "PATCH", "/composite/sobjects/Contact/Email", keys)
    org.set(readings={"repeated_ids_fail": False})
    taken = send(org, "PATCH", "/composite/sobjects", twice)

    assert [row["success"] for row in told] == [False, True, False]
    assert told[0]["errors"][0] == {
        "statusCode": "DUPLICATE_VALUE", "message": f"Duplicate id specified: {one}", "fields": ["Id"],
    }  # fmt: skip
    assert [row["success"] for row in upserted] == [False, False]
    assert [row["success"] for row in taken] == [True, True, True]
