"""An object's fields, in words both CRMs share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syncd.errors import BrokenPromiseError
from syncd.model import Field, FieldType, Schema

_TYPES = {
    "boolean": FieldType.BOOLEAN,
    "currency": FieldType.NUMBER,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "double": FieldType.NUMBER,
    "int": FieldType.NUMBER,
    "long": FieldType.NUMBER,
    "percent": FieldType.NUMBER,
    "picklist": FieldType.CHOICE,
    "multipicklist": FieldType.CHOICES,
}
#: Made of other fields, or not to be read by a query.
_LEFT_OUT = frozenset({"address", "location", "base64", "complexvalue", "json"})
_CHOICES = frozenset({FieldType.CHOICE, FieldType.CHOICES})


class Described:
    """What Salesforce says of an object."""

    def __init__(self, object_name: str, body: Any) -> None:
        self.object = object_name
        fields = body.get("fields") if isinstance(body, dict) else None
        if not isinstance(fields, list):
            raise BrokenPromiseError("Salesforce's description of an object has no fields")
        self._fields: list[Mapping[str, Any]] = [
            field for field in fields if field.get("type") not in _LEFT_OUT and not field.get("deprecatedAndHidden")
        ]
        self.is_mergeable = body.get("mergeable") is True
        #: Salesforce's own types, by field.
        self.types: Mapping[str, str] = {str(field["name"]): str(field.get("type")) for field in self._fields}

    @property
    def schema(self) -> Schema:
        """Return it in our words."""
        return Schema(self.object, {str(field["name"]): _field_of(field) for field in self._fields})

    def references_to(self, object_name: str) -> list[str]:
        """Return the fields that can hold a link to an object."""
        return [str(field["name"]) for field in self._fields if object_name in (field.get("referenceTo") or ())]


def _field_of(field: Mapping[str, Any]) -> Field:
    type_ = _TYPES.get(str(field.get("type")), FieldType.TEXT)
    length = field.get("length")
    return Field(
        name=str(field["name"]),
        type=type_,
        label=str(field.get("label") or ""),
        is_writable=bool(field.get("updateable")) and not field.get("calculated"),
        options=_options(field) if type_ in _CHOICES else frozenset(),
        max_length=int(length) if type_ is FieldType.TEXT and length else None,
        is_unique=bool(field.get("unique")),
    )


def _options(field: Mapping[str, Any]) -> frozenset[str]:
    """Return the values a picklist accepts. Most of Salesforce's own accept any, whatever they list."""
    if not field.get("restrictedPicklist"):
        return frozenset()
    return frozenset(str(one["value"]) for one in field.get("picklistValues") or () if one.get("active", True))
