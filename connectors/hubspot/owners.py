"""Who owns records, and whether they still work here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.hubspot.client import Client
from connectors.hubspot.forward import Forward
from connectors.hubspot.wire import next_of, results_of
from syncd.errors import BrokenPromiseError
from syncd.model import Owner


def owners_of(client: Client) -> dict[str, Owner]:
    """Return all owners, those who have left included, 500 a call. Whoever came back is active."""
    left = {_id_of(row): _owner(row, is_active=False) for row in _rows(client, archived=True)}
    return left | {_id_of(row): _owner(row, is_active=True) for row in _rows(client, archived=False)}


def _owner(row: dict[str, Any], *, is_active: bool) -> Owner:
    """Return whose name this is; the address stands in for one that has no name."""
    names = [str(row[key]).strip() for key in ("firstName", "lastName") if row.get(key)]
    return Owner(is_active, " ".join(filter(None, names)) or str(row.get("email") or ""), str(row.get("userId") or ""))


def _rows(client: Client, *, archived: bool) -> Iterator[dict[str, Any]]:
    after: str | None = None
    path = Forward("HubSpot's list of owners", is_by_id=False)
    while True:
        body = client.owners(after=after, archived=archived).body
        rows = results_of(body)
        after = path.step(next_of(body), rows)
        yield from rows
        if after is None:
            return


def _id_of(row: dict[str, Any]) -> str:
    """Return what `hubspot_owner_id` holds: the owner's id, never the user's."""
    if not row.get("id"):
        raise BrokenPromiseError("HubSpot sent an owner without an id")
    return str(row["id"])
