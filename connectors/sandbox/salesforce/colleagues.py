"""Colleagues come and go: a user who leaves is no longer active, and stays the owner of what they owned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.sandbox.effects import Cause
from connectors.sandbox.salesforce.administration import user_named
from connectors.sandbox.salesforce.setup import add_user

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org


def join(org: Org, act: dict[str, Any], cause: Cause) -> dict[str, Any]:
    """Let somebody join; the answer holds the user's id."""
    del cause
    number = len(org.tables["User"].rows)
    username = str(act.get("email") or f"colleague-{number}@syncd-sandbox.example")
    return {"results": [{"id": add_user(org, username, "Sam", f"Colleague {number}")}]}


def leave(org: Org, act: dict[str, Any], cause: Cause) -> dict[str, Any]:
    """Let somebody leave, or with `back` come back."""
    del cause
    user, users = user_named(org, str(act["id"])), org.tables["User"]
    users.change(users.rows[user], {"IsActive": bool(act.get("back")), "SystemModstamp": org.stamp()})
    return {"results": [{"id": user}]}
