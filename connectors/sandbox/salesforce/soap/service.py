"""The SOAP endpoint: one path for all operations, told apart by what lies in the body."""

from __future__ import annotations

import re

import orjson

from connectors.sandbox.exchange import Answer, Request
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.soap import envelope
from connectors.sandbox.salesforce.soap.calling import check_version, opened
from connectors.sandbox.salesforce.soap.convert import convert_leads
from connectors.sandbox.salesforce.soap.envelope import PARTNER, SoapFault
from connectors.sandbox.salesforce.soap.login import LAST_VERSION, login
from connectors.sandbox.salesforce.soap.merge import merge
from connectors.sandbox.salesforce.soap.session_calls import get_server_timestamp, get_user_info, logout
from connectors.sandbox.salesforce.soap.undelete import undelete

PREFIX = "/services/Soap/"
#: How far into a body its operation is looked for.
_GLANCE = 20_000
_OPERATIONS = {
    "merge": merge, "undelete": undelete, "convertLead": convert_leads, "getUserInfo": get_user_info,
    "getServerTimestamp": get_server_timestamp, "logout": logout,
}  # fmt: skip
_BODY = re.compile(rb"<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)")


def serves(path: str) -> bool:
    """Whether a path is one of SOAP."""
    return path.startswith(PREFIX)


def name_of(request: Request) -> str:
    """Return what counters and faults call a request: by its operation, where that can be told without parsing."""
    found = _BODY.search(request.body, 0, _GLANCE)
    name = found[1].decode() if found else ""
    return f"soap_{name}" if name in {"login", *_OPERATIONS} else "soap"


def as_fault(refused: Answer) -> Answer:
    """Return what REST answers with an array of errors as SOAP answers it; pages of the edge stay as they are."""
    if not refused.body.startswith(b"[{"):
        return refused
    error = orjson.loads(refused.body)[0]
    return envelope.fault_answer(SoapFault(str(error.get("errorCode")), str(error.get("message"))))


def serve(call: Call) -> Answer:
    """Answer a SOAP call."""
    try:
        return _served(call)
    except SoapFault as fault:
        return envelope.fault_answer(fault)


def _served(call: Call) -> Answer:
    version = check_version(call.parts["version"])
    asked = envelope.read(call.request.body)
    name = asked.body.name
    if name == "login" and version <= LAST_VERSION:
        return login(call, asked, version)
    operation = _OPERATIONS.get(name)
    if operation is None:
        raise SoapFault("soapenv:Client", f"No operation available for request {{{PARTNER}}}{name}", "")
    with opened(call, asked) as soap_call:
        return operation(soap_call)
