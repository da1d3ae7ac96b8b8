"""Lists (segments) v3, as far as reading them and putting records on them by hand goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot.account import SegmentList
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.errors import not_found, validation

LARGEST_PAGE = 250
LARGEST_SEARCH_PAGE = 500
LAST_ROW = 10_000
_SORTS: dict[str, Callable[[SegmentList], Any]] = {
    "HS_LIST_ID": lambda it: int(it.id),
    "HS_LIST_NAME": lambda it: it.name.lower(),
    "HS_LIST_SIZE": lambda it: len(it.members),
    "HS_CREATED_AT": lambda it: it.created_ms,
    "HS_UPDATED_AT": lambda it: it.updated_ms,
}


def search_lists(call: Call) -> Answer:
    """Answer lists by part of their name, type of processing or id."""
    body = call.json()
    text, kinds = str(body.get("query") or "").lower(), body.get("processingTypes") or ()
    ids = [str(one) for one in body.get("listIds") or ()]
    found = [
        it
        for it in call.account.lists.values()
        if text in it.name.lower() and (not kinds or it.processing in kinds) and (not ids or it.id in ids)
    ]
    offset, count = (_whole(body, name, spare) for name, spare in (("offset", 0), ("count", 20)))
    if count > LARGEST_SEARCH_PAGE or offset >= LAST_ROW:
        raise validation(f"count may be {LARGEST_SEARCH_PAGE} at most and offset less than {LAST_ROW}")
    found = _in_order(found, str(body.get("sort") or "HS_LIST_ID"))
    page = found[offset : offset + count]
    return json_answer({
        "offset": offset + len(page), "hasMore": offset + len(page) < len(found), "total": len(found),
        "lists": [{**wire(it), "additionalProperties": {"hs_list_size": str(len(it.members))}} for it in page],
    })  # fmt: skip


def list_lists(call: Call) -> Answer:
    """Answer lists by id."""
    wanted = call.request.names("listIds")
    return json_answer({"lists": [wire(it) for it in call.account.lists.values() if not wanted or it.id in wanted]})


def read(call: Call) -> Answer:
    """Answer one list."""
    return json_answer({"list": wire(_list(call))})


def create(call: Call) -> Answer:
    """Make a list."""
    body, now_ms = call.json(), call.account.now_ms()
    if not body.get("name") or not body.get("objectTypeId") or not body.get("processingType"):
        raise validation("Invalid input JSON on line 1, column 1: Some required fields were not set")
    kind = call.account.type_of(str(body["objectTypeId"]))
    number = str(max(map(int, call.account.lists), default=0) + 1)
    made = SegmentList(number, str(body["name"]), kind.type_id, str(body["processingType"]), now_ms, now_ms)
    call.account.lists[number] = made
    return json_answer({"list": wire(made)})


def read_by_name(call: Call) -> Answer:
    """Answer the list of this name."""
    kind, name = call.account.type_of(call.parts["type"]), call.parts["name"]
    for it in call.account.lists.values():
        if it.object_type_id == kind.type_id and it.name == name:
            return json_answer({"list": wire(it)})
    raise not_found(f"List does not exist with name {name} and object type ID {kind.type_id}.")


def rename(call: Call) -> Answer:
    """Call a list something else."""
    segment = _list(call)
    segment.name = call.request.parameter("listName") or segment.name
    segment.updated_ms = call.account.now_ms()
    return json_answer({"updatedList": wire(segment)})


def delete(call: Call) -> Answer:
    """Take a list away."""
    del call.account.lists[_list(call).id]
    return Answer(204)


def memberships(call: Call) -> Answer:
    """Answer the members of a list, in order of id or (join-order) of joining."""
    segment = _list(call)
    is_by_time = call.request.path.endswith("join-order")
    limit = call.whole("limit", 100, LARGEST_PAGE)
    members = list(segment.members.items()) if is_by_time else sorted(segment.members.items())
    after = call.cursor()
    page = members[after : after + limit]
    rows = [{"recordId": str(one), "membershipTimestamp": iso(at_ms)} for one, at_ms in page]
    body: dict[str, Any] = {"total": len(members), "results": rows}
    if after + limit < len(members):
        body["paging"] = {"next": {"after": str(after + limit), "link": ""}}
    return json_answer(body)


def clear_memberships(call: Call) -> Answer:
    """Take every record off a list."""
    _kept_by_hand(call).members.clear()
    return Answer(204)


def add_from(call: Call) -> Answer:
    """Put the members of another list on a list."""
    segment, other = _kept_by_hand(call), call.account.lists.get(call.parts["source"])
    if other is None:
        raise not_found(f"List does not exist with ID {call.parts['source']}.")
    now_ms = call.account.now_ms()
    for one in other.members:
        segment.members.setdefault(one, now_ms)
    return Answer(204)


def change_memberships(call: Call) -> Answer:
    """Put records on a list and take others off; only lists kept by hand allow it."""
    segment, body = _kept_by_hand(call), call.json_value()
    action = call.request.path.rstrip("/").rsplit("/", 1)[-1]
    if action == "add":
        adds, removes = body, []
    elif action == "remove":
        adds, removes = [], body
    else:
        adds, removes = body.get("recordIdsToAdd") or [], body.get("recordIdsToRemove") or []
    table = call.account.tables[call.account.type_by_id(segment.object_type_id).name]
    added, missing = [], []
    for one in (int(text) for text in adds):
        if table.find(one) is None:
            missing.append(str(one))
        elif one not in segment.members:
            segment.members[one] = call.account.now_ms()
            added.append(str(one))
    removed = [str(one) for one in map(int, removes) if segment.members.pop(one, None) is not None]
    return json_answer({"recordsIdsAdded": added, "recordIdsRemoved": removed, "recordIdsMissing": missing})


def of_record(call: Call) -> Answer:
    """Answer which lists a record is on."""
    kind, wanted = call.account.type_of(call.parts["type"]), call.parts["record"]
    rows = [
        {"listId": it.id, "listVersion": 1, "firstAddedTimestamp": iso(it.members[int(wanted)]),
         "lastAddedTimestamp": iso(it.members[int(wanted)])}
        for it in call.account.lists.values()
        if it.object_type_id == kind.type_id and wanted.isdigit() and int(wanted) in it.members
    ]  # fmt: skip
    return json_answer({"total": len(rows), "results": rows})


def wire(segment: SegmentList) -> dict[str, Any]:
    """Return a list as the API sends it."""
    return {
        "listId": segment.id,
        "listVersion": 1,
        "name": segment.name,
        "objectTypeId": segment.object_type_id,
        "processingType": segment.processing,
        "processingStatus": "COMPLETE",
        "size": len(segment.members),
        "createdAt": iso(segment.created_ms),
        "updatedAt": iso(segment.updated_ms),
        "filtersUpdatedAt": iso(segment.updated_ms),
    }


def _whole(body: dict[str, Any], name: str, spare: int) -> int:
    value = body.get(name) or spare
    if not isinstance(value, int):
        raise validation(f"{name} must be an integer, was {value}")
    return value


def _in_order(found: list[SegmentList], sort: str) -> list[SegmentList]:
    key = _SORTS.get(sort.removeprefix("-"))
    if key is None:
        raise validation(f"sort must be one of {', '.join(_SORTS)}, was {sort}")
    return sorted(found, key=key, reverse=sort.startswith("-"))


def _kept_by_hand(call: Call) -> SegmentList:
    segment = _list(call)
    if segment.processing not in {"MANUAL", "SNAPSHOT"}:
        raise validation(f"List {segment.id} is {segment.processing}: its memberships cannot be changed")
    return segment


def _list(call: Call) -> SegmentList:
    found = call.account.lists.get(call.parts["list"])
    if found is None:
        raise not_found(f"List does not exist with ID {call.parts['list']}.")
    return found
