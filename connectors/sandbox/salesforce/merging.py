"""Merging: one record stays, up to two others go to the bin, and what pointed at them points at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from connectors.sandbox.effects import Cause
from connectors.sandbox.salesforce import recycle_bin
from connectors.sandbox.salesforce.callers import WriteOptions
from connectors.sandbox.salesforce.dml import ABOVE, writable_row
from connectors.sandbox.salesforce.errors import SalesforceError, lock_failed, unsupported_type
from connectors.sandbox.salesforce.rows import Row
from connectors.sandbox.salesforce.schema import ObjectSchema

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org

MOST_LOSERS = 2


def merge(
    org: Org,
    name: str,
    master_id: str,
    loser_ids: Sequence[str],
    values: Mapping[str, Any],
    cause: Cause,
    options: WriteOptions | None = None,
) -> list[str]:
    """Merge records into one, as a whole or not at all; return the ids of what points at it now.

    The master keeps its own values but for those given: what only a loser knew is lost with it.
    """
    kind = org.object_named(name)
    if kind is None:
        raise unsupported_type(name)
    if not kind.may("mergeable"):
        raise SalesforceError("INSUFFICIENT_ACCESS_OR_READONLY", f"entity type {name} cannot be merged", [])
    if not 1 <= len(loser_ids) <= MOST_LOSERS:
        raise SalesforceError("INVALID_NUM_ARGS", f"1 to {MOST_LOSERS} records can be merged into a master", [])
    with org.transaction():
        master = writable_row(org, kind, master_id)
        losers = [writable_row(org, kind, one) for one in loser_ids]
        if master in losers or len({loser.id for loser in losers}) < len(losers):
            raise SalesforceError("MERGE_FAILED", "a record cannot be merged with itself", [])
        _check(org, kind, master, losers)
        touched: list[str] = []
        for loser in losers:
            touched += _hand_over(org, kind, loser, master, cause)
            recycle_bin.bury(org, kind.name, loser, cause, master.id)
            org.note(cause, "merge", kind.name, loser.id, "MasterRecordId", None, master.id)
        if values:
            org.update(kind.name, master.id, values, cause, options)
        else:
            org.put(kind.name, master, org.stamps_of(cause))
    return touched


def _check(org: Org, kind: ObjectSchema, master: Row, losers: list[Row]) -> None:
    held = org.is_locked([master.id, *(loser.id for loser in losers)])
    if held is not None:
        raise lock_failed(held)
    if any(row["IsConverted"] is True for row in (master, *losers)):
        raise SalesforceError("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", [])
    if len({row["IsPersonAccount"] is True for row in (master, *losers)}) > 1:
        # The text of this refusal is not verified.
        raise SalesforceError("MERGE_FAILED", "person accounts and business accounts cannot be merged", [])
    # Nobody may come to report to themselves.
    up = ABOVE.get(kind.name)
    if up is None:
        return
    family = {master.id, *(loser.id for loser in losers)}
    above = master[up]
    while isinstance(above, str):
        if above in family:
            raise SalesforceError("MERGE_FAILED", f"merging would make a cycle of {up}", [up])
        row = org.tables[kind.name].rows.get(above)
        above = row[up] if row is not None else None


def _is_member(org: Org, member: Row, field: str, master: Row) -> bool:
    others = org.tables["CampaignMember"].having(field, master.id)
    return any(not one.is_deleted and one["CampaignId"] == member["CampaignId"] for one in others)


def _hand_over(org: Org, kind: ObjectSchema, loser: Row, master: Row, cause: Cause) -> list[str]:
    """Let everything that points at the loser point at the master; the histories stay where they are."""
    touched: list[str] = []
    for child in org.objects[kind.name].child_relationships:
        if child.child.endswith("History"):
            continue
        for row in list(org.tables[child.child].having(child.field, loser.id)):
            if row.is_deleted:
                continue
            if child.child == "CampaignMember" and _is_member(org, row, child.field, master):
                # A campaign has everybody once.
                recycle_bin.bury(org, child.child, row, cause)
                org.note(cause, "archive", child.child, row.id)
                continue
            org.note(cause, "update", child.child, row.id, child.field, row[child.field], master.id)
            org.put(child.child, row, {child.field: master.id, **org.stamps_of(cause)})
            touched.append(row.id)
    return touched
