"""New records in front of a scripted server: one outcome for each row, whatever the answer."""

from __future__ import annotations

import pytest

from syncd.model import CreateWrite, FixState, Link, Ref
from tests.connectors.doubles import answer, reset
from tests.connectors.salesforce.conftest import contact_id

ACCOUNT = "001000000000001AAA"


def creating(number, *links, **values):
    given = values or {"LastName": "Hopper", "OwnerId": "005000000000009AAA"}
    return CreateWrite(f"fix-{number}", given, tuple(Link(Ref("main", name, id_)) for name, id_ in links))


def done(number):
    return {"id": contact_id(number), "success": True, "errors": []}


def failed(code, message="no"):
    return {"success": False, "errors": [{"statusCode": code, "message": message, "fields": []}]}


def told(*results):
    return answer(200, list(results))


def test_a_new_record_goes_with_its_links_and_is_refused_where_it_looks_like_another(desk):
    there = desk(told(done(1), failed("DUPLICATES_DETECTED", "Use one of these records?")))

    outcomes = there.connector.create("Contact", [creating(1, ("Account", ACCOUNT)), creating(2)])

    assert [(one.state, one.detail) for one in outcomes] == [
        (FixState.APPLIED, ""),
        (FixState.REJECTED, "DUPLICATES_DETECTED: Use one of these records?"),
    ]
    assert outcomes[0].record.ref.id == contact_id(1)
    assert there.lines[0] == "POST /services/data/v64.0/composite/sobjects HTTP/1.1"
    assert there.json[0]["records"][0]["AccountId"] == ACCOUNT
    assert there.headers("Sforce-Duplicate-Rule-Header")[0].startswith("allowSave=false")


def test_the_org_says_whose_a_new_record_is_where_nobody_else_does(desk):
    there = desk(told(done(1)), told(done(2)))

    there.connector.create("Lead", [creating(1), creating(2, LastName="Hopper", Company="Navy")])

    assert there.headers("Sforce-Auto-Assign") == ["FALSE", "TRUE"]


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (failed("REQUIRED_FIELD_MISSING"), FixState.REJECTED),
        (failed("INVALID_CROSS_REFERENCE_KEY"), FixState.STALE),
        ({"success": True, "errors": []}, FixState.UNKNOWN),
        ("what?", FixState.UNKNOWN),
    ],
)
def test_what_a_row_says_is_what_became_of_it(desk, row, state):
    there = desk(told(row))

    (outcome,) = there.connector.create("Contact", [creating(1)])

    assert outcome.state is state


def test_a_locked_row_was_not_made_and_is_tried_again_and_the_others_are_not(desk):
    there = desk(told(done(1), failed("UNABLE_TO_LOCK_ROW")), told(done(2)))

    outcomes = there.connector.create("Contact", [creating(1), creating(2)])

    assert [one.record.ref.id for one in outcomes] == [contact_id(1), contact_id(2)]
    assert [len(body["records"]) for body in there.json] == [2, 1]


def test_a_call_that_may_have_taken_effect_is_not_sent_again(desk):
    there = desk(reset, told(done(1)))

    (outcome,) = there.connector.create("Contact", [creating(1)])

    assert outcome.state is FixState.UNKNOWN
    assert len(there.lines) == 1
