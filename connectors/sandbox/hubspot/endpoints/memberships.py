"""Who is on a list (v3), and putting records on those that are kept by hand."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.errors import unreadable, unset, validation
from connectors.sandbox.hubspot.rendering import API_HOST
from connectors.sandbox.hubspot.rules import find_list, members_of
from connectors.sandbox.hubspot.segments import SegmentList

LARGEST_PAGE = 250
#: So many records go on a list, or off it, in one call.
LARGEST_CHANGE = 100_000
Place = tuple[int, int]


def memberships(call: Call) -> Answer:
    """Answer the members of a list, in order of id or (join-order) of joining; with `before` alone, backwards."""
    segment = find_list(call.account, call.parts["list"])
    by_time = call.request.path.endswith("join-order")
    limit = call.whole("limit", 100, LARGEST_PAGE)
    members = members_of(call.account, segment)
    rows = sorted(((at_ms if by_time else 0, one), one, at_ms) for one, at_ms in members.items())
    after, before = (_place(call, name) for name in ("after", "before"))
    is_backwards = before is not None and after is None
    if is_backwards:
        rows = [row for row in reversed(rows) if before is None or row[0] < before]
    elif after is not None:
        rows = [row for row in rows if row[0] > after]
    page = rows[:limit]
    body: dict[str, Any] = {
        "total": len(members),
        "results": [{"recordId": str(one), "membershipTimestamp": iso(at_ms)} for _, one, at_ms in page],
    }
    if len(rows) > limit:
        way, name = ("prev", "before") if is_backwards else ("next", "after")
        cursor = urlsafe_b64encode("{}:{}".format(*page[-1][0]).encode()).decode()
        link = f"{API_HOST}{call.request.path}?limit={limit}&{name}={cursor}"
        body["paging"] = {way: {name: cursor, "link": link}}
    return json_answer(body)


def clear(call: Call) -> Answer:
    """Take every record off a list."""
    _by_hand(call).members.clear()
    return _changed(call)


def add_from(call: Call) -> Answer:
    """Put the members of another list on a list."""
    segment, other = _by_hand(call), find_list(call.account, call.parts["source"])
    if other is segment or other.object_type_id != segment.object_type_id:
        raise validation("The source list must be another list of the same type of object")
    now_ms = call.account.now_ms()
    for one in members_of(call.account, other):
        segment.members.setdefault(one, now_ms)
    return _changed(call)


def add(call: Call) -> Answer:
    """Put records on a list."""
    return _change(call, _ids(call.json_value()), [])


def remove(call: Call) -> Answer:
    """Take records off a list."""
    return _change(call, [], _ids(call.json_value()))


def add_and_remove(call: Call) -> Answer:
    """Put records on a list and take others off."""
    body = call.json()
    missing = [name for name in ("recordIdsToAdd", "recordIdsToRemove") if body.get(name) is None]
    if missing:
        raise unset(*missing)
    return _change(call, _ids(body["recordIdsToAdd"]), _ids(body["recordIdsToRemove"]))


def of_record(call: Call) -> Answer:
    """Answer which lists a record is on."""
    account, wanted = call.account, call.parts["record"]
    kind = account.type_of(call.parts["type"])
    rows = []
    for it in account.lists.values():
        if it.object_type_id == kind.type_id and it.deleted_ms is None and wanted.isdecimal():
            joined_ms = members_of(account, it).get(int(wanted))
            if joined_ms is not None:
                rows.append({"listId": it.id, "listVersion": it.version, "firstAddedTimestamp": iso(joined_ms),
                             "lastAddedTimestamp": iso(joined_ms)})  # fmt: skip
    return json_answer({"total": len(rows), "results": rows})


def _change(call: Call, adds: list[int], removes: list[int]) -> Answer:
    segment, now_ms = _by_hand(call), call.account.now_ms()
    table = call.account.tables[call.account.type_by_id(segment.object_type_id).name]
    missing = [one for one in dict.fromkeys([*adds, *removes]) if table.find(one) is None]
    added = [one for one in dict.fromkeys(adds) if one not in segment.members and table.find(one) is not None]
    segment.members.update(dict.fromkeys(added, now_ms))
    removed = [one for one in dict.fromkeys(removes) if segment.members.pop(one, None) is not None]
    _changed(call)
    told = {"recordsIdsAdded": added, "recordIdsRemoved": removed, "recordIdsMissing": missing}
    return json_answer({name: [str(one) for one in ids] for name, ids in told.items()})


def _changed(call: Call) -> Answer:
    call.account.lists_revision += 1
    return Answer(204)


def _by_hand(call: Call) -> SegmentList:
    segment = find_list(call.account, call.parts["list"])
    if not segment.is_by_hand:
        raise validation(f"List {segment.id} is {segment.processing}: its memberships cannot be changed")
    return segment


def _ids(given: Any) -> list[int]:
    if not isinstance(given, list) or not all(str(one).isdecimal() for one in given):
        raise unreadable("Cannot deserialize value of type `array` of record ids")
    if len(given) > LARGEST_CHANGE:
        raise validation(f"At most {LARGEST_CHANGE} records may be changed at once, these are {len(given)}")
    return [int(one) for one in given]


def _place(call: Call, name: str) -> Place | None:
    text = call.request.parameter(name)
    if not text:
        return None
    try:
        at_ms, _, one = urlsafe_b64decode(text).decode().partition(":")
        return int(at_ms), int(one)
    except ValueError:
        raise validation(f"{name} is not an offset: {text}") from None


_READ, _WRITE, _CHANGE = "lists.read", "lists.write", "memberships_change"
_MEMBERS = "/crm/v3/lists/{list}/memberships"
#: Method, path, endpoint, name, scope: for `routes.py`.
ROUTES = (
    ("GET", "/crm/v3/lists/records/{type}/{record}/memberships", of_record, "lists_of_record", _READ),
    ("GET", _MEMBERS, memberships, "memberships", _READ),
    ("GET", f"{_MEMBERS}/join-order", memberships, "memberships", _READ),
    ("DELETE", _MEMBERS, clear, _CHANGE, _WRITE),
    ("PUT", f"{_MEMBERS}/add", add, _CHANGE, _WRITE),
    ("PUT", f"{_MEMBERS}/remove", remove, _CHANGE, _WRITE),
    ("PUT", f"{_MEMBERS}/add-and-remove", add_and_remove, _CHANGE, _WRITE),
    ("PUT", f"{_MEMBERS}/add-from/{{source}}", add_from, _CHANGE, _WRITE),
)
