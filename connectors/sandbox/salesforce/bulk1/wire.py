"""How Bulk API 1.0 spells things: JSON for jobs of JSON, XML for all others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.values import to_json
from connectors.sandbox.salesforce.xml_text import Part, spelled

#: Clients compare it as a whole: there is no charset behind it.
JSON = "application/json"
XML = "application/xml"
CSV = "text/csv"
NAMESPACE = "http://www.force.com/2009/06/asyncapi/dataload"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def told(call: Call, name: str, facts: Mapping[str, Any], status: int = 200, *, is_json: bool) -> Answer:
    """Answer with what a job or a batch tells of itself."""
    if is_json:
        return json(call, dict(sorted(facts.items())), status)
    return Answer(status, document(name, parts(facts)), XML)


def json(call: Call, content: Any, status: int = 200) -> Answer:
    """Answer with JSON."""
    return Answer(status, to_json(content, is_pretty=call.headers.get("x-prettyprint") == "1"), JSON)


def document(name: str, content: Iterable[Part]) -> bytes:
    """Return an XML document of the API's namespace."""
    inner = "".join(map(spelled, content))
    return f'{_HEAD}<{name} xmlns="{NAMESPACE}" xmlns:xsi="{_XSI}">{inner}</{name}>'.encode()


def parts(facts: Mapping[str, Any]) -> list[Part]:
    """Return facts as elements."""
    return [(name, _text(value)) for name, value in facts.items()]


def records(shown: Sequence[Mapping[str, Any]]) -> bytes:
    """Return what a query found as XML."""
    inner = "".join(_record("records", record) for record in shown)
    return f'{_HEAD}<queryResult xmlns="{NAMESPACE}" xmlns:xsi="{_XSI}">{inner}</queryResult>'.encode()


def in_milliseconds(record: Mapping[str, Any], moments: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record as JSON has it here: moments and days are milliseconds since 1970."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        inner = moments.get(name)
        if isinstance(value, dict) and isinstance(inner, dict):
            found[name] = in_milliseconds(value, inner)
        else:
            found[name] = value if inner is None or value is None else _milliseconds(value)
    return found


def _milliseconds(text: str) -> int:
    at = datetime.fromisoformat(text)
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _record(tag: str, record: Mapping[str, Any]) -> str:
    attributes = record.get("attributes") or {}
    inner = spelled(("type", str(attributes.get("type", ""))))
    for name, value in record.items():
        if name == "attributes":
            continue
        inner += _record(name, value) if isinstance(value, dict) else spelled((name, _text(value)))
    return f'<{tag} xsi:type="sObject">{inner}</{tag}>'


def _text(value: Any) -> str | bool | None:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
    return value.isoformat() if isinstance(value, date) else str(value)
