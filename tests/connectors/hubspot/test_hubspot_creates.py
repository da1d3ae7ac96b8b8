"""New records in front of a scripted server: each its own outcome, and none is sent twice."""

from __future__ import annotations

import pytest

from syncd.model import CreateWrite, FixState
from tests.connectors.doubles import answer, reset

MOMENT = "2026-03-01T12:00:00.000Z"


def creating(number, *keys, **values):
    return CreateWrite(f"fix-{number}", values or {"name": f"Company {number}"}, keys=keys)


def row(number, *, trace=True, **values):
    given = {"name": f"Company {number}", **values}
    traced = {"objectWriteTraceId": f"fix-{number}"} if trace else {}
    return {"id": str(number), "properties": given, "createdAt": MOMENT, "updatedAt": MOMENT, **traced}


def refused(number, category, message="no"):
    context = {"objectWriteTraceId": [f"fix-{number}"]}
    return {"status": "error", "category": category, "message": message, "context": context}


def made(*results, errors=()):
    body = {"status": "COMPLETE", "results": list(results)}
    return answer(207 if errors else 201, {**body, "errors": list(errors), "numErrors": len(errors)})


def test_each_row_is_known_by_its_trace_whatever_the_order(desk):
    there = desk(made(row(2), row(1), errors=[refused(3, "VALIDATION_ERROR", "too long")]))

    outcomes = there.connector.create("companies", [creating(number) for number in (1, 2, 3, 4)])

    assert [(one.state, one.record.ref.id if one.record else one.detail) for one in outcomes] == [
        (FixState.APPLIED, "1"),
        (FixState.APPLIED, "2"),
        (FixState.REJECTED, "too long"),
        (FixState.UNKNOWN, "HubSpot's answer does not name this record"),
    ]


def test_rows_without_a_trace_are_told_only_where_there_is_one(desk):
    there = desk(made(row(1, trace=False)), made(row(2, trace=False), row(3, trace=False)))

    alone = there.connector.create("companies", [creating(1)])
    together = there.connector.create("companies", [creating(2), creating(3)])

    assert [one.state for one in alone + together] == [FixState.APPLIED, FixState.UNKNOWN, FixState.UNKNOWN]


def test_who_has_the_address_already_is_told_by_the_refusal(desk):
    message = "Contact already exists. Existing ID: 3401"
    nobody = {"status": "error", "category": "OBJECT_NOT_FOUND", "message": "no", "context": {"ids": ["a@x.com"]}}
    held = {"id": "3401", "properties": {"email": "a@x.com", "lastmodifieddate": MOMENT}, "createdAt": MOMENT,
            "updatedAt": MOMENT}  # fmt: skip
    there = desk(
        answer(207, {"results": [], "errors": [nobody], "numErrors": 1}),
        answer(409, {"status": "error", "category": "CONFLICT", "message": message}),
        answer(200, {"results": [held]}),
    )

    (outcome,) = there.connector.create("contacts", [creating(1, "email", email="a@x.com")])

    assert (outcome.state, outcome.record.ref.id) == (FixState.STALE, "3401")


def test_no_company_is_made_whose_domain_another_one_has_as_its_first_or_a_further_one(desk):
    there = desk(
        answer(200, {"total": 2, "results": [
            row(7, domain="www.Acme.com"), row(8, domain="mills.com", hs_additional_domains="old-mills.com; mills.org"),
        ]}),
        made(row(4)),
    )  # fmt: skip
    wanted = ("acme.com", "old-mills.com", "mills.org", "mil.com")

    outcomes = there.connector.create("companies", [creating(n, domain=one) for n, one in enumerate(wanted, start=1)])

    assert [(one.state, one.record.ref.id) for one in outcomes] == [
        (FixState.STALE, "7"), (FixState.STALE, "8"), (FixState.STALE, "8"), (FixState.APPLIED, "4"),
    ]  # fmt: skip
    assert outcomes[0].detail == "a record of this domain is there already"


@pytest.mark.parametrize("lost", [reset, answer(502, {}), made("what?")], ids=["reset", "gateway", "nonsense"])
def test_a_call_that_may_have_taken_effect_is_not_sent_again(desk, lost):
    there = desk(lost, made(row(1)))

    (outcome,) = there.connector.create("companies", [creating(1)])

    assert outcome.state is FixState.UNKNOWN
    assert len(there.lines) == 1
