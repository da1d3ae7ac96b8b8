"""Rows of a job, written one by one: what is told to be done with each, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from connectors.sandbox.effects import Cause
from connectors.sandbox.salesforce.callers import WriteOptions
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.ids import to_18
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import ObjectSchema

NULL = "#N/A"
#: Rows that are written as one: a record may come up in them once.
TOGETHER = 200
#: What each operation needs of an object.
OPERATIONS = {
    "insert": "createable", "update": "updateable", "upsert": "updateable", "delete": "deletable",
    "hardDelete": "deletable",
}  # fmt: skip
_LONGEST_FIELD = 32_000
_LONGEST_ROW = 400_000

Values = dict[str, Any]
#: Hits a row with the faults of the call that lets the job move on.
Strike = Callable[[str | None, Mapping[str, Any]], None]


class Order(Protocol):
    """What a job does with each of its rows, and in whose name."""

    @property
    def object(self) -> str:
        """The object written to."""

    @property
    def operation(self) -> str:
        """One of `OPERATIONS`."""

    @property
    def key(self) -> str:
        """The field an upsert goes by."""

    @property
    def cause(self) -> Cause:
        """Who does it."""

    @property
    def options(self) -> WriteOptions:
        """What was said of rules."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a row that was written."""

    id: str
    is_created: bool = False


def named_twice(org: Org, order: Order, rows: Sequence[Values]) -> frozenset[str]:
    """Return what more than one of these rows names: a record, or a key in small letters."""
    if order.operation == "insert" or not org.readings.repeated_ids_fail:
        return frozenset()
    counts = Counter(_name(order, values) for values in rows)
    return frozenset(name for name, count in counts.items() if name and count > 1)


def write(org: Org, order: Order, values: Values, strike: Strike, twice: frozenset[str] = frozenset()) -> Written:
    """Do with one row what the job says; SalesforceError where that is refused. `twice`: see `named_twice`."""
    if twice and (name := _name(order, values)) in twice:
        kind = "id" if _key(order) == "Id" else "external id"
        shown = to_18(name) if kind == "id" else name
        raise SalesforceError("DUPLICATE_VALUE", f"Duplicate {kind} specified: {shown}", [_key(order)])
    sizes = [len(value) for value in values.values() if isinstance(value, str)]
    if sum(sizes) > _LONGEST_ROW or max(sizes, default=0) > _LONGEST_FIELD:
        raise SalesforceError("STRING_TOO_LONG", "field or record is larger than Bulk API takes", [])
    record_id = str(values.pop("Id", None) or "")
    if order.operation == "insert":
        if record_id:
            raise SalesforceError("INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", ["Id"])
        strike(None, values)
        return Written(org.create(order.object, values, order.cause, order.options), is_created=True)
    if order.operation == "upsert":
        return _upserted(org, order, values, record_id, strike)
    if not record_id:
        raise SalesforceError("MISSING_ARGUMENT", f"Id not specified in an {order.operation} call", [])
    strike(record_id, values)
    if order.operation == "update":
        return Written(org.update(order.object, record_id, values, order.cause, order.options))
    done = org.delete(order.object, record_id, order.cause)
    if order.operation == "hardDelete":
        org.purge(order.object, done, order.cause)
    return Written(done)


def cells(kind: ObjectSchema, header: Sequence[str], row: Sequence[str]) -> Values:
    """Return what a row of CSV says: nothing of empty cells, null where it says so, a parent by its key."""
    values: Values = {}
    for name, text in zip(header, row, strict=True):
        if not text:
            continue
        relationship, dot, key = name.partition(".")
        parent = kind.parent(relationship) if dot else None
        found = kind.find(name) if parent is None else None
        if parent is not None and text != NULL:
            values[str(parent.relationship_name)] = {key: text}
        else:
            field_name = parent.name if parent is not None else found.name if found is not None else name
            values[field_name] = None if text == NULL else text
    return values


def spell_error(problem: SalesforceError) -> str:
    """Return a refusal as a cell of a result says it."""
    fields = ",".join(problem.fields or [])
    return f"{problem.status_code}:{problem.message}:{fields}{' ' if fields else ''}--"


def key_of(kind: ObjectSchema, name: str) -> str:
    """Return the field an upsert goes by, as it is spelled; empty where records cannot be named by it."""
    field = kind.find(name)
    return field.name if field is not None and (field.external_id or field.id_lookup) else ""


def _key(order: Order) -> str:
    return order.key if order.operation == "upsert" else "Id"


def _name(order: Order, values: Values) -> str:
    key = _key(order)
    text = str(values.get(key) or "")
    # The first 15 characters say which record it is.
    return text[:15] if key == "Id" else text.lower()


def _upserted(org: Org, order: Order, values: Values, record_id: str, strike: Strike) -> Written:
    found = record_id if order.key == "Id" else _known(org, order, values)
    strike(found or None, values)
    if not found:
        return Written(org.create(order.object, values, order.cause, order.options), is_created=True)
    if order.key != "Id":
        values.pop(order.key)
    return Written(org.update(order.object, found, values, order.cause, order.options))


def _known(org: Org, order: Order, values: Values) -> str:
    """Return the id of the only record with this key; empty where there is none."""
    key = values.get(order.key)
    if key is None:
        raise SalesforceError("MISSING_ARGUMENT", f"{order.key} not specified", [])
    rows = [row for row in org.tables[order.object].having(order.key, str(key)) if not row.is_deleted]
    if len(rows) > 1:
        ids = ", ".join(row.id for row in rows)
        raise SalesforceError(
            "DUPLICATE_EXTERNAL_ID", f"{order.key}: more than one record found for external id field: [{ids}]", []
        )
    return rows[0].id if rows else ""
