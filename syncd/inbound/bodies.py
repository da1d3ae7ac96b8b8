"""The body of a submission as fields and texts: JSON, or as a browser sends a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
#: More fields, or longer values, no form has that a person fills in.
_MOST_FIELDS = 200
LONGEST = 4_000


class UnreadableBodyError(ValueError):
    """A body is no submission; the message says why."""


def read_body(content_type: str, body: bytes) -> dict[str, str]:
    """Return what is filled in, by the names of the form; empty fields are empty texts.

    Of a field that is there several times, as boxes that are ticked, the texts are joined by semicolons.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == JSON:
        return _of_json(body)
    if kind == FORM:
        return _of_form(body)
    raise UnreadableBodyError(f"The content type should be {JSON} or {FORM}.")


def _of_json(body: bytes) -> dict[str, str]:
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise UnreadableBodyError("The body is no JSON.") from None
    if not isinstance(data, dict):
        raise UnreadableBodyError("The body should be an object of fields.")
    if len(data) > _MOST_FIELDS:
        raise UnreadableBodyError("The body has too many fields.")
    return {name: _text(name, value) for name, value in data.items()}


def _text(name: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return str(value)
        case [*items] if all(isinstance(one, str) for one in items):
            return ";".join(items)
        case _:
            raise UnreadableBodyError(f"The field {name[:100]!r} should hold text.")


def _of_form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise UnreadableBodyError("The body is no form, or has too many fields.") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: ";".join(filter(None, values)) for name, values in found.items()}


def named(raw: Mapping[str, str], names: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return by our fields what a form calls them, and what it says there; what is named nowhere is left out."""
    found: dict[str, tuple[str, str]] = {}
    for name, text in raw.items():
        field = names.get(name, "")
        if field and (field not in found or not found[field][1].strip()):
            found[field] = (name, text)
    return found
