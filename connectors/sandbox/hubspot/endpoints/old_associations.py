"""Associations v3, as far as the official library still has them: batches by the names of types, and the types."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot import writes
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.endpoints import associations
from connectors.sandbox.hubspot.errors import validation
from connectors.sandbox.hubspot.links import LinkType
from connectors.sandbox.hubspot.rendering import link_name, linked_page

LARGEST_BATCH = 100

Row = dict[str, Any]


def batch_read(call: Call) -> Answer:
    """Answer what many records are linked to: ids and names of types, and no pages."""
    account, source, target = call.account, associations.source_of(call), associations.target_of(call)
    started_ms = account.now_ms()
    table = account.tables[source.name]
    results: list[Row] = []
    errors: list[Row] = []
    for row in associations.inputs_of(call, associations.MOST_READS):
        wanted = str(row.get("id"))
        record_id = table.survivor(int(wanted)) if wanted.isdecimal() else -1
        linked = linked_page(account, source, record_id, target, 0, associations.MOST_WRITES)["results"]
        if linked:
            results.append({"from": {"id": wanted}, "to": linked})
        else:
            errors.append(associations.no_links(source, target, wanted))
    return associations.answer_of(call, started_ms, results, errors, 200)


def batch_create(call: Call) -> Answer:
    """Link many pairs, each by one type; the types a pair has stay."""
    account, source, target = call.account, associations.source_of(call), associations.target_of(call)
    started_ms = account.now_ms()
    results: list[Row] = []
    errors: list[Row] = []
    for row in associations.inputs_of(call, LARGEST_BATCH):
        kind = _type(call, row)
        ends = associations.ends_of(account, source, target, row, errors, frozenset({kind.id}))
        if ends is None:
            continue
        before = account.links.of(source.type_id, ends[0], target.type_id).get(ends[1], frozenset())
        writes.link(account, (source, ends[0]), (target, ends[1]), before | {kind.id}, call.cause)
        results.append({"from": {"id": str(ends[0])}, "to": {"id": str(ends[1])}, "type": link_name(account, kind)})
    return associations.answer_of(call, started_ms, results, errors, 201)


def batch_archive(call: Call) -> Answer:
    """Take one type of link off many pairs."""
    account, source, target = call.account, associations.source_of(call), associations.target_of(call)
    for row in associations.inputs_of(call, LARGEST_BATCH):
        ends = (source, associations.id_of(row.get("from"))), (target, associations.id_of(row.get("to")))
        writes.unlink(account, *ends, frozenset({_type(call, row).id}), call.cause)
    return Answer(204)


def types(call: Call) -> Answer:
    """Answer the types of links between two object types, by name."""
    found = call.account.links.types_between(associations.source_of(call).type_id, associations.target_of(call).type_id)
    return json_answer({"results": [{"id": str(kind.id), "name": link_name(call.account, kind)} for kind in found]})


def _type(call: Call, row: Row) -> LinkType:
    wanted = str(row.get("type") or "")
    source, target = associations.source_of(call), associations.target_of(call)
    for kind in call.account.links.types_between(source.type_id, target.type_id):
        if wanted in {str(kind.id), link_name(call.account, kind)}:
            return kind
    raise validation(
        f"Invalid association type {wanted} between {source.type_id} and {target.type_id}",
        subCategory="crm.associations.INVALID_ASSOCIATION_TYPE",
    )


_PAIR = "/crm/v3/associations/{from}/{to}"
#: Method, path, endpoint, name, scope: for `routes.py`.
ROUTES = (
    ("POST", f"{_PAIR}/batch/read", batch_read, "associations_batch_read", "objects.read"),
    ("POST", f"{_PAIR}/batch/create", batch_create, "associations_batch_create", "objects.write"),
    ("POST", f"{_PAIR}/batch/archive", batch_archive, "associations_batch_archive", "objects.write"),
    ("GET", f"{_PAIR}/types", types, "associations_labels", "objects.read"),
)
