"""Property definitions and their groups."""

from __future__ import annotations

import re
from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.errors import Refusal, not_found, unset, validation
from connectors.sandbox.hubspot.properties import Group, ObjectType, Option, Property
from connectors.sandbox.hubspot.rules import lists_about

_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
MOST_UNIQUE = 10
MOST_CUSTOM = 1_000
FIELD_TYPES = {
    "bool": {"booleancheckbox", "calculation_equation"},
    "enumeration": {"select", "radio", "checkbox", "booleancheckbox", "calculation_equation"},
    "date": {"date"},
    "datetime": {"date"},
    "string": {"text", "textarea", "html", "phonenumber", "file", "calculation_equation"},
    "number": {"number", "calculation_equation"},
}


def list_properties(call: Call) -> Answer:
    """Answer every definition; there is no paging."""
    is_archived = call.request.flag("archived")
    if call.request.parameter("dataSensitivity", "non_sensitive") != "non_sensitive":
        # The account keeps nothing sensitive.
        return json_answer({"results": []})
    found = [it for it in call.kind.properties.values() if (it.archived_ms is not None) is is_archived]
    return json_answer({"results": [it.wire() for it in sorted(found, key=lambda it: it.name)]})


def list_plainly(call: Call) -> Answer:
    """Answer every definition as versions 1 and 2 did, as a bare array: public connectors still ask so."""
    found = [it.wire() for it in call.kind.properties.values() if it.archived_ms is None]
    return json_answer(sorted(found, key=lambda row: str(row["name"])))


def read(call: Call) -> Answer:
    """Answer one definition."""
    return json_answer(_existing(call, call.parts["name"], is_archived=call.request.flag("archived")).wire())


def create(call: Call) -> Answer:
    """Define a property; an archived one of this name comes back."""
    return json_answer(create_one(call, call.json()).wire(), 201)


def create_one(call: Call, body: dict[str, Any]) -> Property:
    """Define one property from its JSON form."""
    kind = call.kind
    definition = property_of(kind, body, call.account.now_ms())
    _check_free(call, definition)
    own = [it for it in kind.properties.values() if not it.is_hubspot_defined and it.archived_ms is None]
    if len(own) >= MOST_CUSTOM:
        raise validation(f"At most {MOST_CUSTOM} custom properties are allowed for an object")
    if definition.is_unique and sum(it.is_unique for it in own) >= MOST_UNIQUE:
        raise validation(f"At most {MOST_UNIQUE} properties of an object may have unique values")
    kind.define(definition)
    call.account.schema_revision += 1
    return definition


def _check_free(call: Call, definition: Property) -> None:
    if call.kind.known(definition.name) is not None:
        raise Refusal(
            409,
            f"A property named '{definition.name}' already exists.",
            "OBJECT_ALREADY_EXISTS",
            subCategory="Properties.PROPERTY_WITH_NAME_EXISTS",
        )
    if definition.group not in call.kind.groups:
        raise validation(f"Property group {definition.group} does not exist")


def property_of(kind: ObjectType, body: dict[str, Any], now_ms: int, group: str = "") -> Property:
    """Read a definition; 400 for what is wrong with it."""
    name, shape = str(body.get("name") or ""), str(body.get("type") or "")
    field_type = str(body.get("fieldType") or "")
    if not _NAME.fullmatch(name):
        raise validation(f"'{name}' is not a valid property name")
    if shape not in FIELD_TYPES:
        raise validation(f'Cannot deserialize value of type `TypeEnum` from String "{shape}"')
    if field_type not in FIELD_TYPES[shape]:
        raise validation(f"fieldType {field_type} does not fit type {shape}")
    options = options_of(body.get("options") or [])
    if shape == "bool" and sorted(option.value for option in options) != ["false", "true"]:
        raise validation("A boolean property needs the options true and false", errors=[
            {"message": "options must be true and false", "code": "INVALID_BOOLEAN_OPTION"}])  # fmt: skip
    return Property(
        name,
        str(body.get("label") or name),
        shape,
        field_type,
        str(body.get("groupName") or group or next(iter(kind.groups), "")),
        options,
        str(body.get("description") or ""),
        int(body.get("displayOrder", -1)),
        is_unique=bool(body.get("hasUniqueValue")),
        is_hidden=bool(body.get("hidden")),
        is_form_field=bool(body.get("formField")),
        is_calculated=field_type == "calculation_equation",
        has_external_options=bool(body.get("externalOptions")),
        is_hubspot_defined=False,
        formula=str(body.get("calculationFormula") or ""),
        references=str(body.get("referencedObjectType") or ""),
        created_ms=now_ms,
        updated_ms=now_ms,
    )


def options_of(rows: list[Any]) -> list[Option]:
    """Read options; 400 where one has no value."""
    if not all(isinstance(row, dict) and row.get("value") is not None for row in rows):
        raise validation("Invalid input JSON on line 1, column 1: Some required fields were not set: [value]")
    return [
        Option(
            str(row["value"]),
            str(row.get("label") or row["value"]),
            int(row.get("displayOrder", place)),
            bool(row.get("hidden")),
            str(row.get("description") or ""),
        )
        for place, row in enumerate(rows)
    ]


def update(call: Call) -> Answer:
    """Change a definition; options given replace the whole list."""
    definition = _existing(call, call.parts["name"])
    body = call.json()
    for theirs, ours in (
        ("label", "label"), ("description", "description"), ("groupName", "group"), ("fieldType", "field_type"),
        ("displayOrder", "display_order"), ("hidden", "is_hidden"), ("formField", "is_form_field"), ("type", "type"),
    ):  # fmt: skip
        if body.get(theirs) is not None:
            if definition.is_hubspot_defined and theirs in {"type", "fieldType"}:
                raise validation(f"The definition of {definition.name} is read only")
            setattr(definition, ours, body[theirs])
    if body.get("options") is not None:
        definition.options = options_of(body["options"])
    definition.updated_ms = call.account.now_ms()
    call.account.schema_revision += 1
    return json_answer(definition.wire())


def archive(call: Call) -> Answer:
    """Take a property of the account's own away."""
    _archive_one(call, call.parts["name"])
    return Answer(204)


def batch_archive(call: Call) -> Answer:
    """Take several away."""
    for row in call.json().get("inputs") or ():
        _archive_one(call, str(row.get("name")))
    return Answer(204)


def batch_read(call: Call) -> Answer:
    """Answer several definitions."""
    started_ms = call.account.now_ms()
    body = call.json()
    results, missing = [], []
    for row in body.get("inputs") or ():
        name = str(row.get("name"))
        found = call.kind.properties.get(name)
        if found is None or (found.archived_ms is not None) is not bool(body.get("archived")):
            missing.append(name)
        else:
            results.append(found.wire())
    return _batch(call, started_ms, results, missing, 200)


def batch_create(call: Call) -> Answer:
    """Define several properties, or none of them."""
    started_ms = call.account.now_ms()
    rows = call.json().get("inputs") or ()
    for row in rows:
        _check_free(call, property_of(call.kind, row, started_ms))
    results = [create_one(call, row).wire() for row in rows]
    return _batch(call, started_ms, results, [], 201)


def list_groups(call: Call) -> Answer:
    """Answer the groups."""
    return json_answer({"results": [group.wire() for group in call.kind.groups.values()]})


def read_group(call: Call) -> Answer:
    """Answer one group."""
    return json_answer(_group(call).wire())


def create_group(call: Call) -> Answer:
    """Make a group."""
    body = call.json()
    name = str(body.get("name") or "")
    if not name or not body.get("label"):
        raise unset("name", "label")
    if name in call.kind.groups:
        raise Refusal(409, f"A property group named '{name}' already exists.", "OBJECT_ALREADY_EXISTS")
    made = Group(name, str(body.get("label") or name), int(body.get("displayOrder", -1)))
    call.kind.groups[name] = made
    return json_answer(made.wire(), 201)


def update_group(call: Call) -> Answer:
    """Change a group."""
    group, body = _group(call), call.json()
    group.label = str(body.get("label") or group.label)
    group.display_order = int(body.get("displayOrder", group.display_order))
    return json_answer(group.wire())


def delete_group(call: Call) -> Answer:
    """Take an empty group away."""
    group = _group(call)
    if any(it.group == group.name and it.archived_ms is None for it in call.kind.properties.values()):
        raise validation(
            f"Group {group.name} has active properties", subCategory="PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES"
        )
    del call.kind.groups[group.name]
    return Answer(204)


def _group(call: Call) -> Group:
    group = call.kind.groups.get(call.parts["group"])
    if group is None:
        raise not_found(f"Property group {call.parts['group']} does not exist")
    return group


def _existing(call: Call, name: str, *, is_archived: bool = False) -> Property:
    found = call.kind.properties.get(name)
    if found is None or (found.archived_ms is not None) is not is_archived:
        raise not_found(f"Property {name} does not exist for object type {call.kind.type_id}")
    return found


def _archive_one(call: Call, name: str) -> None:
    definition = _existing(call, name)
    if definition.is_hubspot_defined:
        raise validation(f"Property {name} is defined by HubSpot and cannot be archived")
    users = [it.id for it in lists_about(call.account, call.kind, name)]
    if users:
        raise validation(
            f"Property {name} is used by {len(users)} list(s) and cannot be archived",
            subCategory="PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE",
            context={"listIds": users},
        )
    definition.archived_ms = call.account.now_ms()
    call.account.schema_revision += 1


def _batch(call: Call, started_ms: int, results: list[Any], missing: list[str], status: int) -> Answer:
    body: dict[str, Any] = {"status": "COMPLETE", "results": results}
    if missing:
        body["numErrors"] = 1
        body["errors"] = [
            {"status": "error", "category": "OBJECT_NOT_FOUND", "message": "Could not find some properties",
             "context": {"name": missing}}
        ]  # fmt: skip
    body |= {"startedAt": iso(started_ms), "completedAt": iso(max(started_ms, call.account.now_ms()))}
    return json_answer(body, 207 if missing else status)
