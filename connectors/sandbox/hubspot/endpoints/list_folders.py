"""The folders lists lie in (v3)."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.endpoints.lists import folder_of
from connectors.sandbox.hubspot.errors import not_found, unset, validation
from connectors.sandbox.hubspot.rules import find_list
from connectors.sandbox.hubspot.segments import ListFolder

ROOT = 0


def read(call: Call) -> Answer:
    """Answer a folder with all that are in it; only its own lists are told."""
    number = folder_of(call.account, call.request.parameter("folderId") or ROOT)
    return json_answer({"folder": _wire(call.account, number, with_lists=True)})


def create(call: Call) -> Answer:
    """Make a folder."""
    account, body, now_ms = call.account, call.json(), call.account.now_ms()
    if not body.get("name"):
        raise unset("name")
    parent = folder_of(account, body.get("parentFolderId") or ROOT)
    number = max(account.folders, default=ROOT) + 1
    account.folders[number] = ListFolder(number, str(body["name"]), parent, now_ms, now_ms)
    return json_answer({"folder": _wire(account, number, with_lists=True)})


def rename(call: Call) -> Answer:
    """Call a folder something else."""
    folder = _folder(call)
    folder.name = call.request.parameter("newFolderName") or folder.name
    return _told(call, folder)


def move(call: Call) -> Answer:
    """Put a folder into another."""
    folder, parent = _folder(call), folder_of(call.account, call.parts["parent"])
    place: int = parent
    while place != ROOT:
        if place == folder.id:
            raise validation(f"Folder {folder.id} cannot be moved into itself")
        place = call.account.folders[place].parent
    folder.parent = parent
    return _told(call, folder)


def delete(call: Call) -> Answer:
    """Take an empty folder away."""
    folder = _folder(call)
    told = _wire(call.account, folder.id, with_lists=True)
    if told["childNodes"] or told["childLists"]:
        raise validation(f"Folder {folder.id} is not empty")
    del call.account.folders[folder.id]
    return Answer(204)


def move_list(call: Call) -> Answer:
    """Put a list into a folder."""
    body = call.json()
    missing = [name for name in ("listId", "newFolderId") if body.get(name) is None]
    if missing:
        raise unset(*missing)
    segment = find_list(call.account, str(body["listId"]))
    segment.folder = folder_of(call.account, body["newFolderId"])
    return Answer(204)


def _told(call: Call, folder: ListFolder) -> Answer:
    folder.updated_ms = call.account.now_ms()
    return json_answer({"folder": _wire(call.account, folder.id, with_lists=True)})


def _folder(call: Call) -> ListFolder:
    number = folder_of(call.account, call.parts["folder"])
    if number == ROOT:
        raise not_found("The root folder cannot be changed.")
    return call.account.folders[number]


def _wire(account: Account, number: int, *, with_lists: bool) -> dict[str, Any]:
    folder = account.folders.get(number) or ListFolder(ROOT, "", ROOT, 0, 0)
    inner = sorted(one.id for one in account.folders.values() if one.parent == number)
    lists = [int(it.id) for it in account.lists.values() if it.folder == number and it.deleted_ms is None]
    return {
        "id": number,
        "name": folder.name,
        "parentFolderId": folder.parent,
        "childNodes": [_wire(account, one, with_lists=False) for one in inner],
        "childLists": lists if with_lists else [],
        "createdAt": iso(folder.created_ms),
        "updatedAt": iso(folder.updated_ms),
    }


_FOLDERS = "/crm/v3/lists/folders"
#: For `routes.py`, where they stand before those of single lists, which would take `folders` for one.
ROUTES = (
    ("GET", _FOLDERS, read, "list_folder", "lists.read"),
    ("POST", _FOLDERS, create, "list_folder_create", "lists.write"),
    ("PUT", f"{_FOLDERS}/move-list", move_list, "list_move", "lists.write"),
    ("DELETE", f"{_FOLDERS}/{{folder}}", delete, "list_folder_delete", "lists.write"),
    ("PUT", f"{_FOLDERS}/{{folder}}/rename", rename, "list_folder_rename", "lists.write"),
    ("PUT", f"{_FOLDERS}/{{folder}}/move/{{parent}}", move, "list_folder_move", "lists.write"),
)
