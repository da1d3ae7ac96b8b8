"""`/sobjects/User/<id>/password`: whether a password has expired, and a new one."""

from __future__ import annotations

import secrets

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.errors import SalesforceError, not_found


def tell(call: Call) -> Answer:
    """Answer whether a user's password has expired: none does."""
    _user(call)
    return call.answer({"isExpired": False})


def change(call: Call) -> Answer:
    """Give a user a password."""
    user = _user(call)
    wanted = str(call.json().get("NewPassword") or "")
    if not wanted:
        raise SalesforceError("MISSING_ARGUMENT", "NewPassword not specified", ["NewPassword"])
    call.org.sessions.passwords[user] = wanted
    return Answer(204)


def reset(call: Call) -> Answer:
    """Give a user a password nobody chose."""
    made = secrets.token_urlsafe(8)
    call.org.sessions.passwords[_user(call)] = made
    return call.answer({"NewPassword": made})


def _user(call: Call) -> str:
    row = call.org.find("User", call.parts["id"]) if call.kind.name == "User" else None
    if row is None:
        raise not_found()
    return row.id
