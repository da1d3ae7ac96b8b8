"""`/composite/sobjects`: up to 200 records a call, each with an outcome of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import groupby
from typing import Any

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.endpoints.objects import record
from connectors.sandbox.salesforce.endpoints.shapes import texts
from connectors.sandbox.salesforce.errors import SalesforceError, not_found, unsupported_type
from connectors.sandbox.salesforce.ids import to_18
from connectors.sandbox.salesforce.rowfaults import strike
from connectors.sandbox.salesforce.schema import FieldSchema, ObjectSchema

Wire = dict[str, Any]
MOST_ROWS = 200
MOST_CHUNKS = 10
_ROLLED_BACK = SalesforceError(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
    [],
)
#: Does one row; returns what its result says.
Doing = Callable[[Mapping[str, Any]], Wire]


class _RolledBackError(Exception):
    """Takes a transaction back."""


def create(call: Call) -> Answer:
    """Make records."""

    def one(given: Mapping[str, Any]) -> Wire:
        kind = _type_of(call, given)
        strike(call, None, given)
        made = call.org.create(kind.name, given, call.cause, call.options)
        return {"id": made, "success": True, "errors": []}

    return _each(call, one)


def update(call: Call) -> Answer:
    """Change records."""

    def one(given: Mapping[str, Any]) -> Wire:
        kind = _type_of(call, given)
        record_id = _id_of(given)
        if not record_id:
            raise SalesforceError("MISSING_ARGUMENT", "Id not specified in an update call", [])
        strike(call, record_id, given)
        values = {name: value for name, value in given.items() if name.lower() != "id"}
        changed = call.org.update(kind.name, record_id, values, call.cause, call.options)
        return {"id": changed, "success": True, "errors": []}

    return _each(call, one, "Id")


def upsert(call: Call) -> Answer:
    """Change or make records by the value of a key field."""
    kind = call.kind
    field = kind.find(call.parts["key"])
    if field is None or not (field.external_id or field.id_lookup):
        raise not_found("Provided external ID field does not exist or is not accessible: " + call.parts["key"])

    def one(given: Mapping[str, Any]) -> Wire:
        if _type_of(call, given).name != kind.name:
            raise SalesforceError("INVALID_TYPE", "all records have to be of the type in the URL", [])
        return _upserted(call, kind, field, given)

    return _each(call, one, field.name)


def delete(call: Call) -> Answer:
    """Move records to the recycle bin."""
    ids = call.request.names("ids")
    if not ids:
        raise SalesforceError("MISSING_ARGUMENT", "The ids parameter is required")

    def one(given: Mapping[str, Any]) -> Wire:
        record_id = str(given["id"])
        long_id = to_18(record_id)
        name = call.org.object_of(long_id) if long_id else None
        if name is None:
            raise SalesforceError("MALFORMED_ID", f"malformed id {record_id}", [])
        strike(call, record_id, given)
        return {"id": call.org.delete(name, record_id, call.cause), "success": True, "errors": []}

    return _work(call, [{"id": one_id} for one_id in ids], one, is_atomic=call.request.flag("allOrNone"))


def retrieve(call: Call) -> Answer:
    """Show records by their ids, in that order; null where there is none."""
    if call.request.method == "POST":
        body = call.json()
        ids, names = texts(body.get("ids"), "ids"), texts(body.get("fields"), "fields")
        most = call.org.readings.retrieve_rows
    else:
        ids, names, most = call.request.names("ids"), call.request.names("fields"), MOST_ROWS
    _check_count(len(ids), most)
    if not names:
        raise SalesforceError("MISSING_ARGUMENT", "The fields parameter is required")
    rows = [call.org.find(call.kind.name, str(one)) for one in ids]
    return call.answer([None if row is None else record(call.kind, row, call.version, names) for row in rows])


def _each(call: Call, doing: Doing, key: str = "") -> Answer:
    body = call.json()
    rows = body.get("records")
    if not isinstance(rows, list) or not rows:
        raise SalesforceError("INVALID_INPUT", "The records parameter is required and has to be a list")
    if key and call.org.readings.repeated_ids_fail:
        doing = _once_each(rows, doing, key)
    return _work(call, rows, doing, is_atomic=bool(body.get("allOrNone")))


def _once_each(rows: list[Any], doing: Doing, key: str) -> Doing:
    """Refuse rows that name the same record as another one does."""
    counts = Counter(_named_by(row, key) for row in rows if isinstance(row, dict))
    repeated = {name for name, count in counts.items() if name and count > 1}
    if not repeated:
        return doing

    def one(given: Mapping[str, Any]) -> Wire:
        name = _named_by(given, key)
        if name in repeated:
            kind = "id" if key == "Id" else "external id"
            shown = to_18(name) if key == "Id" else name
            raise SalesforceError("DUPLICATE_VALUE", f"Duplicate {kind} specified: {shown}", [key])
        return doing(given)

    return one


def _named_by(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key)
    if value is None:
        value = next((it for name, it in given.items() if name.lower() == key.lower()), None)
    text = str(value or "")
    # The first 15 characters say which record it is.
    return text[:15] if key == "Id" else text.lower()


def _work(call: Call, rows: list[Any], doing: Doing, *, is_atomic: bool) -> Answer:
    _check_count(len(rows), MOST_ROWS)
    chunks = sum(1 for _ in groupby(rows, key=_type_name))
    if chunks > MOST_CHUNKS:
        raise SalesforceError(
            "INVALID_INPUT", f"The request contains {chunks} chunks of record types; at most {MOST_CHUNKS} are allowed"
        )
    if not is_atomic:
        results = [_tried(call, doing, row)[0] for row in rows]
        return call.answer(results)
    with suppress(_RolledBackError), call.org.transaction():
        tried = [_tried(call, doing, row) for row in rows]
        if not all(is_fine for _, is_fine in tried):
            raise _RolledBackError
        return call.answer([result for result, _ in tried])
    results = [{"success": False, "errors": [_ROLLED_BACK.row()]} if is_fine else result for result, is_fine in tried]
    return call.answer(results)


def _tried(call: Call, doing: Doing, given: Any) -> tuple[Wire, bool]:
    if not isinstance(given, dict):
        error = SalesforceError("INVALID_INPUT", "a record has to be an object", []).row()
        return {"success": False, "errors": [error]}, False
    try:
        return doing(given), True
    except SalesforceError as problem:
        error = problem.row()
        if problem.more and not call.org.readings.collections_hide_duplicates:
            error |= problem.more
        failed: Wire = {"success": False, "errors": [error]}
        record_id = to_18(_id_of(given))
        # Whether a failed row bears its id differs between captures: updates of known ids do.
        return ({"id": record_id, **failed} if record_id else failed), False


def _upserted(call: Call, kind: ObjectSchema, field: FieldSchema, given: Mapping[str, Any]) -> Wire:
    key = next((value for name, value in given.items() if name.lower() == field.name.lower()), None)
    values = {name: value for name, value in given.items() if name.lower() != "id"}
    if field.name == "Id":
        if key is None:
            strike(call, None, values)
            made = call.org.create(kind.name, values, call.cause, call.options)
            return {"id": made, "success": True, "errors": [], "created": True}
        found = str(key)
    else:
        if not isinstance(key, str | int | float) or key == "":
            raise SalesforceError("MISSING_ARGUMENT", f"{field.name} not specified", [])
        rows = [row for row in call.org.tables[kind.name].having(field.name, str(key)) if not row.is_deleted]
        if len(rows) > 1:
            ids = ", ".join(row.id for row in rows)
            raise SalesforceError(
                "DUPLICATE_EXTERNAL_ID",
                f"{field.label}: more than one record found for external id field: [{ids}]", [],
            )  # fmt: skip
        if not rows:
            strike(call, None, values)
            made = call.org.create(kind.name, values, call.cause, call.options)
            return {"id": made, "success": True, "errors": [], "created": True}
        found = rows[0].id
        values = {name: value for name, value in values.items() if name.lower() != field.name.lower()}
    strike(call, found, values)
    changed = call.org.update(kind.name, found, values, call.cause, call.options)
    return {"id": changed, "success": True, "errors": [], "created": False}


def _check_count(count: int, most: int) -> None:
    if count > most:
        raise SalesforceError(
            "EXCEEDED_ID_LIMIT", f"record limit reached. cannot submit more than {most} records in this call"
        )


def _type_of(call: Call, given: Mapping[str, Any]) -> ObjectSchema:
    name = _type_name(given)
    kind = call.org.object_named(name)
    if kind is None:
        raise unsupported_type(name)
    return kind


def _type_name(given: Any) -> str:
    attributes = given.get("attributes") if isinstance(given, dict) else None
    return str(attributes.get("type") or "") if isinstance(attributes, dict) else ""


def _id_of(given: Mapping[str, Any]) -> str:
    return str(next((value for name, value in given.items() if name.lower() == "id"), None) or "")
