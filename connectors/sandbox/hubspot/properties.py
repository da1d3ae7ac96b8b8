"""Property definitions: what a portal knows about each field of each object."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from connectors.sandbox.clock import iso

BIRTH_MS = 1_577_836_800_000  # 2020-01-01: when the simulated portal was opened


@dataclass(slots=True)
class Option:
    """One value of an enumeration."""

    value: str
    label: str
    displayOrder: int = 0  # noqa: N815 - as on the wire
    hidden: bool = False
    description: str = ""


@dataclass(slots=True)
class Property:
    """One property definition. `computed` ones have their value worked out whenever they are read."""

    name: str
    label: str
    type: str
    field_type: str
    group: str
    options: list[Option] = field(default_factory=list)
    description: str = ""
    display_order: int = -1
    is_unique: bool = False
    is_hidden: bool = False
    is_form_field: bool = False
    is_calculated: bool = False
    has_external_options: bool = False
    is_hubspot_defined: bool = True
    is_read_only: bool = False
    formula: str = ""
    references: str = ""
    created_ms: int = BIRTH_MS
    updated_ms: int = BIRTH_MS
    archived_ms: int | None = None

    @property
    def is_writable(self) -> bool:
        """Whether the API may write values of it."""
        return not self.is_read_only and not self.is_calculated

    @property
    def is_multiple(self) -> bool:
        """Whether a value is a `;` list."""
        return self.type == "enumeration" and self.field_type == "checkbox"

    def wire(self) -> dict[str, Any]:
        """Return the definition as the API sends it."""
        body: dict[str, Any] = {
            "updatedAt": iso(self.updated_ms),
            "createdAt": iso(self.created_ms),
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": self.field_type,
            "description": self.description,
            "groupName": self.group,
            "options": [asdict(option) for option in self.options],
            "displayOrder": self.display_order,
            "calculated": self.is_calculated,
            "externalOptions": self.has_external_options,
            "archived": self.archived_ms is not None,
            "hasUniqueValue": self.is_unique,
            "hidden": self.is_hidden,
            "hubspotDefined": self.is_hubspot_defined,
            "modificationMetadata": {
                "archivable": not self.is_hubspot_defined,
                "readOnlyDefinition": self.is_hubspot_defined,
                "readOnlyValue": self.is_read_only or self.is_calculated,
                "readOnlyOptions": self.is_hubspot_defined and self.type == "enumeration" and self.is_read_only,
            },
            "formField": self.is_form_field,
            "dataSensitivity": "non_sensitive",
        }
        if self.references:
            body["referencedObjectType"] = self.references
        if self.formula:
            body["calculationFormula"] = self.formula
        if self.archived_ms is not None:
            body["archivedAt"] = iso(self.archived_ms)
        return body


@dataclass(slots=True)
class Group:
    """A heading under which properties stand."""

    name: str
    label: str
    display_order: int = -1

    def wire(self) -> dict[str, Any]:
        """Return the group as the API sends it."""
        return {"name": self.name, "label": self.label, "displayOrder": self.display_order, "archived": False}


@dataclass(slots=True)
class ObjectType:
    """A kind of record and everything a portal defines about it."""

    #: As it stands in paths: `contacts`; a custom object's fully qualified name.
    name: str
    singular: str
    type_id: str
    #: What a scope calls it: `contacts` in `crm.objects.contacts.read`.
    scope: str
    modified_property: str = "hs_lastmodifieddate"
    created_property: str = "createdate"
    #: Sent when no properties are asked for, beside id, created and modified.
    defaults: tuple[str, ...] = ()
    #: At least one of these on create.
    needs_one_of: tuple[str, ...] = ()
    #: All of these on create.
    needs: tuple[str, ...] = ()
    #: Where free-text search looks.
    searchable: tuple[str, ...] = ()
    display: str = ""
    may_merge: bool = False
    is_custom: bool = False
    labels: tuple[str, str] = ("", "")
    short_name: str = ""
    archived_ms: int | None = None
    properties: dict[str, Property] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)

    @property
    def system_properties(self) -> tuple[str, str, str]:
        """The three that always come along."""
        return self.created_property, self.modified_property, "hs_object_id"

    def known(self, name: str) -> Property | None:
        """Return a live definition."""
        found = self.properties.get(name)
        return found if found is not None and found.archived_ms is None else None

    def define(self, *properties: Property) -> None:
        """Take up definitions."""
        for definition in properties:
            self.properties[definition.name] = definition
            if definition.group not in self.groups:
                self.groups[definition.group] = Group(definition.group, definition.group.replace("_", " ").title())
