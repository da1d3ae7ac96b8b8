"""Reading the compact schema files: each field names only what differs from its type's usual attributes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson

from connectors.sandbox.salesforce.schema.model import ChildRelationship, FieldSchema, ObjectSchema, PicklistValue

DATA = Path(__file__).parent / "data"
#: In the order of a real global describe: standard objects and custom ones by name.
_SNAKE = {
    "nillable": "nillable", "createable": "createable", "updateable": "updateable", "filterable": "filterable",
    "sortable": "sortable", "groupable": "groupable", "aggregatable": "aggregatable", "calculated": "calculated",
    "custom": "custom", "externalId": "external_id", "idLookup": "id_lookup", "unique": "unique",
    "caseSensitive": "case_sensitive", "restrictedPicklist": "restricted_picklist",
    "defaultedOnCreate": "defaulted_on_create", "permissionable": "permissionable", "nameField": "name_field",
    "namePointing": "name_pointing", "polymorphicForeignKey": "polymorphic_foreign_key",
    "htmlFormatted": "html_formatted", "defaultValue": "default_value", "precision": "precision", "scale": "scale",
    "length": "length", "relationshipName": "relationship_name", "compoundFieldName": "compound_field_name",
}  # fmt: skip


@cache
def _defaults() -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads((DATA / "defaults.json").read_bytes())
    return found


def make_field(row: dict[str, Any]) -> FieldSchema:
    """Return a field from its compact row: `name`, `type`, `label`, `picklist`, and what differs from the type."""
    given = {key: value for key, value in row.items() if key != "picklist"}
    usual = dict(_defaults()["fields"][row["type"]])
    if "length" in given and "byteLength" not in given and usual.get("byteLength"):
        given["byteLength"] = 3 * given["length"]
    # Describe sorts its attributes by name.
    wire = dict(sorted((usual | given).items()))
    wire.pop("picklistValues", None)
    parts = {ours: wire[theirs] for theirs, ours in _SNAKE.items()}
    return FieldSchema(
        name=row["name"],
        type=row["type"],
        label=row["label"],
        wire=wire,
        picklist_values=tuple(_value(it) for it in row.get("picklist", ())),
        reference_to=tuple(wire["referenceTo"]),
        **parts,
    )


def make_object(row: dict[str, Any]) -> ObjectSchema:
    """Return an object from the content of its file."""
    flags = {**_defaults()["object"], **row["attributes"], "name": row["name"]}
    fields = [make_field(it) for it in row["fields"]]
    return ObjectSchema(
        name=row["name"],
        label=flags["label"],
        label_plural=flags["labelPlural"],
        key_prefix=flags["keyPrefix"],
        fields={it.name: it for it in fields},
        child_relationships=tuple(ChildRelationship(*it) for it in row["children"]),
        flags=flags,
        scopes=tuple((name, label) for name, label in row["scopes"]),
    )


def fresh_objects(*, has_person_accounts: bool = False) -> dict[str, ObjectSchema]:
    """Return every object of a fresh org, by name."""
    rows = [_file(path.stem) for path in sorted(DATA.glob("*.json")) if path.stem != "defaults"]
    found = {row["name"]: make_object(row) for row in rows}
    if has_person_accounts:
        extra = [make_field(it) for it in _file("Account")["personAccountFields"]]
        found["Account"].fields.update({it.name: it for it in extra})
    for kind in found.values():
        kind.child_relationships = tuple(
            it for it in kind.child_relationships if it.child in found and it.field in found[it.child].fields
        )
    return found


@cache
def _file(name: str) -> dict[str, Any]:
    row: dict[str, Any] = orjson.loads((DATA / f"{name}.json").read_bytes())
    return row


def _value(row: list[Any]) -> PicklistValue:
    value, label, is_default = [*row, *[row[0], False][len(row) - 1 :]]
    return PicklistValue(value, label, bool(is_default))
