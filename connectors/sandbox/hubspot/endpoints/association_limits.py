"""How many records one record may be linked to, by type of link, as an account may set it (associations schema v4)."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.endpoints import associations
from connectors.sandbox.hubspot.errors import not_found, unset, validation
from connectors.sandbox.hubspot.links import LinkType

Row = dict[str, Any]


def list_all(call: Call) -> Answer:
    """Answer every limit the account has set."""
    links = call.account.links
    return json_answer({"results": [_wire(call, links.types[one]) for one in sorted(links.limits)]})


def list_between(call: Call) -> Answer:
    """Answer the types of links between two object types, each with its limit where one is set."""
    return json_answer({"results": [_wire(call, kind) for kind in _types(call).values()]})


def create(call: Call) -> Answer:
    """Set limits where none are set."""
    return _set(call, 201)


def update(call: Call) -> Answer:
    """Change limits."""
    return _set(call, 200)


def purge(call: Call) -> Answer:
    """Take limits away."""
    for kind, _ in _asked(call):
        call.account.links.limits.pop(kind.id, None)
    return Answer(204)


def report_high_usage(call: Call) -> Answer:
    """Promise a user a report of the records that are near a limit; it never comes."""
    wanted = call.parts["user"]
    owner = next((one for one in call.account.owners.values() if str(one.user_id) == wanted), None)
    if owner is None:
        raise not_found(f"No user with id {wanted}")
    now = iso(call.account.now_ms())
    return json_answer({"userId": owner.user_id, "userEmail": owner.email, "enqueueTime": now})


def _set(call: Call, status: int) -> Answer:
    started_ms, asked = call.account.now_ms(), _asked(call)
    for kind, row in asked:
        most = row.get("maxToObjectIds")
        if not isinstance(most, int) or most < 1:
            raise validation(f"maxToObjectIds must be a positive integer, was {most}")
        call.account.links.limits[kind.id] = most
    return associations.answer_of(call, started_ms, [_wire(call, kind) for kind, _ in asked], [], status)


def _asked(call: Call) -> list[tuple[LinkType, Row]]:
    known = _types(call)
    found = []
    for row in associations.inputs_of(call, associations.MOST_READS):
        if row.get("typeId") is None or not row.get("category"):
            raise unset("category", "typeId")
        kind = known.get(row["typeId"])
        if kind is None or kind.category != row["category"]:
            raise validation(
                f"Invalid association type {row['typeId']}", subCategory="crm.associations.INVALID_ASSOCIATION_TYPE"
            )
        found.append((kind, row))
    return found


def _types(call: Call) -> dict[int, LinkType]:
    source, target = associations.source_of(call), associations.target_of(call)
    return {kind.id: kind for kind in call.account.links.types_between(source.type_id, target.type_id)}


def _wire(call: Call, kind: LinkType) -> Row:
    body: Row = {"category": kind.category, "typeId": kind.id, "label": kind.label}
    most = call.account.links.limits.get(kind.id)
    return body if most is None else {**body, "userEnforcedMaxToObjectIds": most}


_ALL = "/crm/v4/associations/definitions/configurations"
_READ, _WRITE = "schemas.read", "schemas.write"
#: Method, path, endpoint, name, scope: for `routes.py`.
ROUTES = (
    ("GET", f"{_ALL}/all", list_all, "association_limits", ""),
    ("GET", f"{_ALL}/{{from}}/{{to}}", list_between, "association_limits", _READ),
    ("POST", f"{_ALL}/{{from}}/{{to}}/batch/create", create, "association_limits_set", _WRITE),
    ("POST", f"{_ALL}/{{from}}/{{to}}/batch/update", update, "association_limits_set", _WRITE),
    ("POST", f"{_ALL}/{{from}}/{{to}}/batch/purge", purge, "association_limits_set", _WRITE),
    ("POST", "/crm/v4/associations/usage/high-usage-report/{user}", report_high_usage, "high_usage_report", ""),
)
