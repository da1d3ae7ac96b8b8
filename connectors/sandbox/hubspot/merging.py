"""Merging: two records become a third with a new id, and both old ids lead to it from then on."""

from __future__ import annotations

from connectors.sandbox.effects import Cause
from connectors.sandbox.hubspot import history
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.claims import claim, release
from connectors.sandbox.hubspot.errors import Refusal, validation
from connectors.sandbox.hubspot.properties import ObjectType
from connectors.sandbox.hubspot.records import Record, Version
from connectors.sandbox.hubspot.values import stage_rank

MOST_MERGES = 250


def merge(account: Account, kind: ObjectType, primary: Record, other: Record, cause: Cause) -> Record:
    """Merge `other` into `primary`; return the record that takes the place of both."""
    if primary.id == other.id:
        raise validation(f"Cannot merge an object with itself: {primary.id}")
    if account.keeps_companies_in_step and kind.name == "companies":
        # The text of this refusal is not verified.
        raise validation("Companies cannot be merged while they are kept in step with Salesforce")
    lineage = _lineage(primary) + _lineage(other) + [primary.id, other.id]
    # Each merge adds two ids to the lineage: both halves of it.
    if len(lineage) > 2 * MOST_MERGES:
        raise Refusal(414, f"Cannot have more than {MOST_MERGES} identities on a profile", "VALIDATION_ERROR")
    now_ms = account.now_ms()
    table = account.tables[kind.name]
    merged = Record(table.take_id(), _values(kind, primary, other), min(primary.created_ms, other.created_ms), now_ms)
    merged.values["hs_merged_object_ids"] = ";".join(str(merged_id) for merged_id in lineage)
    if kind.name == "contacts":
        # Known to miss what was merged earlier in the chain.
        merged.values["hs_calculated_merged_vids"] = f"{primary.id}:{now_ms};{other.id}:{now_ms}"
    merged.history = _histories(primary, other, merged, now_ms, cause)
    account.hide_change(kind, merged, is_new=True)
    for old in (primary, other):
        for name in old.values:
            release(account, kind, old, name)
    table.add(merged)
    _move_links(account, kind, primary, other, merged)
    for old in (primary, other):
        account.links.drop_all(kind.type_id, old.id)
        table.remove(old)
        table.aliases[old.id] = merged.id
        table.merged_ms[old.id] = now_ms
    for name in merged.values:
        claim(account, kind, merged, name)
    _move_memberships(account, kind, primary, other, merged)
    truth = account.truth.get(kind.name, {})
    if primary.id in truth:
        truth[merged.id] = truth[primary.id]
    account.note(cause, "merge", kind, merged.id, "", f"{primary.id};{other.id}", str(merged.id))
    return merged


def _lineage(record: Record) -> list[int]:
    return [int(old) for old in record.values.get("hs_merged_object_ids", "").split(";") if old]


def _values(kind: ObjectType, primary: Record, other: Record) -> dict[str, str]:
    """The primary wins; the other fills what the primary has empty (careful reading), with two exceptions."""
    merged = {name: value for name, value in other.values.items() if value}
    merged.update({name: value for name, value in primary.values.items() if value})
    stages = [record.values.get("lifecyclestage", "") for record in (primary, other)]
    if any(stages):
        merged["lifecyclestage"] = max(stages, key=stage_rank)
    if kind.name == "contacts":
        emails = _emails(primary) + _emails(other)
        if emails:
            merged["email"] = emails[0]
        if emails[1:]:
            merged["hs_additional_emails"] = ";".join(dict.fromkeys(emails[1:]))
    return merged


def _emails(record: Record) -> list[str]:
    listed = [record.values.get("email", ""), *record.values.get("hs_additional_emails", "").split(";")]
    return [email for email in listed if email]


def _histories(primary: Record, other: Record, merged: Record, now_ms: int, cause: Cause) -> dict[str, list[Version]]:
    joined: dict[str, list[Version]] = {}
    for name, value in merged.values.items():
        versions = history.versions_of(primary, name) + history.versions_of(other, name)
        versions.sort(key=lambda version: version.at_ms)
        if not versions or versions[-1].value != value:
            source = history.source_id(cause.actor)
            user = history.user_of(cause.actor)
            versions.append(Version(value, now_ms, "MERGE_OBJECTS", source, cause.actor.label, user))
        if len(versions) > 1:
            joined[name] = versions
    return joined


def _move_links(account: Account, kind: ObjectType, primary: Record, other: Record, merged: Record) -> None:
    """The primary's links win: of the other's, a second "primary" label is dropped."""
    for old in (primary, other):
        for target, target_id, types in list(account.links.all_of(kind.type_id, old.id)):
            if target == kind.type_id and target_id in {primary.id, other.id}:
                continue
            label = account.links.primary(kind.type_id, target)
            kept = types | account.links.of(kind.type_id, merged.id, target).get(target_id, frozenset())
            if old is other and label is not None and label.id in kept and _has_primary(account, kind, merged, target):
                kept -= {label.id}
            account.links.put(kind.type_id, merged.id, target, target_id, kept)


def _has_primary(account: Account, kind: ObjectType, merged: Record, target: str) -> bool:
    # Only towards companies is the primary one alone.
    return target == "0-2" and account.links.primary_of(kind.type_id, merged.id, target) is not None


def _move_memberships(account: Account, kind: ObjectType, primary: Record, other: Record, merged: Record) -> None:
    for segment in account.lists.values():
        if segment.object_type_id == kind.type_id:
            joined = [segment.members.pop(old.id, None) for old in (primary, other)]
            moments = [moment for moment in joined if moment is not None]
            if moments:
                segment.members[merged.id] = min(moments)
