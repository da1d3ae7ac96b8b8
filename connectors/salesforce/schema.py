"""An object's fields, in words both CRMs share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
#: What may be read of the user that a field refers to, beside the user's id: who or what works under that name.
_OF_USERS = ("Name", "Username", "UserType", "Profile.Name")
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
        #: What the ids of its records begin with.
        self.prefix = str(body.get("keyPrefix") or "")
        self.is_mergeable = body.get("mergeable") is True
        #: Whether we may change any of its records.
        self.is_updateable = body.get("updateable") is not False
        #: Whether we may delete any of its records.
        self.is_deletable = body.get("deletable") is not False
        #: The objects that refer to it, and the field by which they do.
        self.children: tuple[tuple[str, str], ...] = tuple(
            (str(one.get("childSObject")), str(one.get("field")))
            for one in body.get("childRelationships") or ()
            if not one.get("deprecatedAndHidden")
        )
        #: Salesforce's own types, by field.
        self.types: Mapping[str, str] = {str(field["name"]): str(field.get("type")) for field in self._fields}

    @property
    def schema(self) -> Schema:
        """Return it in our words."""
        own = {str(field["name"]): _field_of(field) for field in self._fields}
        fields = own | {field.name: field for field in self._of_users()}
        return Schema(self.object, fields, is_mergeable=self.is_mergeable)

    def references_to(self, object_name: str) -> list[str]:
        """Return the fields that can hold a link to an object."""
        return [str(field["name"]) for field in self._fields if object_name in (field.get("referenceTo") or ())]

    def refers_to_several(self, field_name: str) -> bool:
        """Return whether a field can hold links to more than one object."""
        return any(
            str(field["name"]) == field_name and len(field.get("referenceTo") or ()) > 1 for field in self._fields
        )

    def _of_users(self) -> Iterator[Field]:
        for field in self._fields:
            if field.get("referenceTo") == ["User"] and field.get("relationshipName"):
                for name in _OF_USERS:
                    of_user = f"{field['relationshipName']}.{name}"
                    # It belongs to the user: who is renamed leaves no new stamp on their records.
                    yield Field(of_user, FieldType.TEXT, is_writable=False, is_creatable=False, is_calculated=True)


def _field_of(field: Mapping[str, Any]) -> Field:
    type_ = _TYPES.get(str(field.get("type")), FieldType.TEXT)
    length = field.get("length")
    return Field(
        name=str(field["name"]),
        type=type_,
        label=str(field.get("label") or ""),
        is_writable=bool(field.get("updateable")) and not field.get("calculated"),
        is_creatable=bool(field.get("createable")) and not field.get("calculated"),
        options=_options(field) if type_ in _CHOICES else frozenset(),
        max_length=int(length) if type_ is FieldType.TEXT and length else None,
        is_required=_is_required(field),
        is_unique=bool(field.get("unique")),
        is_reference=field.get("type") == "reference",
        is_calculated=field.get("calculated") is True,
    )


def _is_required(field: Mapping[str, Any]) -> bool:
    has_default = field.get("defaultedOnCreate") or any(
        one.get("defaultValue") for one in field.get("picklistValues") or ()
    )
    return bool(field.get("createable")) and field.get("nillable") is False and not has_default


def _options(field: Mapping[str, Any]) -> frozenset[str]:
    """Return the values a picklist accepts. Most of Salesforce's own accept any, whatever they list."""
    if not field.get("restrictedPicklist"):
        return frozenset()
    return frozenset(str(one["value"]) for one in field.get("picklistValues") or () if one.get("active", True))
