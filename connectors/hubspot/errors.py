"""HubSpot's ways of saying no, as a table: (status, word) → our error.

The word is a 429's policy or the envelope's category; an empty word stands for all others of that status. Bodies that
are not JSON (a CDN's page, a proxy's) are never parsed. HubSpot's text is not repeated where it could hold a token.
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


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    verdict: Verdict
    #: Seconds to wait when the answer does not say.
    wait_seconds: float | None = None
    hint: str = ""


_ACCESS_HINT = (
    "Check the token in the account's settings: HubSpot, Settings, Integrations, Private Apps or Service Keys."
)
_EXISTING = re.compile(r"Existing ID:\s*(\d+)")
_LATER_HINT = "HubSpot's own trouble as a rule; see status.hubspot.com when it lasts."

TABLE: Mapping[tuple[int, str], Row] = {
    (400, ""): Row(Verdict.REJECTED),
    (401, "EXPIRED_AUTHENTICATION"): Row(Verdict.EXPIRED, hint=_ACCESS_HINT),
    (401, ""): Row(Verdict.CREDENTIALS, hint=_ACCESS_HINT),
    (403, "MISSING_SCOPES"): Row(Verdict.SCOPE, hint="Add the scopes to the app the token belongs to."),
    (403, ""): Row(Verdict.SCOPE, hint="Look at the scopes and the account's plan."),
    (404, ""): Row(Verdict.REJECTED),
    (405, ""): Row(Verdict.REFUSED),
    (409, ""): Row(Verdict.REJECTED),
    (413, ""): Row(Verdict.REJECTED),
    (414, ""): Row(Verdict.REJECTED),
    (415, ""): Row(Verdict.REFUSED),
    (422, ""): Row(Verdict.REJECTED),
    # A lock held by many writes; it lasts two seconds.
    (423, ""): Row(Verdict.LATER, 2.0),
    (429, "SECONDLY"): Row(Verdict.SLOWER, 1.0),
    (429, "TEN_SECONDLY_ROLLING"): Row(Verdict.SLOWER, 10.0),
    (429, "DAILY"): Row(Verdict.TOMORROW),
    (429, ""): Row(Verdict.SLOWER),
    # The account moves to another data centre; the answer says for how long.
    (477, ""): Row(Verdict.LATER, 600.0, "The account is being moved between data centres."),
    (500, ""): Row(Verdict.LOST, hint=_LATER_HINT),
    (502, ""): Row(Verdict.LOST, 3.0, _LATER_HINT),
    (503, ""): Row(Verdict.LOST, 3.0, _LATER_HINT),
    (504, ""): Row(Verdict.LOST, 3.0, _LATER_HINT),
    (521, ""): Row(Verdict.LOST, 3.0, _LATER_HINT),
    (522, ""): Row(Verdict.LOST, 3.0, _LATER_HINT),
    (523, ""): Row(Verdict.LOST, 3.0, _LATER_HINT),
    (524, ""): Row(Verdict.LOST, 3.0, _LATER_HINT),
    (525, ""): Row(Verdict.LOST, 3.0, _LATER_HINT),
    (526, ""): Row(Verdict.LOST, 3.0, _LATER_HINT),
    (530, ""): Row(Verdict.LOST, 3.0, "A badly formed token can be the reason, too."),
}


def row_of(status: int, word: str) -> Row:
    """Return the line for an answer; there is one for every status that is no success."""
    row = TABLE.get((status, word)) or TABLE.get((status, ""))
    if row is not None:
        return row
    if status == 408 or status >= 500:
        return Row(Verdict.LOST)
    return Row(Verdict.REJECTED if status >= 400 else Verdict.REFUSED)


def error_of(answer: Answer, call: Call, resets_in: float) -> ConnectorError:
    """Return our error for an answer. `resets_in`: seconds until the day's calls start anew."""
    envelope = envelope_of(answer)
    row = row_of(answer.status, str(envelope.get("policyName") or envelope.get("category") or ""))
    if row.verdict is Verdict.SCOPE:
        return _scope_error(envelope, call, row.hint)
    for_write, for_read = row.verdict.value
    problem: ConnectorError = (for_write if call.is_write else for_read)(
        _message(row.verdict, answer, call, envelope),
        hint=row.hint,
        status=answer.status,
        correlation_id=str(envelope.get("correlationId") or ""),
    )
    if isinstance(problem, RetryableError):
        wait = resets_in if row.verdict is Verdict.TOMORROW else row.wait_seconds
        told = answer.number("Retry-After")
        problem.retry_after = wait if told is None else told
    return problem


def envelope_of(answer: Answer) -> Mapping[str, Any]:
    """Return the body of a refusal when it is HubSpot's own, else nothing."""
    if "json" not in answer.headers.get("Content-Type", "").lower():
        return {}
    try:
        body = orjson.loads(answer.data)
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def message_of(error: Mapping[str, Any]) -> str:
    """Return HubSpot's sentence for people: of the single values where it names them, else of the whole."""
    singles = [str(single.get("message", "")) for single in error.get("errors") or () if isinstance(single, dict)]
    return "; ".join(single for single in singles if single) or str(error.get("message") or "")


def holder_in(message: str) -> str:
    """Return the id of the record that has a value already which only one may have; empty where none is named."""
    found = _EXISTING.search(message)
    return "" if found is None else found[1]


def _message(verdict: Verdict, answer: Answer, call: Call, envelope: Mapping[str, Any]) -> str:
    """Return the sentence of the error; an empty one stands for the class's own."""
    if verdict in {Verdict.REJECTED, Verdict.REFUSED}:
        reason = message_of(envelope) or f"no reason given, status {answer.status}"
        return reason if call.is_write else f"HubSpot refused {call.endpoint}: {reason}"
    return f"HubSpot answered {answer.status}" if verdict is Verdict.LOST else ""


def _scope_error(envelope: Mapping[str, Any], call: Call, hint: str) -> MissingScopeError:
    scopes: list[str] = []
    for single in envelope.get("errors") or ():
        context = single.get("context") or {} if isinstance(single, dict) else {}
        scopes += context.get("requiredGranularScopes") or context.get("requiredScopes") or ()
    needed = f": {', '.join(scopes)}" if scopes else ""
    return MissingScopeError(f"the token may not {call.endpoint}{needed}", scopes=scopes, hint=hint)
