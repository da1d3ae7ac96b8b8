"""Which scopes a route asks for; any one of them is enough."""

from __future__ import annotations

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.routes import Match


def needed(account: Account, match: Match) -> tuple[str, ...]:
    """Return the scopes of which a token needs one."""
    family, _, access = match.route.scope.rpartition(".")
    fixed = {
        "owners": "crm.objects.owners.read",
        "lists": f"crm.lists.{access}",
        "users": f"settings.users.{access}",
        "users.teams": f"settings.users.teams.{access}",
        "schemas.custom": f"crm.schemas.custom.{access}",
    }
    if family in fixed:
        return (fixed[family],)
    scope = account.type_of(match.parts.get("type") or match.parts.get("from") or "contacts").scope
    if scope == "tickets":
        return ("tickets",)
    if match.route.name.startswith(("pipeline", "stage")):
        return (f"crm.objects.{scope}.{access}", f"crm.schemas.{scope}.{access}")
    if family == "schemas" and access == "read":
        # Either family reads definitions.
        return (f"crm.schemas.{scope}.read", f"crm.objects.{scope}.read")
    return (f"crm.{family}.{scope}.{access}",)
