"""Associations v4: one record's links, batches of them, and labels."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot import writes
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.errors import Refusal, not_found, unreadable, unset, validation
from connectors.sandbox.hubspot.links import LABELS_PER_PAIR, USER, LinkType, Types
from connectors.sandbox.hubspot.properties import ObjectType
from connectors.sandbox.hubspot.rendering import API_HOST

PAGE = 500
MOST_READS = 1_000
MOST_WRITES = 2_000

Row = dict[str, Any]


def list_links(call: Call) -> Answer:
    """Answer what one record is linked to, a page at a time."""
    account, kind, target = call.account, call.kind, target_of(call)
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
    account, source, target = call.account, source_of(call), target_of(call)
    started_ms = account.now_ms()
    table = account.tables[source.name]
    results: list[Row] = []
    unlinked: list[str] = []
    for row in inputs_of(call, MOST_READS):
        wanted = str(row.get("id"))
        after = str(row.get("after") or "0")
        record_id = table.survivor(int(wanted)) if wanted.isdecimal() else -1
        rows, following = _linked(account, source, record_id, target, int(after) if after.isdecimal() else 0, PAGE)
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
    return answer_of(call, started_ms, results, errors, 200)


def put(call: Call) -> Answer:
    """Link two records with these labels, replacing the ones they had."""
    account, kind, target = call.account, call.kind, target_of(call)
    specs = call.json_value()
    if not isinstance(specs, list):
        raise unreadable("Cannot deserialize value of type `array`")
    one = writes.living(account, kind, call.parts["id"]).id
    other = writes.living(account, target, call.parts["to_id"]).id
    types = writes.type_ids(account, kind, target, specs)
    writes.check_room(account, (kind, one), (target, other), types)
    writes.link(account, (kind, one), (target, other), types, call.cause)
    return json_answer(_pair(account, kind, one, target, other), 201)


def put_default(call: Call) -> Answer:
    """Link two records without a label."""
    account, kind, target = call.account, call.kind, target_of(call)
    one = writes.living(account, kind, call.parts["id"]).id
    other = writes.living(account, target, call.parts["to_id"]).id
    plain = frozenset({account.links.plain(kind.type_id, target.type_id).id})
    writes.check_room(account, (kind, one), (target, other), plain)
    rows = _link_plainly(call, kind, one, target, other)
    return answer_of(call, account.now_ms(), rows, [], 200)


def remove(call: Call) -> Answer:
    """Take every link between two records away."""
    account, kind, target = call.account, call.kind, target_of(call)
    one, other = (int(part) if part.isdecimal() else -1 for part in (call.parts["id"], call.parts["to_id"]))
    one = account.tables[kind.name].survivor(one)
    writes.unlink(account, (kind, one), (target, account.tables[target.name].survivor(other)), None, call.cause)
    return Answer(204)


def batch_create(call: Call) -> Answer:
    """Link many pairs."""
    account, source, target = call.account, source_of(call), target_of(call)
    started_ms = account.now_ms()
    results: list[Row] = []
    errors: list[Row] = []
    inputs = inputs_of(call, MOST_WRITES)
    # One type that is none refuses the whole call, before anything is linked.
    types_of = [writes.type_ids(account, source, target, row.get("types")) for row in inputs]
    for row, types in zip(inputs, types_of, strict=True):
        ends = ends_of(account, source, target, row, errors, types)
        if ends is not None:
            writes.link(account, (source, ends[0]), (target, ends[1]), types, call.cause)
            results.append(_pair(account, source, ends[0], target, ends[1]))
    return answer_of(call, started_ms, results, errors, 201)


def batch_default(call: Call) -> Answer:
    """Link many pairs without labels."""
    account, source, target = call.account, source_of(call), target_of(call)
    started_ms = account.now_ms()
    results: list[Row] = []
    errors: list[Row] = []
    plain = frozenset({account.links.plain(source.type_id, target.type_id).id})
    for row in inputs_of(call, MOST_WRITES):
        ends = ends_of(account, source, target, row, errors, plain)
        if ends is not None:
            results += _link_plainly(call, source, ends[0], target, ends[1])
    return answer_of(call, started_ms, results, errors, 200)


def batch_archive(call: Call) -> Answer:
    """Take all links of many pairs away."""
    account, source, target = call.account, source_of(call), target_of(call)
    for row in inputs_of(call, MOST_WRITES):
        one = id_of(row.get("from"))
        for other in row.get("to") or ():
            writes.unlink(account, (source, one), (target, id_of(other)), None, call.cause)
    return Answer(204)


def batch_labels_archive(call: Call) -> Answer:
    """Take some labels of many pairs off."""
    account, source, target = call.account, source_of(call), target_of(call)
    for row in inputs_of(call, MOST_WRITES):
        types: Types = writes.type_ids(account, source, target, row.get("types"))
        ends = (source, id_of(row.get("from"))), (target, id_of(row.get("to")))
        writes.unlink(account, *ends, types, call.cause)
    return Answer(204)


def labels(call: Call) -> Answer:
    """Answer the types of links between two object types."""
    kinds = call.account.links.types_between(source_of(call).type_id, target_of(call).type_id)
    rows = sorted((_spec(kind, "category") for kind in kinds), key=lambda row: -int(row["typeId"]))
    return json_answer({"results": rows})


def create_label(call: Call) -> Answer:
    """Define a label of the account's own."""
    links, source, target = call.account.links, source_of(call), target_of(call)
    body = call.json()
    label, name = str(body.get("label") or ""), str(body.get("name") or "")
    if not label or not name:
        raise unset("label", "name")
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
        raise unset("label")
    call.account.links.rename_label(kind.id, label, str(body.get("inverseLabel") or label))
    return Answer(204)


def delete_label(call: Call) -> Answer:
    """Take a label away."""
    call.account.links.remove_label(_own_label(call, call.parts["label"]).id)
    return Answer(204)


def target_of(call: Call) -> ObjectType:
    """Return the type at the far end."""
    return call.account.type_of(call.parts["to"])


def _own_label(call: Call, type_id: str) -> LinkType:
    kind = call.account.links.types.get(int(type_id)) if type_id.isdecimal() else None
    if kind is None or kind.category != USER:
        raise not_found()
    return kind


def source_of(call: Call) -> ObjectType:
    """Return the type at the near end."""
    return call.account.type_of(call.parts["from"])


def inputs_of(call: Call, most: int) -> list[Row]:
    """Return the rows of a batch."""
    inputs = call.json().get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(row, dict) for row in inputs):
        raise unset("inputs")
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


def ends_of(
    account: Account, source: ObjectType, target: ObjectType, row: Row, errors: list[Row], types: Types
) -> tuple[int, int] | None:
    """Return the two records a row is about to link; None, and one error more, where that cannot be."""
    start, end = _text_of(row.get("from")), _text_of(row.get("to"))
    try:
        one, other = writes.living(account, source, start).id, writes.living(account, target, end).id
        writes.check_room(account, (source, one), (target, other), types)
    except Refusal as refusal:
        errors.append(refusal.row(fromObjectId=[start], toObjectId=[end]))
        return None
    return one, other


def id_of(end: Any) -> int:
    """Return the id one end of a row names; -1 where it names none."""
    text = _text_of(end)
    return int(text) if text.isdecimal() else -1


def _text_of(end: Any) -> str:
    return str(end.get("id")) if isinstance(end, dict) else ""


def no_links(source: ObjectType, target: ObjectType, wanted: str) -> Row:
    """Return the entry for a record that is linked to nothing."""
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {target.singular} is associated with {source.singular} {wanted}.",
        "context": {"fromObjectId": [wanted]},
    }


def answer_of(call: Call, started_ms: int, results: list[Row], errors: list[Row], status: int) -> Answer:
    """Answer a batch: 207 where some of it failed."""
    body: Row = {"status": "COMPLETE", "results": results}
    if errors:
        body |= {"numErrors": len(errors), "errors": errors}
    body |= {"startedAt": iso(started_ms), "completedAt": iso(max(started_ms, call.account.now_ms()))}
    return json_answer(body, 207 if errors else status)
