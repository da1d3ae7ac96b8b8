"""Who may log in (settings v3), as far as reading goes: the people behind the owners, their teams and roles."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot.account import Owner
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.errors import not_found
from connectors.sandbox.hubspot.rendering import API_HOST

_ROLE = {"id": "114", "name": "Sales", "requiresBillingWrite": False}


def list_users(call: Call) -> Answer:
    """Answer a page of users, in ascending order of id."""
    limit, after = call.whole("limit", 100, 100), call.cursor()
    found = sorted((one for one in call.account.owners.values() if _is_here(one)), key=lambda one: one.user_id)
    rows = [one for one in found if one.user_id >= after]
    body: dict[str, Any] = {"results": [_wire(one) for one in rows[:limit]]}
    if len(rows) > limit:
        following = str(rows[limit].user_id)
        body["paging"] = {"next": {"after": following, "link": f"{API_HOST}/settings/v3/users?after={following}"}}
    return json_answer(body)


def read(call: Call) -> Answer:
    """Answer one user, by id or by address."""
    wanted, by_email = call.parts["user"], call.request.parameter("idProperty").upper() == "EMAIL"
    for one in call.account.owners.values():
        if _is_here(one) and wanted.lower() == (one.email.lower() if by_email else str(one.user_id)):
            return json_answer(_wire(one))
    raise not_found(f"No user with id {wanted}")


def roles(_: Call) -> Answer:
    """Answer the roles; everybody has the same."""
    return json_answer({"results": [_ROLE]})


def teams(call: Call) -> Answer:
    """Answer the teams with who is in them."""
    found: dict[str, dict[str, Any]] = {}
    for owner in filter(_is_here, call.account.owners.values()):
        for place, (number, name) in enumerate(owner.teams):
            team = found.setdefault(number, {"id": number, "name": name, "userIds": [], "secondaryUserIds": []})
            team["secondaryUserIds" if place else "userIds"].append(str(owner.user_id))
    return json_answer({"results": list(found.values())})


def _is_here(owner: Owner) -> bool:
    return bool(owner.user_id) and not owner.is_archived


def _wire(owner: Owner) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": str(owner.user_id),
        "email": owner.email,
        "firstName": owner.first_name,
        "lastName": owner.last_name,
        "roleId": _ROLE["id"],
        "roleIds": [_ROLE["id"]],
        "superAdmin": False,
    }
    if owner.teams:
        body |= {"primaryTeamId": owner.teams[0][0], "secondaryTeamIds": [number for number, _ in owner.teams[1:]]}
    return body


#: Method, path, endpoint, name, scope: for `routes.py`.
ROUTES = (
    ("GET", "/settings/v3/users", list_users, "users", "users.read"),
    ("GET", "/settings/v3/users/roles", roles, "user_roles", "users.read"),
    ("GET", "/settings/v3/users/teams", teams, "user_teams", "users.teams.read"),
    ("GET", "/settings/v3/users/{user}", read, "user", "users.read"),
)
