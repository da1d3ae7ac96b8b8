"""Making and changing one record: field by field, rule by rule, and then what a write leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from connectors.sandbox.effects import Cause
from connectors.sandbox.salesforce import duplicates, history, person_accounts, place_picklists, rules
from connectors.sandbox.salesforce.callers import WriteOptions
from connectors.sandbox.salesforce.computed import derived
from connectors.sandbox.salesforce.errors import (
    SalesforceError,
    bad_reference,
    entity_is_deleted,
    lock_failed,
    malformed_id,
    no_such_field,
    read_only,
    unsupported_type,
)
from connectors.sandbox.salesforce.ids import to_18
from connectors.sandbox.salesforce.rows import FIRST_NUMBER, Row, Value
from connectors.sandbox.salesforce.schema import FieldSchema, ObjectSchema
from connectors.sandbox.salesforce.values import coerce

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org

#: Parents that are locked together with a record.
_LOCKING_PARENTS = ("AccountId", "OpportunityId", "WhoId", "WhatId", "ContactId", "CampaignId")
#: What stands above a record of the same kind.
ABOVE = {"Account": "ParentId", "Contact": "ReportsToId"}
_BY_SALESFORCE = frozenset({"LastModifiedDate", "LastModifiedById", "SystemModstamp"})


def create(org: Org, name: str, given: Mapping[str, Any], cause: Cause, options: WriteOptions) -> str:
    """Make a record; return its id."""
    kind = _writable(org, name, "createable")
    values = _checked(org, kind, given, None, options)
    is_person = person_accounts.is_person(org, kind.name, values)
    if is_person:
        person_accounts.clothe(org, values)
    place_picklists.follow(org, kind, {}, values, is_raw=options.is_raw)
    if not options.is_raw:
        _require(kind, values)
    own = frozenset(values)
    values = _defaults(org, kind, cause) | values
    draft = Row(values, org.tables[kind.name].computed)
    values |= derived(kind.name, draft, own)
    draft.update(values)
    if not options.is_raw:
        _check_locks(org, draft)
        rules.validate(org, kind, draft, None)
        duplicates.detect(org, kind, draft, None, options)
        values |= rules.assigned(org, kind, options, is_new=True)
    made_id = org.new_id(kind.name)
    audit = org.stamps_of(cause) | {"IsDeleted": False, "Id": made_id, "CreatedById": org.user_of(cause)}
    audit["CreatedDate"] = audit["SystemModstamp"]
    kept = {
        key: value for key, value in {**audit, **values}.items() if value is not None and key in kind_fields(org, kind)
    }
    row = org.add(kind.name, kept, late_s=options.late_s)
    org.note(cause, "create", kind.name, made_id)
    for key, value in values.items():
        if value is not None:
            org.note(cause, "update", kind.name, made_id, key, None, value)
    _tell_activity(org, kind.name, row)
    if is_person:
        person_accounts.follow(org, row, cause)
    return made_id


def update(org: Org, name: str, record_id: str, given: Mapping[str, Any], cause: Cause, options: WriteOptions) -> str:
    """Change a record; return its id."""
    kind = _writable(org, name, "updateable")
    row = writable_row(org, kind, record_id)
    if row["IsConverted"] is True and not options.is_raw and org.readings.converted_leads_are_locked:
        raise SalesforceError("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", [])
    values = _checked(org, kind, given, row, options)
    person_accounts.check(org, kind.name, row, values)
    place_picklists.follow(org, kind, row, values, is_raw=options.is_raw)
    after = row.copied()
    _lay_over(after, values)
    if not options.is_raw:
        _check_locks(org, row)
        _check_cycle(org, kind, row, values)
        _clear_bounce(org, kind, row, values)
        rules.validate(org, kind, after, row)
        duplicates.detect(org, kind, after, row, options)
        values |= rules.assigned(org, kind, options, is_new=False)
    _lay_over(after, values)
    values |= {key: value for key, value in derived(kind.name, after, values).items() if row[key] != value}
    _write(org, kind, row, values, cause, options)
    _tell_activity(org, kind.name, row)
    return row.id


def writable_row(org: Org, kind: ObjectSchema, record_id: str) -> Row:
    """Return the live record an id names, or say why there is none."""
    long_id = to_18(record_id)
    if long_id is None:
        raise malformed_id(record_id, "Id", kind.label)
    row = org.find(kind.name, long_id, include_deleted=True)
    if row is None:
        other = org.object_of(long_id)
        if other is not None and other != kind.name and kind.key_prefix != long_id[:3]:
            raise malformed_id(record_id, "Id", kind.label)
        status = 404 if org.readings.missing_id_is_404 else 400
        raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [], http=status)
    if row.is_deleted:
        raise entity_is_deleted()
    return row


def kind_fields(org: Org, kind: ObjectSchema) -> Mapping[str, FieldSchema]:
    """Return all fields of an object, those too the caller may not see."""
    return org.objects[kind.name].fields


def _writable(org: Org, name: str, flag: str) -> ObjectSchema:
    kind = org.object_named(name)
    if kind is None:
        raise unsupported_type(name)
    if org.user is not None and not kind.may(flag):
        doing = "created" if flag == "createable" else "updated"
        raise SalesforceError(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" if kind.may("createable") else "INSUFFICIENT_ACCESS_OR_READONLY",
            f"entity type {kind.name} cannot be {doing}", [],
        )  # fmt: skip
    return kind


def _checked(
    org: Org, kind: ObjectSchema, given: Mapping[str, Any], row: Row | None, options: WriteOptions
) -> dict[str, Value]:
    """Return given values as a row holds them; SalesforceError where a field cannot take one."""
    values: dict[str, Value] = {}
    refused: list[str] = []
    for name, value in given.items():
        if name.lower() == "attributes" or (name.lower() == "id" and row is not None and not isinstance(value, dict)):
            continue
        if isinstance(value, dict):
            field = kind.parent(name)
            value = None if field is None else _by_external_id(org, field, value)  # noqa: PLW2901 - what it stands for
        else:
            field = kind.find(name)
        if field is None:
            raise no_such_field(name, kind.name)
        if not options.is_raw and not (field.createable if row is None else field.updateable):
            refused.append(field.name)
            continue
        values[field.name] = coerce(field, value, is_trimmed=org.readings.text_is_trimmed)
        if not options.is_raw:
            _check_value(org, kind, field, values[field.name], row)
    if refused:
        raise read_only(refused)
    return values


def _check_value(org: Org, kind: ObjectSchema, field: FieldSchema, value: Value, row: Row | None) -> None:
    if value is None:
        if row is not None and not field.nillable:
            raise _missing([field.name])
        return
    if field.type == "reference":
        _check_reference(org, field, str(value))
    if field.unique:
        for other in org.tables[kind.name].having(field.name, str(value)):
            if not other.is_deleted and (row is None or other.id != row.id):
                raise SalesforceError(
                    "DUPLICATE_VALUE",
                    f"duplicate value found: {field.name} duplicates value on record with id: {other.id[:15]}", [],
                )  # fmt: skip


def _check_reference(org: Org, field: FieldSchema, target_id: str) -> None:
    target = org.object_of(target_id)
    if target is None or target not in field.reference_to:
        if target is None:
            raise bad_reference(field.name, target_id)
        raise SalesforceError(
            "FIELD_INTEGRITY_EXCEPTION", f"{field.label}: id value of incorrect type: {target_id}", [field.name]
        )
    found = org.tables[target].rows.get(target_id)
    if found is None:
        raise bad_reference(field.name, target_id)
    if found.is_deleted:
        raise entity_is_deleted()


def _by_external_id(org: Org, field: FieldSchema, given: Mapping[str, Any]) -> str:
    """Return the id of the record a nested object names by an external id."""
    pairs = [(name, value) for name, value in given.items() if name != "attributes"]
    for target in field.reference_to:
        kind = org.objects.get(target)
        key = kind.find(pairs[0][0]) if kind is not None and len(pairs) == 1 else None
        if key is None:
            continue
        if key.name == "Id":
            return str(pairs[0][1])
        found = [row for row in org.tables[target].having(key.name, str(pairs[0][1])) if not row.is_deleted]
        if len(found) == 1:
            return found[0].id
        raise SalesforceError(
            "INVALID_FIELD", f"Foreign key external ID: {pairs[0][1]} not found for field {key.name} in entity {target}"
        )
    raise SalesforceError("INVALID_FIELD", f"Cannot reference a foreign key field {field.name}.")


def _require(kind: ObjectSchema, values: Mapping[str, Value]) -> None:
    missing = [it.name for it in kind.fields.values() if it.is_required and values.get(it.name) is None]
    # A picklist with a default value is filled in.
    missing = [name for name in missing if not any(value.is_default for value in kind.fields[name].picklist_values)]
    if missing:
        raise _missing(missing)


def _missing(names: list[str]) -> SalesforceError:
    return SalesforceError("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(names)}]", names)


def _defaults(org: Org, kind: ObjectSchema, cause: Cause) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for it in kind_fields(org, kind).values():
        if it.type == "boolean":
            found[it.name] = bool(it.default_value)
        elif it.picklist_values and not it.nillable:
            found[it.name] = next((value.value for value in it.picklist_values if value.is_default), None)
        elif it.wire["autoNumber"]:
            found[it.name] = f"{1 + org.tables[kind.name].next_number - FIRST_NUMBER:08d}"
    if "OwnerId" in kind.fields:
        found["OwnerId"] = org.user_of(cause)
    if "RecordTypeId" in kind.fields:
        found["RecordTypeId"] = org.default_record_type(kind.name)
    found.pop("IsDeleted", None)
    return {name: value for name, value in found.items() if value is not None}


def _check_locks(org: Org, row: Row) -> None:
    held = org.is_locked([row["Id"], *(row[name] for name in _LOCKING_PARENTS if name in row)])
    if held is not None:
        raise lock_failed(held)


def _check_cycle(org: Org, kind: ObjectSchema, row: Row, values: Mapping[str, Value]) -> None:
    """Nobody comes to stand above themselves."""
    field = ABOVE.get(kind.name, "")
    above, seen = values.get(field), set[str]()
    while isinstance(above, str) and above not in seen:
        if above == row.id:
            raise SalesforceError("CIRCULAR_DEPENDENCY", f"attempt to violate hierarchy constraints: {field}", [field])
        seen.add(above)
        upper = org.tables[kind.name].rows.get(above)
        above = None if upper is None else upper[field]


def _clear_bounce(org: Org, kind: ObjectSchema, row: Row, values: dict[str, Value]) -> None:
    if "EmailBouncedDate" not in kind_fields(org, kind) or not org.readings.new_email_clears_bounce:
        return
    if "Email" in values and values["Email"] != row["Email"] and row["EmailBouncedDate"] is not None:
        values.setdefault("EmailBouncedDate", None)
        values.setdefault("EmailBouncedReason", None)


def _lay_over(row: Row, values: Mapping[str, Value]) -> None:
    for name, value in values.items():
        if value is None:
            row.pop(name, None)
        else:
            row[name] = value


def _write(
    org: Org, kind: ObjectSchema, row: Row, values: dict[str, Value], cause: Cause, options: WriteOptions
) -> None:
    changed = {name: value for name, value in values.items() if row[name] != value}
    for name, value in values.items():
        org.note(cause, "update", kind.name, row.id, name, row[name], value)
    if not changed and not org.readings.same_value_bumps:
        return
    history.remember(org, kind, row, changed, cause)
    stamps = {} if options.is_raw and _BY_SALESFORCE & values.keys() else org.stamps_of(cause)
    org.put(kind.name, row, {**stamps, **changed}, late_s=options.late_s)


def _tell_activity(org: Org, name: str, row: Row) -> None:
    """A finished activity tells on the person and the account it belongs to."""
    if name not in {"Task", "Event"}:
        return
    day = row["ActivityDate"]
    is_done = row["IsClosed"] is True if name == "Task" else True
    if day is None or not is_done:
        return
    for field in ("WhoId", "WhatId", "AccountId"):
        target_id = str(row[field] or "")
        target = org.object_of(target_id) if target_id else None
        if target is None or "LastActivityDate" not in org.objects[target].fields:
            continue
        found = org.tables[target].rows.get(target_id)
        if found is None or (found["LastActivityDate"] or day) > day:  # type: ignore[operator]
            continue
        more = {"SystemModstamp": org.stamp()} if org.readings.activity_bumps else {}
        org.put(target, found, {"LastActivityDate": day, **more})
