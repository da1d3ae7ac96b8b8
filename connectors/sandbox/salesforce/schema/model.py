"""What an org knows of its objects and their fields, as its describe calls tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Wire = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PicklistValue:
    """One value of a picklist."""

    value: str
    label: str
    is_default: bool = False
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class FieldSchema:
    """One field. `wire` is what describe says of it beside its picklist values: 56 attributes."""

    name: str
    #: `id`, `reference`, `string`, `textarea`, `email`, `phone`, `url`, `picklist`, `multipicklist`, `combobox`,
    #: `boolean`, `int`, `double`, `currency`, `percent`, `date`, `datetime`, `address`, `anyType`.
    type: str
    label: str
    length: int
    wire: Mapping[str, Any]
    picklist_values: tuple[PicklistValue, ...] = ()
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    filterable: bool = True
    sortable: bool = True
    groupable: bool = True
    aggregatable: bool = True
    calculated: bool = False
    custom: bool = False
    external_id: bool = False
    id_lookup: bool = False
    unique: bool = False
    case_sensitive: bool = False
    restricted_picklist: bool = False
    defaulted_on_create: bool = False
    permissionable: bool = False
    name_field: bool = False
    name_pointing: bool = False
    polymorphic_foreign_key: bool = False
    html_formatted: bool = False
    default_value: Any = None
    precision: int = 0
    scale: int = 0
    #: Objects a reference may point to; more than one where it is polymorphic.
    reference_to: tuple[str, ...] = ()
    #: What a query calls the record at the other end (`Account`, `Owner`, `Account__r`).
    relationship_name: str | None = None
    #: The compound field this one is a part of (`MailingAddress`, `Name`).
    compound_field_name: str | None = None

    @property
    def is_required(self) -> bool:
        """Whether a create call has to bring it."""
        return self.createable and not self.nillable and not self.defaulted_on_create and self.type != "boolean"

    @property
    def is_compound(self) -> bool:
        """Whether it is made of other fields when it is read, and is no value of its own."""
        return self.type in {"address", "location"}

    @property
    def is_text(self) -> bool:
        """Whether its values are strings (ids too)."""
        return self.type in _TEXTS

    def locked(self) -> FieldSchema:
        """Return the same field as somebody sees it who may read it only."""
        wire = {**self.wire, "createable": False, "updateable": False}
        return replace(self, wire=wire, createable=False, updateable=False)


_TEXTS = frozenset({
    "id", "reference", "string", "textarea", "email", "phone", "url", "picklist", "multipicklist", "combobox",
    "encryptedstring", "anyType",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChildRelationship:
    """Where the records of an object are pointed at from."""

    child: str
    field: str
    #: The name of the subquery; None: there is none.
    name: str | None
    is_cascading: bool = False
    is_restricting: bool = False


@dataclass(slots=True)
class ObjectSchema:
    """One object."""

    name: str
    label: str
    label_plural: str
    key_prefix: str
    #: By name, in the order of describe.
    fields: dict[str, FieldSchema]
    child_relationships: tuple[ChildRelationship, ...] = ()
    #: What describe says of the object beside fields, children and links: `createable`, `mergeable` ...
    flags: Mapping[str, Any] = field(default_factory=dict)
    scopes: tuple[tuple[str, str], ...] = ()
    _by_lower: dict[str, FieldSchema] | None = None
    _by_relationship: dict[str, FieldSchema] | None = None
    _children: dict[str, ChildRelationship] | None = None

    def find(self, name: str) -> FieldSchema | None:
        """Return a field by its name in any case."""
        exact = self.fields.get(name)
        if exact is not None:
            return exact
        if self._by_lower is None:
            self._by_lower = {key.lower(): it for key, it in self.fields.items()}
        return self._by_lower.get(name.lower())

    def parent(self, relationship: str) -> FieldSchema | None:
        """Return the reference field behind a parent relationship name, in any case."""
        if self._by_relationship is None:
            self._by_relationship = {
                it.relationship_name.lower(): it for it in self.fields.values() if it.relationship_name
            }
        return self._by_relationship.get(relationship.lower())

    def child(self, relationship: str) -> ChildRelationship | None:
        """Return a child relationship by its name in any case."""
        if self._children is None:
            self._children = {it.name.lower(): it for it in self.child_relationships if it.name}
        return self._children.get(relationship.lower())

    def may(self, flag: str) -> bool:
        """Whether describe says yes: `createable`, `deletable`, `queryable`, `undeletable` ..."""
        return bool(self.flags.get(flag))

    def forget_lookups(self) -> None:
        """Build the name indexes anew after fields have changed."""
        self._by_lower = self._by_relationship = self._children = None
