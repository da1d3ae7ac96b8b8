"""HubSpot's refusals become our errors, by a table without holes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from connectors.calls import Call
from connectors.exchange import Answer
from connectors.hubspot.errors import TABLE, Verdict, error_of, row_of
from connectors.hubspot.limits import seconds_to_midnight, zone_of
from syncd.errors import (
    AnswerLostError,
    ConnectorError,
    MissingScopeError,
    QuotaExhaustedError,
    RecordRejectedError,
    RefusedError,
    RetryableError,
    ThrottledError,
)

READ = Call("list", ())
WRITE = Call("batch_update", (), is_write=True)
JSON = {"Content-Type": "application/json;charset=utf-8"}


def refused(status, body=None, call=READ, **headers):
    return error_of(Answer(status, {**JSON, **headers}, json.dumps(body or {}).encode()), call, resets_in=3600.0)


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
def test_every_status_has_an_error_with_a_sentence(call):
    problems = [refused(status, call=call) for status in range(300, 600)]

    assert all(isinstance(problem, ConnectorError) and problem.message for problem in problems)


@pytest.mark.parametrize(("status", "word"), TABLE, ids=[f"{status} {word}" for status, word in TABLE])
def test_every_line_of_the_table_is_reached(status, word):
    for_write, for_read = row_of(status, word).verdict.value

    body = {"policyName" if status == 429 else "category": word}

    assert type(refused(status, body)) is for_read
    assert type(refused(status, body, WRITE)) is for_write


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 521, 524, 530, 408])
def test_a_failing_server_leaves_a_write_unknown_and_a_read_to_be_repeated(status):
    assert isinstance(refused(status, call=WRITE), AnswerLostError)
    assert type(refused(status)) is RetryableError


@pytest.mark.parametrize(
    ("policy", "error", "seconds"),
    [
        ("SECONDLY", ThrottledError, 1.0),
        ("TEN_SECONDLY_ROLLING", ThrottledError, 10.0),
        ("DAILY", QuotaExhaustedError, 3600.0),
        ("SOMETHING_NEW", ThrottledError, None),
    ],
)
def test_the_policy_of_a_429_says_how_long(policy, error, seconds):
    problem = refused(429, {"errorType": "RATE_LIMIT", "policyName": policy}, WRITE)

    assert type(problem) is error
    assert problem.retry_after == seconds


@pytest.mark.parametrize("status", [423, 429, 477, 503])
def test_retry_after_goes_before_our_own_guess(status):
    assert refused(status, None, READ, **{"Retry-After": "17"}).retry_after == 17.0


def test_missing_scopes_are_named():
    problem = refused(
        403,
        {
            "category": "MISSING_SCOPES",
            "errors": [{"message": "m", "context": {"requiredGranularScopes": ["crm.objects.deals.read"]}}],
        },
    )

    assert isinstance(problem, MissingScopeError)
    assert problem.scopes == ("crm.objects.deals.read",)
    assert "crm.objects.deals.read" in problem.message


def test_a_page_that_is_not_json_is_not_parsed():
    page = Answer(400, {"Content-Type": "text/html"}, b'{"message": "not for you"}')

    problem = error_of(page, WRITE, 0.0)

    assert "not for you" not in problem.message


def test_json_that_is_none_is_survived():
    assert isinstance(error_of(Answer(400, JSON, b"{"), WRITE, 0.0), RecordRejectedError)


def test_the_reasons_of_single_values_are_repeated():
    body = {"message": "Property values were not valid: [...]", "errors": [{"message": "x was not one of [a, b]"}]}

    assert refused(400, body, WRITE).message == "x was not one of [a, b]"
    assert "x was not one of [a, b]" in refused(400, body, READ).message
    assert isinstance(refused(400, body, READ), RefusedError)


@pytest.mark.parametrize("status", [401, 403])
def test_what_hubspot_says_of_a_token_is_not_repeated(status):
    problem = refused(status, {"message": "This oauth-token (pat-secret) does not have proper permissions!"})

    assert "pat-secret" not in f"{problem} {problem.hint}"


def test_the_correlation_id_is_kept():
    assert refused(400, {"correlationId": "c-1"}, WRITE).correlation_id == "c-1"


@pytest.mark.parametrize(
    ("zone", "hours"), [("US/Eastern", 5.0), ("Europe/Berlin", 23.0), ("Nowhere/Land", 24.0), (None, 24.0)]
)
def test_the_day_ends_at_midnight_where_the_account_lives(zone, hours):
    midnight = datetime(2026, 3, 2, tzinfo=UTC)

    assert seconds_to_midnight(midnight, zone_of(zone)) == hours * 3600


def test_no_two_verdicts_are_the_same():
    assert len({verdict.value for verdict in Verdict}) == len(Verdict.__members__)
