"""Everything that changes a record, through the API or without it. Each change is in the effect log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from sys import intern
from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.effects import Cause
from connectors.sandbox.hubspot import history
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.claims import check_claims, claim, release
from connectors.sandbox.hubspot.errors import Refusal, bad_values, no_record, unreadable, validation
from connectors.sandbox.hubspot.links import Types
from connectors.sandbox.hubspot.portal.activities import CONTACTING
from connectors.sandbox.hubspot.properties import ObjectType
from connectors.sandbox.hubspot.records import Record
from connectors.sandbox.hubspot.values import clean

_ACTIVITY_TYPES = {"0-46", "0-27", "0-48", "0-49", "0-47"}
_PIPELINES = {"deals": "pipeline", "tickets": "hs_pipeline"}


def checked(account: Account, kind: ObjectType, given: Mapping[str, Any], record: Record | None) -> dict[str, str]:
    """Return values that may be written; raises the refusal the API gives."""
    good, bad = clean(account, kind, given, record.values if record else {})
    if bad:
        raise bad_values(bad, account.portal)
    check_claims(account, kind, good, record)
    return good


def check_required(account: Account, kind: ObjectType, values: Mapping[str, str]) -> None:
    """Raise where a new record lacks what its type asks for."""
    missing = [name for name in kind.needs if not values.get(name)]
    pipeline = _PIPELINES.get(kind.name, "")
    # With one pipeline it goes without saying.
    is_clear = len(account.pipelines.get(kind.name, ())) < 2 and account.readings.only_pipeline_is_implied
    if pipeline and not values.get(pipeline) and not is_clear:
        missing.append(pipeline)
    if kind.needs_one_of and not any(values.get(name) for name in kind.needs_one_of):
        missing = list(kind.needs_one_of)
    if missing:
        message = f"Error creating {kind.singular.upper()}. Some required properties were not set."
        raise validation(message, context={"properties": missing})


def create(
    account: Account, kind: ObjectType, values: Mapping[str, str], cause: Cause, created_ms: int | None = None
) -> Record:
    """Make a record of values that were checked."""
    now_ms = account.now_ms()
    table = account.tables[kind.name]
    record = Record(table.take_id(), {}, created_ms or now_ms, now_ms)
    record.values.update(_provenance(cause))
    record.values.update((intern(name), value) for name, value in values.items() if value)
    if kind.name in _PIPELINES:
        record.values.setdefault(_PIPELINES[kind.name], next(iter(account.pipelines[kind.name])))
    account.hide_change(kind, record, is_new=True)
    table.add(record)
    for name in values:
        claim(account, kind, record, name)
    account.note(cause, "create", kind, record.id)
    for name, value in values.items():
        account.note(cause, "update", kind, record.id, name, None, value)
    return record


def update(account: Account, kind: ObjectType, record: Record, values: Mapping[str, str], cause: Cause) -> None:
    """Write values that were checked."""
    if not values:
        return
    now_ms = account.now_ms()
    account.hide_change(kind, record)
    changed = []
    values = _without_twice(kind, record, values)
    for name, value in values.items():
        before = record.values.get(name)
        account.note(cause, "update", kind, record.id, name, before, value)
        if value == (before or ""):
            continue
        changed.append(name)
        release(account, kind, record, name)
        history.remember(record, name, value, now_ms, cause.actor)
        record.values[intern(name)] = value
    # Behind all releases: an address that moves from one property to another is the record's still.
    for name in changed:
        claim(account, kind, record, name)
    if changed or account.readings.same_value_bumps:
        if user := history.user_of(cause.actor):
            record.values["hs_updated_by_user_id"] = user
        account.tables[kind.name].touch(record, now_ms)


def _without_twice(kind: ObjectType, record: Record, values: Mapping[str, str]) -> Mapping[str, str]:
    """A further address that becomes the first is no further one any more; the one before it is let go of."""
    more = record.values.get("hs_additional_emails", "").split(";")
    first = values.get("email", "").lower()
    if kind.name != "contacts" or first not in more or not first:
        return values
    return {**values, "hs_additional_emails": ";".join(one for one in more if one != first)}


def archive(account: Account, kind: ObjectType, record: Record, cause: Cause) -> None:
    """Move a record to the recycle bin; its links go to sleep with it."""
    for name in record.values:
        release(account, kind, record, name)
    account.tables[kind.name].archive(record, account.now_ms())
    account.note(cause, "archive", kind, record.id)


def restore(account: Account, kind: ObjectType, record: Record, cause: Cause) -> None:
    """Bring a record back, as a person can from the recycle bin."""
    table = account.tables[kind.name]
    table.restore(record)
    for name in record.values:
        claim(account, kind, record, name)
    table.touch(record, account.now_ms())
    account.note(cause, "restore", kind, record.id)


def purge(account: Account, kind: ObjectType, record: Record, cause: Cause) -> None:
    """Take a record away without a trace, as privacy law asks."""
    for name in record.values:
        release(account, kind, record, name)
    account.links.drop_all(kind.type_id, record.id)
    account.tables[kind.name].remove(record)
    account.truth.get(kind.name, {}).pop(record.id, None)
    account.note(cause, "purge", kind, record.id)


def link(
    account: Account, source: tuple[ObjectType, int], target: tuple[ObjectType, int], types: Iterable[int], cause: Cause
) -> None:
    """Link two records; the labels given replace those of the pair."""
    (of, one), (to, other) = source, target
    before, after = account.links.put(of.type_id, one, to.type_id, other, frozenset(types))
    account.note(cause, "link", of, one, to.name, f"{other}:{_spelled(before)}", f"{other}:{_spelled(after)}")
    _note_activity(account, source, target, cause)
    if account.readings.association_bumps:
        _bump(account, source)
        _bump(account, target)


def check_room(account: Account, source: tuple[ObjectType, int], target: tuple[ObjectType, int], types: Types) -> None:
    """Raise where a link would be one more than the account allows, seen from either end (the text is not verified)."""
    links = account.links
    if not links.limits:
        return
    (of, one), (to, other) = source, target
    inverse = {links.types[type_id].inverse for type_id in types}
    for start, here, end, there, ids in ((of, one, to, other, types), (to, other, of, one, inverse)):
        linked = links.of(start.type_id, here, end.type_id)
        for type_id in ids & links.limits.keys():
            used = sum(type_id in kinds for target_id, kinds in linked.items() if target_id != there)
            if used >= links.limits[type_id]:
                message = f"{start.singular} {here} may be linked to {links.limits[type_id]} by type {type_id} at most"
                raise validation(message, context={"associationTypeId": [str(type_id)], "objectId": [str(here)]})


def unlink(
    account: Account,
    source: tuple[ObjectType, int],
    target: tuple[ObjectType, int],
    types: Types | None,
    cause: Cause,
) -> None:
    """Take a link away, or some of its labels."""
    (of, one), (to, other) = source, target
    if not account.links.take(of.type_id, one, to.type_id, other, types):
        return
    account.note(cause, "unlink", of, one, to.name, str(other), None if types is None else _spelled(types))
    if account.readings.association_bumps:
        _bump(account, source)
        _bump(account, target)


def living(account: Account, kind: ObjectType, record_id: str) -> Record:
    """Return a live record by id, following merges; 404 where there is none."""
    table = account.tables[kind.name]
    record = table.find(table.survivor(int(record_id))) if record_id.isdecimal() else None
    if record is None:
        raise no_record(record_id)
    return record


def type_ids(account: Account, source: ObjectType, target: ObjectType, specs: Any) -> frozenset[int]:
    """Read association specs; 400 where one does not exist between these types."""
    if not isinstance(specs, list | None):
        raise unreadable("Cannot deserialize value of type `array`")
    known = {kind.id: kind for kind in account.links.types_between(source.type_id, target.type_id)}
    chosen: set[int] = set()
    for spec in specs or ():
        named: dict[str, Any] = spec if isinstance(spec, dict) else {}
        type_id = named.get("associationTypeId", named.get("typeId"))
        if type_id not in known or named.get("associationCategory", known[type_id].category) != known[type_id].category:
            raise _no_such_type(source, target, type_id)
        chosen.add(type_id)
    return frozenset(chosen) or frozenset({account.links.plain(source.type_id, target.type_id).id})


def _no_such_type(source: ObjectType, target: ObjectType, type_id: Any) -> Refusal:
    return validation(
        f"Invalid association type {type_id} between {source.type_id} and {target.type_id}",
        subCategory="crm.associations.INVALID_ASSOCIATION_TYPE",
        context={"type": [str(type_id)], "fromObjectType": [source.type_id], "toObjectType": [target.type_id]},
    )


def _spelled(types: Iterable[int]) -> str:
    return ",".join(str(type_id) for type_id in sorted(types))


def _bump(account: Account, end: tuple[ObjectType, int]) -> None:
    kind, record_id = end
    record = account.tables[kind.name].find(record_id)
    if record is not None:
        account.hide_change(kind, record)
        account.tables[kind.name].touch(record, account.now_ms())


def _note_activity(
    account: Account, source: tuple[ObjectType, int], target: tuple[ObjectType, int], cause: Cause
) -> None:
    """A newly logged activity tells on the record it belongs to, and moves its last-modified property."""
    for (kind, one), (of, other) in ((source, target), (target, source)):
        if kind.type_id in _ACTIVITY_TYPES and of.type_id not in _ACTIVITY_TYPES:
            record = account.tables[of.name].find(other)
            activity = account.tables[kind.name].find(one)
            if record is None or activity is None:
                continue
            at = activity.values.get("hs_timestamp") or iso(account.now_ms())
            names = ["notes_last_updated"] + (["notes_last_contacted"] if kind.name in CONTACTING else [])
            seen = {name: at for name in names if of.known(name) and record.values.get(name, "") < at}
            update(account, of, record, seen, Cause(cause.actor, cause.request_id, "activity"))


def _provenance(cause: Cause) -> dict[str, str]:
    actor = cause.actor
    made: dict[str, str] = {"hs_object_source": history.SOURCE_TYPES[actor.kind][1]}
    made["hs_object_source_label"] = actor.label or made["hs_object_source"]
    if actor.label:
        made["hs_object_source_detail_1"] = actor.label
    if history.source_id(actor):
        made["hs_object_source_id"] = history.source_id(actor)
    if user := history.user_of(actor):
        made["hs_object_source_user_id"] = user
        made["hs_created_by_user_id"] = user
    return made
