"""What a property was, when, and through whom."""

from __future__ import annotations

from sys import intern
from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.effects import Actor
from connectors.sandbox.hubspot.records import Record, Version

#: How an actor is called in a value's history, and as the source of a record it makes.
SOURCE_TYPES = {
    "app": ("INTEGRATION", "INTEGRATION"),
    "person": ("CRM_UI", "CRM_UI"),
    "form": ("FORM", "FORMS"),
    "import": ("IMPORT", "IMPORT"),
    "integration": ("INTEGRATION", "INTEGRATION"),
    "workflow": ("AUTOMATION_PLATFORM", "AUTOMATION_PLATFORM"),
    "system": ("API", "API"),
}
_OF_OBJECT_SOURCE = {of_object: of_value for of_value, of_object in SOURCE_TYPES.values()}


def source_id(actor: Actor) -> str:
    """Return `userId:…` for people, and the plain id of anything else."""
    return f"userId:{actor.id}" if actor.kind == "person" else actor.id


def user_of(actor: Actor) -> str:
    """Return the user behind an actor, or nothing."""
    return actor.id if actor.kind == "person" else actor.user_id


def version(value: str, at_ms: int, actor: Actor) -> Version:
    """Return one value as this actor has set it."""
    source_type = SOURCE_TYPES[actor.kind][0]
    return Version(value, at_ms, source_type, source_id(actor), actor.label, user_of(actor))


def birth(record: Record, value: str) -> Version:
    """Return the version a value had when its record was made."""
    values = record.values
    made_by = values.get("hs_object_source", "API")
    return Version(
        value,
        record.created_ms,
        _OF_OBJECT_SOURCE.get(made_by, made_by),
        values.get("hs_object_source_id", ""),
        values.get("hs_object_source_label", ""),
        values.get("hs_object_source_user_id", ""),
    )


def remember(record: Record, name: str, value: str, at_ms: int, actor: Actor) -> None:
    """Note a change, keeping the value that was there before."""
    if record.history is None:
        record.history = {}
    versions = record.history.get(name)
    if versions is None:
        before = record.values.get(name)
        versions = record.history[intern(name)] = [] if before is None else [birth(record, before)]
    versions.append(version(value, at_ms, actor))


def versions_of(record: Record, name: str) -> list[Version]:
    """Return what a property has been, oldest first; empty when it was never set."""
    if record.history is not None and (kept := record.history.get(name)):
        return kept
    value = record.values.get(name)
    return [] if value is None else [birth(record, value)]


def wire(record: Record, name: str) -> list[dict[str, Any]]:
    """Return the same as the API sends it, newest first."""
    rows = []
    for value, at_ms, source_type, source, label, user in reversed(versions_of(record, name)):
        row: dict[str, Any] = {"value": value, "timestamp": iso(at_ms), "sourceType": source_type}
        if source:
            row["sourceId"] = source
        if label:
            row["sourceLabel"] = label
        if user.isdecimal():
            row["updatedByUserId"] = int(user)
        rows.append(row)
    return rows
