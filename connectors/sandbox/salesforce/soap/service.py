"""The SOAP endpoint: one path for all operations, told apart by what lies in the body."""

from __future__ import annotations

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.soap import envelope
from connectors.sandbox.salesforce.soap.calling import check_version, opened
from connectors.sandbox.salesforce.soap.convert import convert_leads
from connectors.sandbox.salesforce.soap.envelope import PARTNER, SoapFault
from connectors.sandbox.salesforce.soap.login import LAST_VERSION, login
from connectors.sandbox.salesforce.soap.merge import merge

_OPERATIONS = {"merge": merge, "convertLead": convert_leads}


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
