"""XML on the wire: what clients send, read with suspicion, and how answers are spelled.

Whatever a client sends is hostile: a document type is refused before any parser sees it, so that there are no entities,
no DTD and nothing to fetch.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_DEEPEST = 20
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

#: An element of an answer: its name, and its text or its children; None is nil.
Part = tuple[str, "str | bool | Sequence[Part] | None"]


class BadXmlError(ValueError):
    """What was sent cannot be read."""


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


def parse(content: bytes) -> ET.Element:
    """Return the outermost element of a document; `BadXmlError` where it is none."""
    try:
        text = content.decode("utf-8-sig")
        if "<!DOCTYPE" in text:
            raise BadXmlError("a document type is not allowed")
        return ET.fromstring(text)  # noqa: S314 - see the module
    except (UnicodeDecodeError, ET.ParseError, ValueError) as problem:
        raise BadXmlError(str(problem)) from None


def element(found: ET.Element, depth: int = 0) -> Element:
    """Return an element with everything in it; `BadXmlError` where that is too deep."""
    if depth > _DEEPEST:
        raise BadXmlError("elements are nested too deeply")
    children = tuple(element(child, depth + 1) for child in found)
    return Element(local(found.tag), (found.text or "").strip(), children, found.get(_NIL) in {"true", "1"})


def local(tag: str) -> str:
    """Return a name without its namespace."""
    return tag.rpartition("}")[2]


def spelled(part: Part) -> str:
    """Return an element as text."""
    name, content = part
    if content is None:
        return f'<{name} xsi:nil="true"/>'
    if isinstance(content, bool):
        inner = "true" if content else "false"
    elif isinstance(content, str):
        inner = escape(_UNSPEAKABLE.sub("", content), quote=False)
    else:
        inner = "".join(map(spelled, content))
    return f"<{name}>{inner}</{name}>"
