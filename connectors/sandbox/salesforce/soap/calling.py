"""Who calls by SOAP, and what the headers of the envelope ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from connectors.sandbox.effects import Actor, Cause
from connectors.sandbox.salesforce.callers import Caller, WriteOptions
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.endpoints.limits import NEWEST, OLDEST
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.sessions import Session
from connectors.sandbox.salesforce.soap.envelope import Envelope, Part, SoapFault

_ILLEGAL = (
    "Invalid Session ID found in SessionHeader: Illegal Session. Session not found, missing session hash: null\n"
    "This is expected, it can happen if the session has expired and swept away, or if the user logs out, or if its "
    "just someone trying to hack in."
)


@dataclass(frozen=True, slots=True)
class SoapCall:
    """One call of one operation."""

    call: Call
    envelope: Envelope
    cause: Cause
    options: WriteOptions

    @property
    def org(self) -> Org:
        """The org that is called."""
        return self.call.org


def check_version(text: str) -> int:
    """Return the version the path names; a fault where there is none any more."""
    number, _, minor = text.partition(".")
    if not number.isdigit() or minor not in {"", "0"} or not OLDEST <= int(number) <= NEWEST:
        raise SoapFault("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL")
    return int(number)


@contextmanager
def opened(call: Call, envelope: Envelope) -> Iterator[SoapCall]:
    """Serve whoever the session in the envelope belongs to."""
    session = _session(call, envelope)
    org = call.org
    if not org.quota.admit(org.now_ms()):
        raise SoapFault("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    user = org.tables["User"].rows[session.user_id]
    client = envelope.header("CallOptions").one("client")
    actor = Actor("app", session.app, client, session.user_id)
    cause = Cause(actor, call.request.id, f"soap_{envelope.body.name}")
    before = org.user
    org.user = Caller(user.id, str(user["Username"]), ZoneInfo(str(user["TimeZoneSidKey"] or "UTC")))
    try:
        yield SoapCall(call, envelope, cause, _options(envelope))
    finally:
        org.user = before


def limits(org: Org) -> list[Part]:
    """Return the header that tells what of the day's requests is used."""
    told: list[Part] = [
        ("current", str(org.quota.used(org.now_ms()))), ("limit", str(org.quota.limit)), ("type", "API REQUESTS"),
    ]  # fmt: skip
    return [("LimitInfoHeader", [("limitInfo", told)])]


def errors(problem: SalesforceError) -> Part:
    """Return the reason why one row was refused."""
    fields: list[Part] = [("fields", name) for name in problem.fields or ()]
    return ("errors", [*fields, ("message", problem.message), ("statusCode", problem.status_code)])


def _session(call: Call, envelope: Envelope) -> Session:
    value = envelope.header("SessionHeader").one("sessionId")
    found = call.org.sessions.find(value, call.org.now_ms())
    if found is None or found.is_jwt or found.user_id not in call.org.tables["User"].rows:
        raise SoapFault("INVALID_SESSION_ID", _ILLEGAL)
    if found.refusal:
        raise SoapFault("INVALID_SESSION_ID", found.refusal)
    return found


def _options(envelope: Envelope) -> WriteOptions:
    assignment = envelope.header("AssignmentRuleHeader")
    duplicates = envelope.header("DuplicateRuleHeader")
    return WriteOptions(
        # Unlike REST, SOAP runs no rule unless it is asked to.
        auto_assign=assignment.one("assignmentRuleId") or assignment.flag("useDefaultRule"),
        allow_save=duplicates.flag("allowSave"),
    )
