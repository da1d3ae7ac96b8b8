"""`/sobjects/Contact/<id>/Account`: records reached over their relationships."""

from __future__ import annotations

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.errors import SalesforceError, entity_is_deleted, not_found
from connectors.sandbox.salesforce.ids import to_18
from connectors.sandbox.salesforce.querying import query
from connectors.sandbox.salesforce.rows import Row
from connectors.sandbox.salesforce.schema import ObjectSchema

MOST_STEPS = 5
_MOST_CHILDREN = 2000


def leads_on(call: Call) -> bool:
    """Whether a path names a record and a relationship, rather than a key and its value."""
    return call.kind.find(call.parts["key"]) is None and to_18(call.parts["key"]) is not None


def parent(call: Call) -> tuple[ObjectSchema, Row] | None:
    """Return the record at the end of parent relationships; None where the path ends in children."""
    kind = call.kind
    row = _live(call, kind, call.parts["key"])
    names = call.parts["value"].split("/")
    if len(names) > MOST_STEPS:
        raise SalesforceError("NOT_FOUND", f"no more than {MOST_STEPS} relationships can be traversed")
    for place, name in enumerate(names):
        field = kind.parent(name)
        if field is None:
            if place == len(names) - 1 and kind.child(name) is not None:
                return None
            raise not_found()
        target = str(row[field.name] or "")
        above = call.org.object_named(call.org.object_of(target) or "") if target else None
        if above is None:
            raise not_found(f"The requested resource does not exist: {name} is empty")
        kind, row = above, _live(call, above, target)
    return kind, row


def children(call: Call) -> Answer:
    """Answer the records below one."""
    *_, name = call.parts["value"].split("/")
    link = call.kind.child(name)
    if link is None:
        raise not_found()
    kind = call.org.object_named(link.child)
    if kind is None:
        raise not_found()
    names = call.request.names("fields") or list(kind.fields)
    owner = to_18(call.parts["key"])
    # It is read as SOQL, by which nothing can be done but look.
    text = f"SELECT {', '.join(names)} FROM {kind.name} WHERE {link.field} = '{owner}' LIMIT {_MOST_CHILDREN}"  # noqa: S608
    found = query(call.org, text, version=call.version)
    return call.answer({"done": True, "totalSize": found.total_size, "records": found.records})


def _live(call: Call, kind: ObjectSchema, record_id: str) -> Row:
    row = call.org.find(kind.name, record_id, include_deleted=True)
    if row is None:
        raise not_found()
    if row.is_deleted:
        raise entity_is_deleted()
    return row
