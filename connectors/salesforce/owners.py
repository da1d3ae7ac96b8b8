"""Who owns records, and whether they still work here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from connectors.salesforce import query
from connectors.salesforce.client import Client
from connectors.salesforce.objects import Objects
from connectors.salesforce.rows import Rows
from connectors.salesforce.wire import id_of
from syncd.errors import MissingScopeError, RefusedError
from syncd.model import Owner

_IS_ACTIVE = "IsActive"
_NAME = "Name"
_HINT = "Give the integration user a permission set that lets it read users."


def owners_of(client: Client, objects: Objects) -> dict[str, Owner]:
    """Return all users, those who have left included, and the queues, which never leave; 2,000 a call."""
    users = list(_rows(client, objects, "User", (query.ID, _NAME, _IS_ACTIVE)))
    if any(_IS_ACTIVE not in row for row in users):
        raise MissingScopeError("the user may not read whether users are active", hint=_HINT)
    told = {id_of(row): Owner(row[_IS_ACTIVE] is True, str(row.get(_NAME) or "")) for row in users}
    return told | dict(_queues(client, objects))


def _queues(client: Client, objects: Objects) -> Iterator[tuple[str, Owner]]:
    try:
        for row in _rows(client, objects, "Group", (query.ID, _NAME), where="Type = 'Queue'"):
            yield id_of(row), Owner(is_active=True, name=str(row.get(_NAME) or ""))
    except RefusedError:
        # Of a queue that may not be seen nothing is known, and nothing is said.
        return


def _rows(
    client: Client, objects: Objects, object_name: str, fields: Sequence[str], where: str = ""
) -> Iterator[dict[str, Any]]:
    for sheet in Rows(client, objects, object_name, fields).by_id(where=where):
        yield from map(dict, sheet.found.rows)
