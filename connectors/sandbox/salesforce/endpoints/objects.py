"""`/sobjects`: describe, and one record at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.endpoints import relations
from connectors.sandbox.salesforce.errors import (
    PlainRefusal,
    SalesforceError,
    entity_is_deleted,
    malformed_id,
    not_found,
)
from connectors.sandbox.salesforce.ids import to_18
from connectors.sandbox.salesforce.rowfaults import strike
from connectors.sandbox.salesforce.rows import Row, Value
from connectors.sandbox.salesforce.schema import FieldSchema, ObjectSchema, describe_global, describe_object
from connectors.sandbox.salesforce.values import spell_moment

Wire = dict[str, Any]
#: Before this version an upsert that changed a record answered without a body.
_TELLS_OF_UPDATES = 46.0


def list_objects(call: Call) -> Answer:
    """Answer the global describe."""
    if (same := _unchanged(call)) is not None:
        return same
    answer = call.answer(describe_global(call.org.schema.values(), call.version))
    answer.headers["Last-Modified"] = format_datetime(call.org.schema_at, usegmt=True)
    return answer


def basics(call: Call) -> Answer:
    """Answer what an object is, without its fields."""
    described = describe_global([call.kind], call.version)["sobjects"][0]
    return call.answer({"objectDescribe": described, "recentItems": []})


def describe(call: Call) -> Answer:
    """Answer the whole describe of an object."""
    if (same := _unchanged(call)) is not None:
        return same
    types = call.org.record_types(call.kind.name)
    host = call.request.headers.get("host", "")
    answer = call.answer(describe_object(call.kind, call.version, host, types))
    answer.headers["Last-Modified"] = format_datetime(call.org.schema_at, usegmt=True)
    return answer


def create(call: Call) -> Answer:
    """Make a record."""
    body = call.json()
    strike(call, None, body)
    made = call.org.create(call.kind.name, body, call.cause, call.options)
    return _made(call, {"id": made, "success": True, "errors": []})


def read(call: Call) -> Answer:
    """Show a record."""
    row = _one(call, call.parts["id"])
    return _shown(call, row)


def update(call: Call) -> Answer:
    """Change a record, perhaps only if nobody else has since a moment."""
    body = call.json()
    if any(name.lower() == "id" for name in body):
        raise SalesforceError("INVALID_FIELD", "The Id field should not be specified in the sobject data.")
    _check_conditions(call)
    strike(call, call.parts["id"], body)
    call.org.update(call.kind.name, call.parts["id"], body, call.cause, call.options)
    return Answer(204)


def delete(call: Call) -> Answer:
    """Move a record to the recycle bin."""
    strike(call, call.parts["id"], {})
    call.org.delete(call.kind.name, call.parts["id"], call.cause)
    return Answer(204)


def read_by_key(call: Call) -> Answer:
    """Show the record that has a value in an external-id field, or what a relationship leads to."""
    if relations.leads_on(call):
        found = relations.parent(call)
        return relations.children(call) if found is None else _shown(call, found[1], found[0])
    return _shown(call, _only(call, _having(call)))


def upsert(call: Call) -> Answer:
    """Change the record that has a key, or make one; or change the parent a relationship leads to."""
    body = call.json()
    if relations.leads_on(call):
        kind, above = _parent(call)
        call.org.update(kind.name, above.id, body, call.cause, call.options)
        return Answer(204)
    field = _key(call)
    if field.name in body:
        raise SalesforceError(
            "INVALID_FIELD", f"The {field.name} field should not be specified in the sobject data.", [field.name]
        )
    return upserted(call, field, call.parts["value"], body)


def upserted(call: Call, field: FieldSchema, value: str, body: Wire) -> Answer:
    """Update or create by a key; 300 where several records have it."""
    rows = _having(call) if field.name != "Id" else [_one(call, value)]
    if rows:
        row = _only(call, rows)
        strike(call, row.id, body)
        call.org.update(call.kind.name, row.id, body, call.cause, call.options)
        if float(call.version) < _TELLS_OF_UPDATES:
            return Answer(204)
        return call.answer({"id": row.id, "success": True, "errors": [], "created": False})
    if call.request.flag("updateOnly"):
        raise not_found("Provided external ID field does not exist or is not accessible: " + value)
    strike(call, None, body)
    made = call.org.create(call.kind.name, {**body, field.name: value}, call.cause, call.options)
    return _made(call, {"id": made, "success": True, "errors": [], "created": True})


def delete_by_key(call: Call) -> Answer:
    """Delete the record that has a value in an external-id field, or the parent a relationship leads to."""
    if relations.leads_on(call):
        kind, above = _parent(call)
        call.org.delete(kind.name, above.id, call.cause)
        return Answer(204)
    row = _only(call, _having(call))
    call.org.delete(call.kind.name, row.id, call.cause)
    return Answer(204)


def record(kind: ObjectSchema, row: Row, version: str, names: Iterable[str] | None = None) -> Wire:
    """Return a record with its attributes and these fields; INVALID_FIELD where one does not exist."""
    url = f"/services/data/v{version}/sobjects/{kind.name}/{row.id}"
    body: Wire = {"attributes": {"type": kind.name, "url": url}}
    for name in names if names is not None else kind.fields:
        field = kind.find(name.strip())
        if field is None:
            raise SalesforceError("INVALID_FIELD", f"No such column '{name}' on sobject of type {kind.name}")
        body[field.name] = row[field.name]
    if names is not None:
        body["Id"] = row.id
    return body


def _made(call: Call, told: Wire) -> Answer:
    answer = call.answer(told, 201)
    answer.headers["Location"] = f"/services/data/v{call.version}/sobjects/{call.kind.name}/{told['id']}"
    return answer


def _parent(call: Call) -> tuple[ObjectSchema, Row]:
    """Return the one record a relationship leads to: only parents can be written that way."""
    found = relations.parent(call)
    if found is None:
        raise SalesforceError("METHOD_NOT_ALLOWED", f"HTTP Method '{call.request.method}' not allowed.")
    return found


def _shown(call: Call, row: Row, kind: ObjectSchema | None = None) -> Answer:
    if (same := _not_modified(call, row)) is not None:
        return same
    names = call.request.names("fields") or None
    kind = kind or call.kind
    answer = call.answer(record(kind, row, call.version, names))
    answer.headers["Last-Modified"] = format_datetime(_modified(row), usegmt=True)
    if kind.name == "Account":
        answer.headers["ETag"] = etag(row)
    return answer


def _one(call: Call, record_id: str) -> Row:
    long_id = to_18(record_id)
    if long_id is None:
        # What looks like no id is taken for a path that leads nowhere.
        raise not_found()
    row = call.org.find(call.kind.name, long_id, include_deleted=True)
    if row is None:
        raise not_found()
    if row.is_deleted:
        raise entity_is_deleted()
    return row


def _key(call: Call) -> FieldSchema:
    field = call.kind.find(call.parts["key"])
    if field is None or not (field.external_id or field.id_lookup):
        raise not_found("Provided external ID field does not exist or is not accessible: " + call.parts["key"])
    return field


def _having(call: Call) -> list[Row]:
    field, value = _key(call), call.parts["value"]
    if field.name == "Id":
        if to_18(value) is None:
            raise malformed_id(value, "Id", call.kind.label)
        return [_one(call, value)]
    return [row for row in call.org.tables[call.kind.name].having(field.name, value) if not row.is_deleted]


def _only(call: Call, rows: list[Row]) -> Row:
    if not rows:
        raise not_found()
    if len(rows) > 1:
        raise _SeveralError([f"/services/data/v{call.version}/sobjects/{call.kind.name}/{row.id}" for row in rows])
    return rows[0]


class _SeveralError(SalesforceError):
    """300: more than one record has the key."""

    def __init__(self, urls: list[str]) -> None:
        super().__init__("MULTIPLE_CHOICES", "more than one record found", http=300)
        self._urls = urls

    def answer(self) -> Answer:
        """Return the records' addresses."""
        return json_answer(self._urls, 300)

    def row(self) -> Wire:
        """Return the error of a collection's row."""
        message = f"more than one record found for external id field: {[url.rpartition('/')[2] for url in self._urls]}"
        return {"statusCode": "DUPLICATE_EXTERNAL_ID", "message": message, "fields": []}


def etag(row: Row) -> str:
    """Return the entity tag of a record."""
    return f'"{spell_moment(_modified(row))}"'


def _modified(row: Row) -> datetime:
    value: Value = row["LastModifiedDate"]
    return value if isinstance(value, datetime) else datetime.fromtimestamp(0, UTC)


def _moment(call: Call, name: str) -> datetime | None:
    text = call.headers.get(name)
    if text is None or (call.is_nested and not call.org.readings.conditions_in_composite):
        return None
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        raise SalesforceError("INVALID_FIELD", f"Invalid value for header {name}: {text}") from None


def _check_conditions(call: Call) -> None:
    since = _moment(call, "if-unmodified-since")
    wanted = call.headers.get("if-match") if call.kind.name == "Account" else None
    if since is None and wanted is None:
        return
    row = _one(call, call.parts["id"])
    # Whole seconds: a write within the very second of the header goes unnoticed.
    if since is not None and _modified(row) > since:
        raise PlainRefusal(412)
    if wanted is not None and etag(row) not in {tag.strip() for tag in wanted.split(",")}:
        raise PlainRefusal(412)


def _not_modified(call: Call, row: Row) -> Answer | None:
    since = _moment(call, "if-modified-since")
    if since is not None and _modified(row) <= since:
        return Answer(304)
    unmodified_since = _moment(call, "if-unmodified-since")
    if unmodified_since is not None and _modified(row) > unmodified_since:
        raise PlainRefusal(412)
    known = call.headers.get("if-none-match") if call.kind.name == "Account" else None
    return Answer(304) if known is not None and etag(row) in {tag.strip() for tag in known.split(",")} else None


def _unchanged(call: Call) -> Answer | None:
    since = _moment(call, "if-modified-since")
    return Answer(304) if since is not None and call.org.schema_at <= since else None
