"""An object's properties, in words both CRMs share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors.hubspot import query
from connectors.hubspot.wire import results_of
from syncd.model import Field, FieldType, Schema

#: What the API merges, beside objects of the account's own.
_MERGEABLE = frozenset({"contacts", "companies", "deals", "tickets"})
_OWN = ("2-", "p_")
#: HubSpot's limit for any text.
_MAX_LENGTH = 65_536
_TYPES = {
    "bool": FieldType.BOOLEAN,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "number": FieldType.NUMBER,
}


def schema_of(object_name: str, body: Any) -> Schema:
    """Turn the list of properties into a schema. Types nobody knows yet are text."""
    fields = (_field_of(property_) for property_ in results_of(body))
    found = {field.name: field for field in fields}
    if object_name == "contacts" and query.EMAIL in found:
        # Not said of it, and so all the same: no two contacts have one address.
        more = query.MORE_EMAILS if query.MORE_EMAILS in found else ""
        found[query.EMAIL] = replace(found[query.EMAIL], is_unique=True, shared_with=more)
    return Schema(object_name, found, is_mergeable=is_mergeable(object_name))


def is_mergeable(object_name: str) -> bool:
    """Return whether the API merges records of an object."""
    return object_name in _MERGEABLE or object_name.startswith(_OWN)


def _field_of(property_: Mapping[str, Any]) -> Field:
    type_ = _type_of(property_)
    metadata = property_.get("modificationMetadata") or {}
    options = property_.get("options") or ()
    is_open = not (metadata.get("readOnlyValue") or property_.get("calculated"))
    is_closed = type_ in {FieldType.CHOICE, FieldType.CHOICES} and not property_.get("externalOptions")
    return Field(
        name=str(property_["name"]),
        type=type_,
        label=str(property_.get("label") or ""),
        is_writable=is_open,
        is_creatable=is_open,
        options=frozenset(str(option["value"]) for option in options) if is_closed else frozenset(),
        max_length=_MAX_LENGTH if type_ is FieldType.TEXT else None,
        is_unique=bool(property_.get("hasUniqueValue")),
        is_calculated=property_.get("calculated") is True,
    )


def _type_of(property_: Mapping[str, Any]) -> FieldType:
    if property_.get("type") == "enumeration":
        return FieldType.CHOICES if property_.get("fieldType") == "checkbox" else FieldType.CHOICE
    return _TYPES.get(str(property_.get("type")), FieldType.TEXT)
