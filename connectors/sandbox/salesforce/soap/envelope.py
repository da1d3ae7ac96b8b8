"""SOAP on the wire: what a request holds, and how answers and faults are spelled."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.xml_text import BadXmlError, Element, Part, element, local, parse, spelled

__all__ = ["Element", "Envelope", "Part", "SoapFault", "answer", "fault_answer", "read"]

XML = "text/xml;charset=UTF-8"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
PARTNER = "urn:partner.soap.sforce.com"


class SoapFault(Exception):  # noqa: N818 - that is what SOAP calls it
    """A call that is refused whole. `kind` is the element below `detail`; empty: there is no detail."""

    def __init__(self, code: str, message: str, kind: str = "UnexpectedErrorFault") -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.kind = code, message, kind


@dataclass(frozen=True, slots=True)
class Envelope:
    """A whole request: headers by name, and the one element of the body."""

    headers: dict[str, Element]
    body: Element

    def header(self, name: str) -> Element:
        """Return a header; one without children where it was not sent."""
        return self.headers.get(name) or Element(name, "", ())


def read(content: bytes) -> Envelope:
    """Read a request; SoapFault where it is no envelope."""
    try:
        return _envelope(parse(content))
    except BadXmlError as problem:
        raise SoapFault("soapenv:Client", f"The request cannot be read: {problem}", "") from None


def answer(operation: str, parts: Iterable[Part], header: Iterable[Part] = ()) -> Answer:
    """Answer a call that was served."""
    head = "".join(map(spelled, header))
    content = "".join(map(spelled, parts))
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns="{PARTNER}" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{f'<soapenv:Header>{head}</soapenv:Header>' if head else ''}<soapenv:Body><{operation}Response>{content}"
        f"</{operation}Response></soapenv:Body></soapenv:Envelope>"
    )
    return Answer(200, text.encode(), XML)


def fault_answer(fault: SoapFault) -> Answer:
    """Answer a call that was refused: always with 500."""
    message = f"{fault.code}: {fault.message}" if fault.kind else fault.message
    code = f"sf:{fault.code}" if fault.kind else fault.code
    detail = ""
    if fault.kind:
        told = spelled(("sf:exceptionCode", fault.code)) + spelled(("sf:exceptionMessage", fault.message))
        detail = f'<detail><sf:{fault.kind} xsi:type="sf:{fault.kind}">{told}</sf:{fault.kind}></detail>'
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{SOAP}" '
        f'xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<soapenv:Body><soapenv:Fault>{spelled(('faultcode', code))}{spelled(('faultstring', message))}{detail}"
        f"</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    )
    return Answer(500, text.encode(), XML)


def _envelope(root: ET.Element) -> Envelope:
    parts = {local(child.tag): child for child in root}
    if root.tag != f"{{{SOAP}}}Envelope" or "Body" not in parts or len(parts["Body"]) != 1:
        raise BadXmlError("an Envelope with one element in its Body is required")
    headers = [element(child) for child in parts["Header"]] if "Header" in parts else []
    return Envelope({header.name: header for header in headers}, element(parts["Body"][0]))
