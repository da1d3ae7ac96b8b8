"""Salesforce's refusals, as a table; and the call that meets each of them."""

from __future__ import annotations

import pytest

from connectors.calls import Call, TokenExpiredError
from connectors.exchange import Answer
from connectors.salesforce.errors import CODES, STATUSES, UnknownFieldError, Verdict, error_of, row_of
from connectors.salesforce.limits import ROLLING_SECONDS
from syncd.errors import (
    AnswerLostError,
    ConnectorError,
    CredentialsError,
    MissingScopeError,
    QuotaExhaustedError,
    RecordRejectedError,
    RefusedError,
    RetryableError,
    ThrottledError,
)
from tests.connectors.doubles import text
from tests.connectors.salesforce.conftest import refused, row, rows

READ = Call("query", ())
WRITE = Call("collections_update", (), is_write=True)
JSON = {"Content-Type": "application/json;charset=UTF-8"}
HTML = {"Content-Type": "text/html"}
PAGE = b"<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>"


def told(status, code="", message="no", call=READ):
    data = f'[{{"errorCode":"{code}","message":"{message}","fields":[]}}]'.encode()
    return error_of(Answer(status, JSON if code else HTML, data if code else PAGE), call)


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_table_becomes_its_error(code, call):
    expected = CODES[code].verdict.value[0 if call.is_write else 1]

    problem = told(400, code, call=call)

    assert type(problem) is expected
    assert problem.hint == CODES[code].hint


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("status", STATUSES)
def test_every_status_of_the_table_becomes_its_error_though_its_body_is_a_page(status, call):
    expected = STATUSES[status].verdict.value[0 if call.is_write else 1]

    problem = told(status, call=call)

    assert type(problem) is expected
    assert problem.status == status


@pytest.mark.parametrize("status", [*range(300, 600)])
def test_every_status_has_a_meaning(status):
    assert isinstance(row_of(status).verdict, Verdict)


@pytest.mark.parametrize(
    ("status", "code", "message", "expected"),
    [
        (401, "INVALID_SESSION_ID", "Session expired or invalid", TokenExpiredError),
        (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", QuotaExhaustedError),
        (403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.", ThrottledError),
        (400, "invalid_grant", "Login Rate Exceeded", RetryableError),
        (400, "INVALID_FIELD", "No such column 'X' on entity 'Contact'", UnknownFieldError),
        (400, "INVALID_TYPE", "sObject type 'X' is not supported", MissingScopeError),
        (503, "SERVER_UNAVAILABLE", "busy", RetryableError),
        (500, "UNKNOWN_EXCEPTION", "An unexpected error occurred", RetryableError),
        (400, "MALFORMED_QUERY", "unexpected token", RefusedError),
    ],
)
def test_what_a_read_is_told(status, code, message, expected):
    assert type(told(status, code, message)) is expected


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (503, "", AnswerLostError),
        (500, "UNKNOWN_EXCEPTION", AnswerLostError),
        (406, "", RetryableError),
        (420, "", RetryableError),
        (400, "JSON_PARSER_ERROR", RecordRejectedError),
        (400, "UNABLE_TO_LOCK_ROW", RetryableError),
        (403, "REQUEST_LIMIT_EXCEEDED", QuotaExhaustedError),
    ],
)
def test_what_a_write_is_told(status, code, expected):
    assert type(told(status, code, call=WRITE)) is expected


def test_the_end_of_the_calls_of_a_day_says_when_to_ask_again():
    assert told(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.").retry_after == ROLLING_SECONDS


def test_a_refusal_in_soap_is_understood():
    fault = b"<soapenv:Fault><faultcode>sf:INVALID_SESSION_ID</faultcode><faultstring>x: Invalid</faultstring>"

    problem = error_of(Answer(500, {"Content-Type": "text/xml; charset=utf-8"}, fault), WRITE)

    assert isinstance(problem, TokenExpiredError)


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"[1]", b'"no"'])
def test_a_body_that_is_not_what_it_says_is_still_a_refusal(data):
    assert isinstance(error_of(Answer(400, JSON, data), READ), ConnectorError)


@pytest.mark.parametrize(
    "trouble",
    [text(406, ""), text(420, "<html>", HTML), text(503, "<html>", HTML), refused(503, "SERVER_UNAVAILABLE")],
    ids=["406", "420", "page", "503"],
)
def test_trouble_at_the_edge_passes(desk, trouble):
    there = desk(trouble, trouble, rows(row(1)))

    assert list(there.connector.census("Contact")) == [("003000000000001AAA",)]


def test_a_used_up_day_ends_the_calls_of_all_until_it_is_worth_asking(desk, clock):
    there = desk(refused(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), rows())
    with pytest.raises(QuotaExhaustedError):
        list(there.connector.census("Contact"))

    with pytest.raises(QuotaExhaustedError):
        list(there.connector.census("Contact"))
    clock.wait(ROLLING_SECONDS + 1)
    list(there.connector.census("Contact"))

    assert len(there.server.requests) == 2


@pytest.mark.parametrize(
    "header", ["api-usage=4600/5000", "api-usage=4600/5000; per-app-api-usage=17/250(appName=syncd)",
               "per-app-api-usage=17/250(appName=syncd); api-usage=4600/5000"],
)  # fmt: skip
def test_a_share_of_the_day_is_left_to_others(desk, ear, header):
    there = desk(rows(headers={"Sforce-Limit-Info": header}))
    list(there.connector.census("Contact"))

    with pytest.raises(QuotaExhaustedError):
        list(there.connector.census("Contact"))

    assert ear.quotas == [400]
    assert (there.connector.budget().remaining, there.connector.budget().limit) == (400, 5000)


def test_wrong_credentials_are_no_reason_to_try_again(desk):
    there = desk(refused(401, "INVALID_AUTH_HEADER"))

    with pytest.raises(CredentialsError):
        there.connector.identify()

    assert len(there.server.requests) == 1
