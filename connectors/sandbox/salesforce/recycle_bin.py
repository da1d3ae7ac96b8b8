"""Deleting, bringing back, and losing for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.sandbox.effects import SYSTEM, Cause
from connectors.sandbox.salesforce.dml import writable_row
from connectors.sandbox.salesforce.errors import SalesforceError, lock_failed, unsupported_type
from connectors.sandbox.salesforce.ids import to_18
from connectors.sandbox.salesforce.rows import Row, Value
from connectors.sandbox.salesforce.schema import ObjectSchema

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org


@dataclass(frozen=True, slots=True)
class Deleted:
    """One line of the delete log."""

    at_ms: int
    id: str


def delete(org: Org, name: str, record_id: str, cause: Cause) -> str:
    """Move a record and what hangs on it to the recycle bin."""
    kind = org.object_named(name)
    if kind is None:
        raise unsupported_type(name)
    if org.user is not None and not kind.may("deletable"):
        raise SalesforceError("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", [])
    row = writable_row(org, kind, record_id)
    held = org.is_locked([row.id, row["AccountId"]])
    if held is not None:
        raise lock_failed(held)
    full = org.objects[kind.name]
    _check_restrictions(org, full, row)
    _throw_away(org, full, row, cause, root=row.id)
    return row.id


def undelete(org: Org, name: str, record_id: str, cause: Cause) -> str:
    """Bring a record back, with what went away with it."""
    kind = org.object_named(name)
    if kind is None:
        raise unsupported_type(name)
    row = org.find(kind.name, to_18(record_id) or "", include_deleted=True)
    if row is None or not row.is_deleted:
        raise SalesforceError("UNDELETE_FAILED", "Entity is not in the recycle bin", [])
    family = [row.id, *(one for one, root in org.deleted_with.items() if root == row.id)]
    for one in family:
        name_of = org.object_of(one) or ""
        back = org.tables[name_of].rows.get(one) if name_of else None
        if back is None or not back.is_deleted:
            continue
        stamps = org.stamps_of(cause) if org.readings.undelete_bumps else {}
        org.put(name_of, back, {**stamps, "IsDeleted": False, "MasterRecordId": None})
        org.note(cause, "restore", name_of, one)
        org.deleted_with.pop(one, None)
        org.deletions[name_of] = [it for it in org.deletions.get(name_of, []) if it.id != one]
    return row.id


def purge(org: Org, name: str, record_id: str, cause: Cause) -> None:
    """Take a record away for good, from the bin or from life."""
    row = org.find(name, record_id, include_deleted=True)
    if row is None:
        raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
    if not row.is_deleted:
        log(org, name, row.id)
    org.tables[name].remove(row)
    org.note(cause, "purge", name, row.id)


def sweep(org: Org, name: str) -> None:
    """Forget what has lain in the bin for longer than it keeps things."""
    log_of = org.deletions.get(name)
    if not log_of:
        return
    oldest_ms = org.now_ms() - org.readings.bin_days * 86_400_000
    if log_of[0].at_ms >= oldest_ms:
        return
    for it in [it for it in log_of if it.at_ms < oldest_ms]:
        row = org.tables[name].rows.get(it.id)
        if row is not None and row.is_deleted:
            org.tables[name].remove(row)
            org.note(Cause(SYSTEM), "purge", name, it.id)
    org.deletions[name] = [it for it in log_of if it.at_ms >= oldest_ms]


def log(org: Org, name: str, record_id: str) -> None:
    """Write one line of the delete log."""
    org.deletions.setdefault(name, []).append(Deleted(org.now_ms(), record_id))


def bury(org: Org, name: str, row: Row, cause: Cause, master_id: str | None = None) -> None:
    """Mark one record as deleted; `master_id` is the record it was merged into."""
    more: dict[str, Value] = {"MasterRecordId": master_id} if master_id else {}
    # Histories have no stamps.
    stamps = org.stamps_of(cause) if "SystemModstamp" in org.objects[name].fields else {}
    org.put(name, row, {**stamps, "IsDeleted": True, **more})
    log(org, name, row.id)


def _throw_away(org: Org, kind: ObjectSchema, row: Row, cause: Cause, *, root: str) -> None:
    for child in kind.child_relationships:
        if child.is_cascading:
            for one in org.tables[child.child].having(child.field, row.id):
                if not one.is_deleted:
                    _throw_away(org, org.objects[child.child], one, cause, root=root)
    if row.id != root:
        org.deleted_with[row.id] = root
    if kind.may("undeletable") or kind.name.endswith("History"):
        bury(org, kind.name, row, cause)
        org.note(cause, "archive", kind.name, row.id)
    else:
        log(org, kind.name, row.id)
        org.tables[kind.name].remove(row)
        org.note(cause, "purge", kind.name, row.id)


def _check_restrictions(org: Org, kind: ObjectSchema, row: Row) -> None:
    for child in kind.child_relationships:
        if not child.is_restricting:
            continue
        holding = [one for one in org.tables[child.child].having(child.field, row.id) if not one.is_deleted]
        if holding:
            plural = org.objects[child.child].label_plural.lower()
            numbers = ", ".join(str(one["CaseNumber"] or one["Name"] or one.id) for one in holding)
            raise SalesforceError(
                "DELETE_FAILED",
                f"Your attempt to delete {row['Name']} could not be completed because it is associated with the "
                f"following {plural}.: {numbers}\n", [],
            )  # fmt: skip
