"""Associations v4: one record's links, batches of them, and labels."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot import writes
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.errors import Refusal, not_found, validation
from connectors.sandbox.hubspot.links import LABELS_PER_PAIR, USER, LinkType, Types
from connectors.sandbox.hubspot.properties import ObjectType
from connectors.sandbox.hubspot.rendering import API_HOST, linked_page

PAGE = 500
MOST_READS = 1_000
MOST_WRITES = 2_000

Row = dict[str, Any]


def list_links(call: Call) -> Answer:
    """Answer what one record is linked to, a page at a time."""
    account, kind, target = call.account, call.kind, account_target(call)
    record = writes.living(account, kind, call.parts["id"])
    limit = call.whole("limit", PAGE, PAGE)
    rows, following = _linked(account, kind, record.id, target, call.cursor(), limit)
    body: Row = {"results": rows}
    if following is not None:
        link = f"{API_HOST}{call.request.path}?limit={limit}&after={following}"
        body["paging"] = {"next": {"after": str(following), "link": link}}
    return json_answer(body)


def batch_read(call: Call) -> Answer:
    """Answer what many records are linked to."""
    account, source, target = call.account, _source(call), account_target(call)
    started_ms = account.now_ms()
    table = account.tables[source.name]
    results: list[Row] = []
    unlinked: list[str] = []
    for row in _inputs(call, MOST_READS):
        wanted = str(row.get("id"))
        after = str(row.get("after") or "0")
        record_id = table.survivor(int(wanted)) if wanted.isdigit() else -1
        rows, following = _linked(account, source, record_id, target, int(after) if after.isdigit() else 0, PAGE)
        if not rows:
            unlinked.append(wanted)
            continue
        found: Row = {"from": {"id": wanted}, "to": rows}
        if following is not None:
            found["paging"] = {"next": {"after": str(following)}}
        results.append(found)
    errors = []
    if unlinked and account.readings.unassociated_are_errors:
        errors = [no_links(source, target, wanted) for wanted in unlinked]
    return _answer(call, started_ms, results, errors, 200)


def batch_read_old(call: Call) -> Answer:
    """Answer the same the old way: ids and names of types, and no pages."""
    account, source, target = call.account, _source(call), account_target(call)
    started_ms = account.now_ms()
    table = account.tables[source.name]
    results: list[Row] = []
    errors: list[Row] = []
    for row in _inputs(call, MOST_READS):
        wanted = str(row.get("id"))
        record_id = table.survivor(int(wanted)) if wanted.isdigit() else -1
        linked = linked_page(account, source, record_id, target, 0, MOST_WRITES)["results"]
        if linked:
            results.append({"from": {"id": wanted}, "to": linked})
        else:
            errors.append(no_links(source, target, wanted))
    return _answer(call, started_ms, results, errors, 200)


def put(call: Call) -> Answer:
    """Link two records with these labels, replacing the ones they had."""
    account, kind, target = call.account, call.kind, account_target(call)
    specs = call.json_value()
    if not isinstance(specs, list):
        raise validation("Invalid input JSON on line 1, column 1: Cannot deserialize value of type `array`")
    one = writes.living(account, kind, call.parts["id"]).id
    other = writes.living(account, target, call.parts["to_id"]).id
    types = writes.type_ids(account, kind, target, specs)
    writes.link(account, (kind, one), (target, other), types, call.cause)
    return json_answer(_pair(account, kind, one, target, other), 201)


def put_default(call: Call) -> Answer:
    """Link two records without a label."""
    account, kind, target = call.account, call.kind, account_target(call)
    one = writes.living(account, kind, call.parts["id"]).id
    other = writes.living(account, target, call.parts["to_id"]).id
    rows = _link_plainly(call, kind, one, target, other)
    return _answer(call, account.now_ms(), rows, [], 200)


def remove(call: Call) -> Answer:
    """Take every link between two records away."""
    account, kind, target = call.account, call.kind, account_target(call)
    one, other = (int(part) if part.isdigit() else -1 for part in (call.parts["id"], call.parts["to_id"]))
    one = account.tables[kind.name].survivor(one)
    writes.unlink(account, (kind, one), (target, account.tables[target.name].survivor(other)), None, call.cause)
    return Answer(204)


def batch_create(call: Call) -> Answer:
    """Link many pairs."""
    account, source, target = call.account, _source(call), account_target(call)
    started_ms = account.now_ms()
    results: list[Row] = []
    errors: list[Row] = []
    for row in _inputs(call, MOST_WRITES):
        types = writes.type_ids(account, source, target, row.get("types"))
        ends = _ends(account, source, target, row, errors)
        if ends is not None:
            writes.link(account, (source, ends[0]), (target, ends[1]), types, call.cause)
            results.append(_pair(account, source, ends[0], target, ends[1]))
    return _answer(call, started_ms, results, errors, 201)


def batch_default(call: Call) -> Answer:
    """Link many pairs without labels."""
    account, source, target = call.account, _source(call), account_target(call)
    started_ms = account.now_ms()
    results: list[Row] = []
    errors: list[Row] = []
    for row in _inputs(call, MOST_WRITES):
        ends = _ends(account, source, target, row, errors)
        if ends is not None:
            results += _link_plainly(call, source, ends[0], target, ends[1])
    return _answer(call, started_ms, results, errors, 200)


def batch_archive(call: Call) -> Answer:
    """Take all links of many pairs away."""
    account, source, target = call.account, _source(call), account_target(call)
    for row in _inputs(call, MOST_WRITES):
        one = _id(row.get("from"))
        for other in row.get("to") or ():
            writes.unlink(account, (source, one), (target, _id(other)), None, call.cause)
    return Answer(204)


def batch_labels_archive(call: Call) -> Answer:
    """Take some labels of many pairs off."""
    account, source, target = call.account, _source(call), account_target(call)
    for row in _inputs(call, MOST_WRITES):
        types: Types = writes.type_ids(account, source, target, row.get("types"))
        ends = (source, _id(row.get("from"))), (target, _id(row.get("to")))
        writes.unlink(account, *ends, types, call.cause)
    return Answer(204)


def labels(call: Call) -> Answer:
    """Answer the types of links between two object types."""
    kinds = call.account.links.types_between(_source(call).type_id, account_target(call).type_id)
    rows = sorted((_spec(kind, "category") for kind in kinds), key=lambda row: -int(row["typeId"]))
    return json_answer({"results": rows})


def create_label(call: Call) -> Answer:
    """Define a label of the account's own."""
    links, source, target = call.account.links, _source(call), account_target(call)
    body = call.json()
    label, name = str(body.get("label") or ""), str(body.get("name") or "")
    if not label or not name:
        raise validation("Invalid input JSON on line 1, column 1: Some required fields were not set: [label, name]")
    own = [kind for kind in links.types_between(source.type_id, target.type_id) if kind.category == USER]
    if len(own) >= LABELS_PER_PAIR:
        raise validation(f"At most {LABELS_PER_PAIR} labels may be defined between two objects")
    inverse = str(body.get("inverseLabel") or label)
    made = links.add_label(source.type_id, target.type_id, label, inverse, name)
    return json_answer({"results": [_spec(kind, "category") for kind in made]})


def rename_label(call: Call) -> Answer:
    """Call a label of the account's own something else."""
    body = call.json()
    kind = _own_label(call, str(body.get("associationTypeId") or ""))
    label = str(body.get("label") or "")
    if not label:
        raise validation("Invalid input JSON on line 1, column 1: Some required fields were not set: [label]")
    call.account.links.rename_label(kind.id, label, str(body.get("inverseLabel") or label))
    return Answer(204)


def delete_label(call: Call) -> Answer:
    """Take a label away."""
    call.account.links.remove_label(_own_label(call, call.parts["label"]).id)
    return Answer(204)


def account_target(call: Call) -> ObjectType:
    """Return the type at the far end."""
    return call.account.type_of(call.parts["to"])


def _own_label(call: Call, type_id: str) -> LinkType:
    kind = call.account.links.types.get(int(type_id)) if type_id.isdigit() else None
    if kind is None or kind.category != USER:
        raise not_found()
    return kind


def _source(call: Call) -> ObjectType:
    return call.account.type_of(call.parts["from"])


def _inputs(call: Call, most: int) -> list[Row]:
    inputs = call.json().get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(row, dict) for row in inputs):
        raise validation("Invalid input JSON on line 1, column 1: Some required fields were not set: [inputs]")
    if len(inputs) > most:
        raise validation(f"The maximum number of inputs supported is {most}. Received {len(inputs)}.")
    return inputs


def _linked(
    account: Account, source: ObjectType, record_id: int, target: ObjectType, after: int, limit: int
) -> tuple[list[Row], int | None]:
    there = account.tables[target.name]
    if account.tables[source.name].find(record_id) is None:
        return [], None
    rows: list[Row] = []
    for other, types in account.links.ordered(source.type_id, record_id, target.type_id):
        if other < after or there.find(other) is None:
            continue
        if len(rows) == limit:
            return rows, other
        kinds = sorted(types, reverse=True)
        rows.append(
            {"toObjectId": other, "associationTypes": [_spec(account.links.types[kind], "category") for kind in kinds]}
        )
    return rows, None


def _spec(kind: LinkType, category: str) -> Row:
    return {category: kind.category, "typeId": kind.id, "label": kind.label}


def _pair(account: Account, source: ObjectType, one: int, target: ObjectType, other: int) -> Row:
    types = account.links.of(source.type_id, one, target.type_id).get(other, frozenset())
    named = [label for kind in sorted(types) if (label := account.links.types[kind].label) is not None]
    return {
        "fromObjectTypeId": source.type_id,
        "fromObjectId": one,
        "toObjectTypeId": target.type_id,
        "toObjectId": other,
        "labels": named,
    }


def _link_plainly(call: Call, source: ObjectType, one: int, target: ObjectType, other: int) -> list[Row]:
    account = call.account
    plain = account.links.plain(source.type_id, target.type_id)
    before = account.links.of(source.type_id, one, target.type_id).get(other, frozenset())
    # Linking anew without a label leaves the labels of the pair alone.
    writes.link(account, (source, one), (target, other), before | {plain.id}, call.cause)
    ends = ((one, other, plain.id), (other, one, plain.inverse))
    return [
        {
            "from": {"id": str(start)},
            "to": {"id": str(end)},
            "associationSpec": {"associationCategory": plain.category, "associationTypeId": type_id},
        }
        for start, end, type_id in ends
    ]


def _ends(
    account: Account, source: ObjectType, target: ObjectType, row: Row, errors: list[Row]
) -> tuple[int, int] | None:
    try:
        one = writes.living(account, source, str(_id(row.get("from")))).id
        other = writes.living(account, target, str(_id(row.get("to")))).id
    except Refusal as refusal:
        ends = {"fromObjectId": [str(_id(row.get("from")))], "toObjectId": [str(_id(row.get("to")))]}
        errors.append(refusal.row(**ends))
        return None
    return one, other


def _id(end: Any) -> int:
    text = str(end.get("id")) if isinstance(end, dict) else ""
    return int(text) if text.isdigit() else -1


def no_links(source: ObjectType, target: ObjectType, wanted: str) -> Row:
    """Return the entry for a record that is linked to nothing."""
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {target.singular} is associated with {source.singular} {wanted}.",
        "context": {"fromObjectId": [wanted]},
    }


def _answer(call: Call, started_ms: int, results: list[Row], errors: list[Row], status: int) -> Answer:
    body: Row = {"status": "COMPLETE", "results": results}
    if errors:
        body |= {"numErrors": len(errors), "errors": errors}
    body |= {"startedAt": iso(started_ms), "completedAt": iso(max(started_ms, call.account.now_ms()))}
    return json_answer(body, 207 if errors else status)
