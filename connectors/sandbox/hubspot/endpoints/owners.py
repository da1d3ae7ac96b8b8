"""Owners: who records belong to. Read only."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.errors import not_found
from connectors.sandbox.hubspot.rendering import API_HOST


def list_owners(call: Call) -> Answer:
    """Answer a page of owners, in ascending order of id."""
    account, request = call.account, call.request
    limit = call.whole("limit", 100, account.readings.owners_limit)
    is_archived, email = request.flag("archived"), request.parameter("email").lower()
    after = call.cursor()
    rows = [
        owner
        for owner_id, owner in sorted(account.owners.items())
        if owner_id >= after and owner.is_archived is is_archived and (not email or owner.email.lower() == email)
    ]
    body: dict[str, Any] = {"results": [owner.wire() for owner in rows[:limit]]}
    if len(rows) > limit:
        following = str(rows[limit].id)
        body["paging"] = {"next": {"after": following, "link": f"{API_HOST}/crm/v3/owners/?after={following}"}}
    return json_answer(body)


def read(call: Call) -> Answer:
    """Answer one owner, by owner id or by user id."""
    wanted, by_user = call.parts["id"], call.request.parameter("idProperty") == "userId"
    is_archived = call.request.flag("archived")
    for owner in call.account.owners.values():
        if str(owner.user_id if by_user else owner.id) == wanted and owner.is_archived is is_archived:
            return json_answer(owner.wire())
    raise not_found()
