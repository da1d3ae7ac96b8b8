"""Requests that only the SOAP API takes: how they are wrapped, and what their answers say."""

from __future__ import annotations

from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from connectors.salesforce.client import CLIENT_NAME
from syncd.errors import BrokenPromiseError

_ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:u="urn:partner.soap.sforce.com" \
xmlns:s="urn:sobject.partner.soap.sforce.com"><soapenv:Header><u:SessionHeader><u:sessionId>{token}</u:sessionId>\
</u:SessionHeader><u:CallOptions><u:client>{client}</u:client></u:CallOptions><u:AssignmentRuleHeader>\
<u:useDefaultRule>false</u:useDefaultRule></u:AssignmentRuleHeader><u:DuplicateRuleHeader><u:allowSave>true\
</u:allowSave><u:includeRecordDetails>false</u:includeRecordDetails><u:runAsCurrentUser>true</u:runAsCurrentUser>\
</u:DuplicateRuleHeader></soapenv:Header><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"""


def wrap(token: str, body: str) -> bytes:
    """Return the request with its headers: no assignment rules, duplicate rules only warn."""
    return _ENVELOPE.format(token=escape(token), client=CLIENT_NAME, body=body).encode()


def results_of(data: bytes) -> list[ET.Element]:
    """Return the results of an answer; BrokenPromiseError when it has none."""
    try:
        root = ET.fromstring(data)  # noqa: S314 - from Salesforce itself, over TLS
    except ET.ParseError as problem:
        raise BrokenPromiseError("Salesforce's answer to a SOAP request is no XML") from problem
    found = root.findall(".//{*}result")
    if not found:
        raise BrokenPromiseError("Salesforce's answer to a SOAP request has no result")
    return found


def is_success(result: ET.Element) -> bool:
    """Return whether Salesforce did what was asked for."""
    return result.findtext("{*}success") == "true"


def refusal_of(result: ET.Element) -> tuple[str, str]:
    """Return the code and the message of a refusal; both empty when there is none."""
    return result.findtext("{*}errors/{*}statusCode") or "", result.findtext("{*}errors/{*}message") or ""
