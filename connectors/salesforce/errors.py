"""Salesforce's ways of saying no, as tables: code → our error, and status → our error where there is no code.

A code means the same whatever the status it comes with. Bodies that are not JSON (the edge answers in HTML) are never
parsed. Where a call is refused as a whole its rows are not touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import orjson

from connectors.calls import Call, TokenExpiredError
from connectors.exchange import Answer
from connectors.salesforce.ids import long_id
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


class UnknownFieldError(RefusedError):
    """The org has no such field, or hides it from us."""


class TooMuchAskedError(RefusedError):
    """Salesforce gave up looking for the rows: fewer of them may do."""


class Verdict(Enum):
    """What an answer means: our error for a write, and for a read."""

    #: Not carried out; the same call will do later.
    LATER = (RetryableError, RetryableError)
    SLOWER = (ThrottledError, ThrottledError)
    TOMORROW = (QuotaExhaustedError, QuotaExhaustedError)
    #: A write may have taken effect; a read may be repeated.
    LOST = (AnswerLostError, RetryableError)
    #: A write was refused for what it holds; a read was refused for what it asks.
    REJECTED = (RecordRejectedError, RefusedError)
    #: Nobody may do this, or not this way.
    REFUSED = (RefusedError, RefusedError)
    EXPIRED = (TokenExpiredError, TokenExpiredError)
    CREDENTIALS = (CredentialsError, CredentialsError)
    SCOPE = (MissingScopeError, MissingScopeError)
    FIELD = (RecordRejectedError, UnknownFieldError)
    SMALLER = (RetryableError, TooMuchAskedError)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    verdict: Verdict
    #: Seconds to wait when the answer does not say.
    wait_seconds: float | None = None
    hint: str = ""


_ACCESS_HINT = "Check the account's credentials, and in Salesforce the app, its policies and its user."
_TAKEN = "DUPLICATE_VALUE"
_HOLDER = re.compile(r"record with id:\s*([A-Za-z0-9]{15,18})")
_EDGE_HINT = "Salesforce's own trouble as a rule; see status.salesforce.com when it lasts."
_SEEING_HINT = "Give the integration user a permission set that lets it read the object and its fields."

CODES: Mapping[str, Row] = {
    "INVALID_SESSION_ID": Row(Verdict.EXPIRED, hint=_ACCESS_HINT),
    "INVALID_AUTH_HEADER": Row(Verdict.CREDENTIALS, hint=_ACCESS_HINT),
    "INVALID_LOGIN": Row(Verdict.CREDENTIALS, hint=_ACCESS_HINT),
    "API_DISABLED_FOR_ORG": Row(Verdict.REFUSED, hint="The org's edition or the user's profile has no API access."),
    "API_CURRENTLY_DISABLED": Row(Verdict.REFUSED, hint=_ACCESS_HINT),
    "UNSUPPORTED_API_VERSION": Row(Verdict.REFUSED, hint="This version of syncd is too old for the org."),
    # The day's calls, or too many long ones at a time: see `row_of`.
    "REQUEST_LIMIT_EXCEEDED": Row(Verdict.TOMORROW, ROLLING_SECONDS, "The org has used up its API calls of 24 hours."),
    "INSUFFICIENT_ACCESS": Row(Verdict.SCOPE, hint=_SEEING_HINT),
    "INSUFFICIENT_ACCESS_OR_READONLY": Row(Verdict.SCOPE, hint=_SEEING_HINT),
    "INVALID_TYPE": Row(Verdict.SCOPE, hint=_SEEING_HINT),
    "NOT_FOUND": Row(Verdict.SCOPE, hint=_SEEING_HINT),
    "INVALID_FIELD": Row(Verdict.FIELD),
    "QUERY_TIMEOUT": Row(Verdict.SMALLER),
    "QUERY_TOO_COMPLICATED": Row(Verdict.SMALLER),
    "UNABLE_TO_LOCK_ROW": Row(Verdict.LATER, 1.0),
    "SERVER_UNAVAILABLE": Row(Verdict.LOST, 3.0, _EDGE_HINT),
    "UNKNOWN_EXCEPTION": Row(Verdict.LOST, 3.0, _EDGE_HINT),
    # What the token endpoint says.
    "invalid_grant": Row(Verdict.CREDENTIALS, hint=_ACCESS_HINT),
    "invalid_client": Row(Verdict.CREDENTIALS, hint=_ACCESS_HINT),
    "invalid_client_id": Row(Verdict.CREDENTIALS, hint=_ACCESS_HINT),
    "invalid_client_credentials": Row(Verdict.CREDENTIALS, hint=_ACCESS_HINT),
    "invalid_request": Row(Verdict.CREDENTIALS, hint=_ACCESS_HINT),
    "invalid_app_access": Row(Verdict.CREDENTIALS, hint=_ACCESS_HINT),
    "inactive_user": Row(Verdict.CREDENTIALS, hint=_ACCESS_HINT),
    "inactive_org": Row(Verdict.CREDENTIALS, hint=_ACCESS_HINT),
    "unsupported_grant_type": Row(Verdict.CREDENTIALS, hint=_ACCESS_HINT),
    "unauthorized_client": Row(Verdict.CREDENTIALS, hint=_ACCESS_HINT),
    "server_error": Row(Verdict.LOST, 3.0, _EDGE_HINT),
    "temporarily_unavailable": Row(Verdict.LATER, 3.0, _EDGE_HINT),
}

STATUSES: Mapping[int, Row] = {
    400: Row(Verdict.REJECTED),
    401: Row(Verdict.CREDENTIALS, hint=_ACCESS_HINT),
    403: Row(Verdict.SCOPE, hint=_SEEING_HINT),
    404: Row(Verdict.SCOPE, hint=_SEEING_HINT),
    405: Row(Verdict.REFUSED),
    # The edge answers 406 and 420 in HTML when it is overloaded; the call has not gone further.
    406: Row(Verdict.LATER, 3.0, _EDGE_HINT),
    409: Row(Verdict.REJECTED),
    410: Row(Verdict.REFUSED, hint="This version of syncd is too old for the org."),
    412: Row(Verdict.REJECTED),
    413: Row(Verdict.REJECTED),
    414: Row(Verdict.REJECTED),
    415: Row(Verdict.REFUSED),
    420: Row(Verdict.LATER, 3.0, _EDGE_HINT),
    429: Row(Verdict.SLOWER, 5.0),
    431: Row(Verdict.REJECTED),
    500: Row(Verdict.LOST, hint=_EDGE_HINT),
    502: Row(Verdict.LOST, 3.0, _EDGE_HINT),
    503: Row(Verdict.LOST, 3.0, _EDGE_HINT),
    504: Row(Verdict.LOST, 3.0, _EDGE_HINT),
}

#: An answer that was not read to its end in two days, or in another session.
LOCATOR_GONE = "INVALID_QUERY_LOCATOR"
#: Long calls at the same time; ends as soon as some of them do.
_CONCURRENT = Row(Verdict.SLOWER, 10.0, "The org works on too many long calls at the same time.")
#: Said of a token that is good, but not for this: a new one would be no better.
_NOT_CURABLE = re.compile(r"not valid for use with the (REST )?API|Connected app is not attached", re.IGNORECASE)
#: Logging in too often is answered like a wrong password.
_LOGIN_RATE = re.compile(r"login rate exceeded", re.IGNORECASE)
_SOAP_CODE = re.compile(rb"<faultcode>(?:\w+:)?(\w+)</faultcode>")
_SOAP_TEXT = re.compile(rb"<faultstring>([^<]*)</faultstring>")


def row_of(status: int, code: str = "", message: str = "") -> Row:
    """Return the line for an answer; there is one for every status that is no success."""
    if code == "REQUEST_LIMIT_EXCEEDED" and "concurrent" in message.lower():
        return _CONCURRENT
    if code == "INVALID_SESSION_ID" and _NOT_CURABLE.search(message):
        return Row(Verdict.CREDENTIALS, hint=_ACCESS_HINT)
    if _LOGIN_RATE.search(message):
        return Row(Verdict.LATER, 60.0, "The user logs in too often.")
    row = CODES.get(code) or STATUSES.get(status)
    if row is not None:
        return row
    if status == 408 or status >= 500:
        return Row(Verdict.LOST, hint=_EDGE_HINT)
    return Row(Verdict.REJECTED if status >= 400 else Verdict.REFUSED)


def error_of(answer: Answer, call: Call) -> ConnectorError:
    """Return our error for an answer."""
    first = refusal_of(answer)
    code, message = code_of(first), str(first.get("message") or "").strip()
    row = row_of(answer.status, code, message)
    for_write, for_read = row.verdict.value
    problem: ConnectorError = (for_write if call.is_write else for_read)(
        _sentence(row.verdict, answer, call, first), hint=row.hint, status=answer.status
    )
    if isinstance(problem, RetryableError):
        told = answer.number("Retry-After")
        problem.retry_after = row.wait_seconds if told is None else told
    return problem


def refusal_of(answer: Answer) -> Mapping[str, Any]:
    """Return the first error of an answer when it is in Salesforce's own words, else nothing."""
    kind = answer.headers.get("Content-Type", "").lower()
    if "xml" in kind:
        code, text = _SOAP_CODE.search(answer.data), _SOAP_TEXT.search(answer.data)
        return {"errorCode": code[1].decode() if code else "", "message": text[1].decode() if text else ""}
    if "json" not in kind:
        return {}
    try:
        body = orjson.loads(answer.data)
    except orjson.JSONDecodeError:
        return {}
    if isinstance(body, list):
        body = body[0] if body else {}
    if not isinstance(body, dict):
        return {}
    if "error" in body:
        return {"errorCode": body["error"], "message": body.get("error_description")}
    return body


def code_of(error: Mapping[str, Any]) -> str:
    """Return the code of one error; rows of a collection say it under another name."""
    return str(error.get("errorCode") or error.get("statusCode") or "")


def holder_in(error: Mapping[str, Any]) -> str:
    """Return the id of the record that has a value already which only one may have; empty where none is named."""
    found = _HOLDER.search(str(error.get("message") or "")) if code_of(error) == _TAKEN else None
    return "" if found is None else long_id(found[1])


def message_of(error: Mapping[str, Any]) -> str:
    """Return Salesforce's sentence for people, with its code in front."""
    code, text = code_of(error), str(error.get("message") or "").strip()
    return f"{code}: {text}" if code and text else code or text


def _sentence(verdict: Verdict, answer: Answer, call: Call, first: Mapping[str, Any]) -> str:
    """Return the sentence of the error; an empty one stands for the class's own."""
    if verdict in {Verdict.TOMORROW, Verdict.SLOWER}:
        return ""
    if verdict in {Verdict.CREDENTIALS, Verdict.EXPIRED}:
        # Codes only: the texts of logins can name users.
        return f"Salesforce does not accept the credentials ({code_of(first) or answer.status})"
    if verdict is Verdict.LOST:
        return f"Salesforce answered {answer.status}"
    reason = message_of(first) or f"no reason given, status {answer.status}"
    return reason if call.is_write else f"Salesforce refused {call.endpoint}: {reason}"
