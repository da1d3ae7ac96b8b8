"""Lists (segments) v3: what they are called, what puts records on them, and how they are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.errors import not_found, unset, validation
from connectors.sandbox.hubspot.rules import filled, find_list, members_of, rule_of, take_stock
from connectors.sandbox.hubspot.segments import DYNAMIC, MANUAL, PROCESSING, RESTORABLE_MS, SegmentList

LARGEST_SEARCH_PAGE = 500
LAST_ROW = 10_000
_SORTS: dict[str, Callable[[Account, SegmentList], Any]] = {
    "HS_LIST_ID": lambda _, it: int(it.id),
    "HS_LIST_NAME": lambda _, it: it.name.lower(),
    "HS_LIST_SIZE": lambda account, it: len(members_of(account, it)),
    "HS_CREATED_AT": lambda _, it: it.created_ms,
    "HS_UPDATED_AT": lambda _, it: it.updated_ms,
}


def search_lists(call: Call) -> Answer:
    """Answer lists by part of their name, type of processing, of object, or id."""
    account, body = call.account, call.json()
    text, kinds = str(body.get("query") or "").lower(), body.get("processingTypes") or ()
    ids, type_id = [str(one) for one in body.get("listIds") or ()], body.get("objectTypeId")
    found = [
        it
        for it in _live(account)
        if text in it.name.lower()
        and (not kinds or it.processing in kinds)
        and (not ids or it.id in ids)
        and (not type_id or it.object_type_id == type_id)
    ]
    offset, count = (_whole(body, name, spare) for name, spare in (("offset", 0), ("count", 20)))
    if count > LARGEST_SEARCH_PAGE or offset >= LAST_ROW:
        raise validation(f"count may be {LARGEST_SEARCH_PAGE} at most and offset less than {LAST_ROW}")
    found = _in_order(account, found, str(body.get("sort") or "HS_LIST_ID"))
    page = found[offset : offset + count]
    return json_answer({
        "offset": offset + len(page), "hasMore": offset + len(page) < len(found), "total": len(found),
        "lists": [{**wire(account, it), "additionalProperties": _more(account, it)} for it in page],
    })  # fmt: skip


def list_lists(call: Call) -> Answer:
    """Answer lists by id."""
    wanted, with_rule = call.request.names("listIds"), call.request.flag("includeFilters")
    found = [it for it in _live(call.account) if not wanted or it.id in wanted]
    return json_answer({"lists": [wire(call.account, it, with_rule=with_rule) for it in found]})


def read(call: Call) -> Answer:
    """Answer one list."""
    found = find_list(call.account, call.parts["list"])
    return json_answer({"list": wire(call.account, found, with_rule=call.request.flag("includeFilters"))})


def read_by_name(call: Call) -> Answer:
    """Answer the list of this name."""
    kind, name = call.account.type_of(call.parts["type"]), call.parts["name"]
    for it in _live(call.account):
        if it.object_type_id == kind.type_id and it.name == name:
            return json_answer({"list": wire(call.account, it, with_rule=call.request.flag("includeFilters"))})
    raise not_found(f"List does not exist with name {name} and object type ID {kind.type_id}.")


def create(call: Call) -> Answer:
    """Make a list; with a rule, it begins with what that finds."""
    account, body, now_ms = call.account, call.json(), call.account.now_ms()
    missing = [name for name in ("name", "objectTypeId", "processingType") if not body.get(name)]
    if missing:
        raise unset(*missing)
    kind, processing = account.type_of(str(body["objectTypeId"])), str(body["processingType"])
    if processing not in PROCESSING:
        raise validation(f"processingType must be one of {', '.join(PROCESSING)}, was {processing}")
    _check_name(account, str(body["name"]))
    branch = body.get("filterBranch")
    if (processing == DYNAMIC and not branch) or (processing == MANUAL and branch):
        raise validation("A DYNAMIC list needs a filterBranch, and a MANUAL one has none")
    number = str(max(map(int, account.lists), default=0) + 1)
    made = SegmentList(number, str(body["name"]), kind.type_id, processing, now_ms, now_ms)
    made.folder = folder_of(account, body.get("listFolderId") or 0)
    if branch:
        rule_of(account, kind, branch)
        made.branch, made.branch_ms = filled(branch), now_ms
        take_stock(account, made)
    account.lists[number] = made
    account.lists_revision += 1
    return json_answer({"list": wire(account, made, with_rule=True)})


def update_filters(call: Call) -> Answer:
    """Give a dynamic list another rule."""
    account, segment = call.account, find_list(call.account, call.parts["list"])
    if segment.processing != DYNAMIC:
        raise validation(f"List {segment.id} is {segment.processing}: it has no filters to update")
    branch = call.json().get("filterBranch")
    if not branch:
        raise unset("filterBranch")
    rule_of(account, account.type_by_id(segment.object_type_id), branch)
    segment.branch, segment.branch_ms = filled(branch), account.now_ms()
    _touch(account, segment)
    return json_answer({"updatedList": wire(account, segment, with_rule=True)})


def rename(call: Call) -> Answer:
    """Call a list something else."""
    account, segment = call.account, find_list(call.account, call.parts["list"])
    name = call.request.parameter("listName")
    if not name:
        raise unset("listName")
    if name != segment.name:
        _check_name(account, name)
    segment.name = name
    _touch(account, segment)
    return json_answer({"updatedList": wire(account, segment, with_rule=call.request.flag("includeFilters"))})


def delete(call: Call) -> Answer:
    """Take a list away, for the time being."""
    segment = find_list(call.account, call.parts["list"])
    segment.deleted_ms = call.account.now_ms()
    return Answer(204)


def restore(call: Call) -> Answer:
    """Bring a deleted list back, within its ninety days."""
    account, segment = call.account, call.account.lists.get(call.parts["list"])
    is_gone = segment is not None and segment.deleted_ms is not None
    if segment is None or (is_gone and account.now_ms() - (segment.deleted_ms or 0) > RESTORABLE_MS):
        raise not_found(f"List does not exist with ID {call.parts['list']}.")
    segment.deleted_ms = None
    account.lists_revision += 1
    return Answer(204)


def wire(account: Account, segment: SegmentList, *, with_rule: bool = False) -> dict[str, Any]:
    """Return a list as the API sends it."""
    body: dict[str, Any] = {
        "listId": segment.id,
        "listVersion": segment.version,
        "name": segment.name,
        "objectTypeId": segment.object_type_id,
        "processingType": segment.processing,
        "processingStatus": "COMPLETE",
        "size": len(members_of(account, segment)),
        "createdAt": iso(segment.created_ms),
        "updatedAt": iso(segment.updated_ms),
        "filtersUpdatedAt": iso(segment.branch_ms or segment.created_ms),
    }
    if with_rule and segment.branch is not None:
        body["filterBranch"] = segment.branch
    return body


def folder_of(account: Account, number: Any) -> int:
    """Return the number of a folder that is there; the root is 0."""
    text = str(number)
    if text != "0" and (not text.isdecimal() or int(text) not in account.folders):
        raise not_found(f"Folder does not exist with ID {number}.")
    return int(text)


def _live(account: Account) -> list[SegmentList]:
    return [it for it in account.lists.values() if it.deleted_ms is None]


def _check_name(account: Account, name: str) -> None:
    if any(it.name == name for it in _live(account)):
        raise validation(f"A list with the name {name} already exists.", subCategory="ILS.DUPLICATE_LIST_NAMES")


def _touch(account: Account, segment: SegmentList) -> None:
    segment.version += 1
    segment.updated_ms = account.now_ms()
    account.lists_revision += 1


def _more(account: Account, segment: SegmentList) -> dict[str, str]:
    members = members_of(account, segment)
    folder = account.folders.get(segment.folder)
    told = {"hs_list_size": str(len(members)), "hs_folder_name": folder.name if folder else ""}
    return told | ({"hs_last_record_added_at": str(max(members.values()))} if members else {})


def _whole(body: dict[str, Any], name: str, spare: int) -> int:
    value = body.get(name)
    value = spare if value is None else value
    if not isinstance(value, int) or value < 0:
        raise validation(f"{name} must be a number, was {value}")
    return value


def _in_order(account: Account, found: list[SegmentList], sort: str) -> list[SegmentList]:
    key = _SORTS.get(sort.removeprefix("-"))
    if key is None:
        raise validation(f"sort must be one of {', '.join(_SORTS)}, was {sort}")
    return sorted(found, key=lambda it: key(account, it), reverse=sort.startswith("-"))


_READ, _WRITE = "lists.read", "lists.write"
#: Method, path, endpoint, name, scope: for `routes.py`.
ROUTES = (
    ("GET", "/crm/v3/lists", list_lists, "lists", _READ),
    ("POST", "/crm/v3/lists", create, "list_create", _WRITE),
    ("POST", "/crm/v3/lists/search", search_lists, "lists_search", _READ),
    ("GET", "/crm/v3/lists/object-type-id/{type}/name/{name}", read_by_name, "list_read", _READ),
    ("GET", "/crm/v3/lists/{list}", read, "list_read", _READ),
    ("DELETE", "/crm/v3/lists/{list}", delete, "list_delete", _WRITE),
    ("PUT", "/crm/v3/lists/{list}/restore", restore, "list_restore", _WRITE),
    ("PUT", "/crm/v3/lists/{list}/update-list-name", rename, "list_rename", _WRITE),
    ("PUT", "/crm/v3/lists/{list}/update-list-filters", update_filters, "list_update_filters", _WRITE),
)
