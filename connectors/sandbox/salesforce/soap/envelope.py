"""SOAP on the wire: what a request holds, and how answers and faults are spelled.

Whatever a client sends is hostile: a document type is refused before any parser sees it, so that there are no entities,
no DTD and nothing to fetch.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from connectors.sandbox.exchange import Answer

XML = "text/xml;charset=UTF-8"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
PARTNER = "urn:partner.soap.sforce.com"
_DEEPEST = 20
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

#: An element of an answer: its name, and its text or its children; None is nil.
Part = tuple[str, "str | bool | Sequence[Part] | None"]


class SoapFault(Exception):  # noqa: N818 - that is what SOAP calls it
    """A call that is refused whole. `kind` is the element below `detail`; empty: there is no detail."""

    def __init__(self, code: str, message: str, kind: str = "UnexpectedErrorFault") -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.kind = code, message, kind


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a request, without the prefixes clients choose freely."""

    name: str
    text: str
    children: tuple[Element, ...]
    is_nil: bool = False

    def all(self, name: str) -> list[Element]:
        """Return the children of a name."""
        return [child for child in self.children if child.name == name]

    def one(self, name: str) -> str:
        """Return the text of the first child of a name; empty where there is none."""
        return next((child.text for child in self.children if child.name == name), "")

    def flag(self, name: str) -> bool:
        """Whether a child says yes."""
        return self.one(name).lower() in {"true", "1"}


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
        text = content.decode("utf-8-sig")
        if "<!DOCTYPE" in text:
            raise _unreadable("a document type is not allowed")
        root = ET.fromstring(text)  # noqa: S314 - see the module
    except (UnicodeDecodeError, ET.ParseError, ValueError) as problem:
        raise _unreadable(str(problem)) from None
    parts = {_local(child.tag): child for child in root}
    if root.tag != f"{{{SOAP}}}Envelope" or "Body" not in parts or len(parts["Body"]) != 1:
        raise _unreadable("an Envelope with one element in its Body is required")
    headers = [_element(child) for child in parts["Header"]] if "Header" in parts else []
    return Envelope({header.name: header for header in headers}, _element(parts["Body"][0]))


def answer(operation: str, parts: Iterable[Part], header: Iterable[Part] = ()) -> Answer:
    """Answer a call that was served."""
    head = "".join(map(_spelled, header))
    content = "".join(map(_spelled, parts))
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
        told = _spelled(("sf:exceptionCode", fault.code)) + _spelled(("sf:exceptionMessage", fault.message))
        detail = f'<detail><sf:{fault.kind} xsi:type="sf:{fault.kind}">{told}</sf:{fault.kind}></detail>'
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{SOAP}" '
        f'xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<soapenv:Body><soapenv:Fault>{_spelled(('faultcode', code))}{_spelled(('faultstring', message))}{detail}"
        f"</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    )
    return Answer(500, text.encode(), XML)


def _unreadable(reason: str) -> SoapFault:
    return SoapFault("soapenv:Client", f"The request cannot be read: {reason}", "")


def _element(found: ET.Element, depth: int = 0) -> Element:
    if depth > _DEEPEST:
        raise _unreadable("elements are nested too deeply")
    children = tuple(_element(child, depth + 1) for child in found)
    return Element(_local(found.tag), (found.text or "").strip(), children, found.get(_NIL) in {"true", "1"})


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _spelled(part: Part) -> str:
    name, content = part
    if content is None:
        return f'<{name} xsi:nil="true"/>'
    if isinstance(content, bool):
        inner = "true" if content else "false"
    elif isinstance(content, str):
        inner = escape(_UNSPEAKABLE.sub("", content), quote=False)
    else:
        inner = "".join(map(_spelled, content))
    return f"<{name}>{inner}</{name}>"
