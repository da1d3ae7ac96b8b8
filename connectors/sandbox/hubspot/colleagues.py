"""Colleagues come and go: an owner who leaves stays in the list of those who have left."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.effects import Cause
from connectors.sandbox.hubspot.account import Account, Owner

_FIRST = 41_800_000
_FIRST_USER = 9_586_000


def join(account: Account, act: dict[str, Any], cause: Cause) -> dict[str, Any]:
    """Let somebody join; the answer holds the owner's id."""
    del cause
    number = len(account.owners)
    owner_id = max([_FIRST, *account.owners]) + 17
    made = Owner(
        owner_id, str(act.get("email") or f"colleague-{number}@syncd-sandbox.example"), "Sam", f"Colleague {number}",
        _FIRST_USER + number, created_ms=account.now_ms(), updated_ms=account.now_ms(),
    )  # fmt: skip
    account.owners[owner_id] = made
    return {"results": [made.wire()]}


def leave(account: Account, act: dict[str, Any], cause: Cause) -> dict[str, Any]:
    """Let somebody leave, or with `back` come back."""
    del cause
    owner = account.owners.get(int(act["id"]))
    if owner is None:
        raise ValueError(f"no such owner: {act['id']}")
    owner.is_archived, owner.updated_ms = not act.get("back"), account.now_ms()
    return {"results": [owner.wire()]}
