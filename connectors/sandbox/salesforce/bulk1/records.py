"""The rows of a batch, as CSV, JSON or XML brings them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from connectors.sandbox.salesforce.bulk.csv_text import BadCsvError, read
from connectors.sandbox.salesforce.bulk.writing import NULL, Values, cells
from connectors.sandbox.salesforce.schema import ObjectSchema
from connectors.sandbox.salesforce.xml_text import BadXmlError, Element, element, parse


class BadBatchError(ValueError):
    """A batch that is no good as a whole."""


def rows_of(kind: ObjectSchema, content_type: str, content: bytes, operation: str) -> list[Values]:
    """Return the rows of a batch; `BadBatchError` where it cannot be read or names a field that does not exist."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadBatchError("the content is not UTF-8") from None
    if content_type == "CSV":
        return _csv(kind, text, operation)
    given = _json(text) if content_type == "JSON" else _xml(content)
    _check(kind, dict.fromkeys(name for row in given for name in row), operation)
    return [_values(kind, row) for row in given]


def _csv(kind: ObjectSchema, text: str, operation: str) -> list[Values]:
    try:
        rows = list(read(text, ","))
    except BadCsvError as problem:
        raise BadBatchError(str(problem)) from None
    header = rows[0] if rows else []
    _check(kind, header, operation)
    uneven = next((place for place, row in enumerate(rows, 1) if len(row) != len(header)), None)
    if uneven is not None:
        raise BadBatchError(f"the number of columns in row {uneven} does not fit the header")
    return [cells(kind, header, row) for row in rows[1:]]


def _json(text: str) -> list[dict[str, Any]]:
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        raise BadBatchError(f"the JSON cannot be read: {problem}") from None
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise BadBatchError("a list of objects is required")
    return [{name: value for name, value in row.items() if name != "attributes"} for row in given]


def _xml(content: bytes) -> list[dict[str, Any]]:
    try:
        root = element(parse(content))
    except BadXmlError as problem:
        raise BadBatchError(f"the XML cannot be read: {problem}") from None
    if root.name != "sObjects":
        raise BadBatchError("an element sObjects is required")
    return [_fields(row) for row in root.all("sObject")]


def _fields(row: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in row.children:
        inner = child.all("sObject") or ([child] if child.children else [])
        if inner:
            found[child.name] = {name: value for name, value in _fields(inner[0]).items() if name != "type"}
        else:
            found[child.name] = None if child.is_nil else child.text
    return found


def _values(kind: ObjectSchema, row: Mapping[str, Any]) -> Values:
    """Nothing of empty values; null, or the sign for it, takes a value away."""
    values: Values = {}
    for name, value in row.items():
        if value == "":
            continue
        field = kind.find(name)
        values[field.name if field is not None else name] = None if value == NULL else value
    return values


def _check(kind: ObjectSchema, names: Sequence[str] | Mapping[str, Any], operation: str) -> None:
    if operation in {"delete", "hardDelete"} and [name.lower() for name in names] not in ([], ["id"]):
        raise BadBatchError(f"The '{operation}' batch must contain only ids")
    for name in names:
        relationship, _, _ = name.partition(".")
        if kind.find(name) is None and kind.parent(relationship) is None:
            raise BadBatchError(f"Field name not found : {name}")
