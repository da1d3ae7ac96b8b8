"""Who is on a list: kept by hand, or found anew by a rule whenever somebody looks and something has changed."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.errors import not_found
from connectors.sandbox.hubspot.properties import ObjectType
from connectors.sandbox.hubspot.records import Record
from connectors.sandbox.hubspot.rules.branches import Around, Keeps, properties_in, rule_in
from connectors.sandbox.hubspot.segments import DYNAMIC, SegmentList

#: Rules that count days are asked again after so long, even when nothing changes.
_SETTLED_MS = 10_000


def find_list(account: Account, number: str) -> SegmentList:
    """Return a list by its number; 404 where there is none (any more)."""
    found = account.lists.get(number)
    if found is None or found.deleted_ms is not None:
        raise not_found(f"List does not exist with ID {number}.")
    return found


def rule_of(account: Account, kind: ObjectType, branch: Any) -> Keeps:
    """Return what the root of a rule asks, which may be about other lists; 400 where the rule is not well made."""
    return rule_in(Around(account, lambda number: members_of(account, find_list(account, number))), kind, branch)


def members_of(account: Account, segment: SegmentList) -> dict[int, int]:
    """Return who is on a list and since when, in the order of joining. Archived records are on none."""
    if segment.processing == DYNAMIC:
        take_stock(account, segment)
    table = account.tables[account.type_by_id(segment.object_type_id).name]
    return {one: at_ms for one, at_ms in segment.members.items() if table.find(one) is not None}


def is_on(account: Account, segment: SegmentList, record: Record) -> bool:
    """Whether one record is on a list, without a look at all the others."""
    if segment.processing != DYNAMIC or segment.branch is None:
        return record.id in segment.members
    return rule_of(account, account.type_by_id(segment.object_type_id), segment.branch)(record)


def lists_about(account: Account, kind: ObjectType, name: str) -> list[SegmentList]:
    """Return the lists whose rule looks at a property."""
    return [
        it
        for it in account.lists.values()
        if it.object_type_id == kind.type_id
        and it.deleted_ms is None
        and it.branch is not None
        and name in properties_in(it.branch)
    ]


def take_stock(account: Account, segment: SegmentList) -> None:
    """Let the rule of a list say who is on it now. Who is new has joined when it was last changed."""
    mark = _mark(account)
    if segment.branch is None or account.lists_seen.get(segment.id) == mark:
        return
    # Before the rule is asked: one that comes back to its own list sees it as it was.
    account.lists_seen[segment.id] = mark
    kind = account.type_by_id(segment.object_type_id)
    keeps = rule_of(account, kind, segment.branch)
    found = {one.id: one for one in account.tables[kind.name].live_records() if keeps(one)}
    stayed = {one: at_ms for one, at_ms in segment.members.items() if one in found}
    joined = sorted((max(one.modified_ms, segment.branch_ms), one.id) for one in found.values() if one.id not in stayed)
    segment.members = stayed | {one: at_ms for at_ms, one in joined}


def _mark(account: Account) -> tuple[int, ...]:
    """Return what changes whenever a rule may find something else: everything a rule looks at, and time."""
    revisions = sum(table.revision for table in account.tables.values())
    settled = account.now_ms() // _SETTLED_MS
    return revisions, account.links.revision, account.schema_revision, account.lists_revision, settled
