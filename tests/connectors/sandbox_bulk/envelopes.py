"""SOAP envelopes as a careful client writes them, and what comes back."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from html import escape
from typing import Any

from connectors.sandbox import DEFAULT_TOKEN

PARTNER = "{urn:partner.soap.sforce.com}"


def envelope(body: str, token: str = DEFAULT_TOKEN, headers: str = "") -> str:
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:u="urn:partner.soap.sforce.com" xmlns:s="urn:sobject.partner.soap.sforce.com">'
        f"<soapenv:Header><u:SessionHeader><u:sessionId>{token}</u:sessionId></u:SessionHeader>"
        f"<u:CallOptions><u:client>dq</u:client></u:CallOptions>{headers}</soapenv:Header>"
        f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    )


def merge_request(kind: str, master: str, *losers: str, nulls: tuple[str, ...] = (), **values: str) -> str:
    emptied = "".join(f"<s:fieldsToNull>{name}</s:fieldsToNull>" for name in nulls)
    sent = "".join(f"<s:{name}>{escape(value)}</s:{name}>" for name, value in values.items())
    merged = "".join(f"<u:recordToMergeIds>{loser}</u:recordToMergeIds>" for loser in losers)
    return (
        f"<u:request><u:masterRecord><s:type>{kind}</s:type>{emptied}<s:Id>{master}</s:Id>{sent}</u:masterRecord>"
        f"{merged}</u:request>"
    )


def merge_body(*requests: str) -> str:
    return f"<u:merge>{''.join(requests)}</u:merge>"


def results(content: bytes) -> list[dict[str, Any]]:
    """Return the results of an answer: texts by name, lists of what may come several times."""
    return [_plain(result) for result in ET.fromstring(content).iter(f"{PARTNER}result")]


def fault(content: bytes) -> tuple[str, str]:
    """Return code and text of a fault."""
    root = ET.fromstring(content)
    return root.findtext(".//faultcode") or "", root.findtext(".//faultstring") or ""


def _plain(element: ET.Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in element:
        name = child.tag.removeprefix(PARTNER)
        value: Any = _plain(child) if len(child) else child.text or ""
        if name in {"mergedRecordIds", "updatedRelatedIds", "fields", "errors"}:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found
