"""Schemas of the account's own object types."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.endpoints.properties import property_of
from connectors.sandbox.hubspot.errors import Refusal, not_found, unset, validation
from connectors.sandbox.hubspot.links import LinkType
from connectors.sandbox.hubspot.portal import spell
from connectors.sandbox.hubspot.properties import BIRTH_MS, ObjectType

_FIRST_CUSTOM = 3_465_404


def list_schemas(call: Call) -> Answer:
    """Answer all schemas of the account's own."""
    is_archived = call.request.flag("archived")
    found = [kind for kind in call.account.types.values() if kind.is_custom]
    rows = [_wire(call.account, kind) for kind in found if (kind.archived_ms is not None) is is_archived]
    return json_answer({"results": rows})


def read(call: Call) -> Answer:
    """Answer one schema; standard objects have one too."""
    return json_answer(_wire(call.account, call.kind))


def batch_read(call: Call) -> Answer:
    """Answer several schemas."""
    now = iso(call.account.now_ms())
    kinds = [call.account.type_of(str(row.get("id"))) for row in call.json().get("inputs") or ()]
    results = [_wire(call.account, kind) for kind in kinds]
    return json_answer({"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now})


def create(call: Call) -> Answer:
    """Define an object type."""
    account, body = call.account, call.json()
    name = str(body.get("name") or "")
    if not name or not body.get("labels") or not body.get("properties"):
        raise unset("labels", "name", "properties")
    full = f"p{account.portal}_{name}"
    if full in account.types and account.types[full].archived_ms is None:
        raise Refusal(409, f"Object type {name} already exists", "OBJECT_ALREADY_EXISTS")
    labels = body["labels"]
    kind = ObjectType(
        full,
        name,
        f"2-{_FIRST_CUSTOM + sum(kind.is_custom for kind in account.types.values())}",
        "custom",
        created_property="hs_createdate",
        needs=tuple(body.get("requiredProperties") or ()),
        searchable=tuple(body.get("searchableProperties") or ()),
        display=str(body.get("primaryDisplayProperty") or ""),
        may_merge=True,
        is_custom=True,
        labels=(str(labels.get("singular") or name), str(labels.get("plural") or name)),
        short_name=name,
    )
    group = f"{name}_information"
    kind.define(
        *spell.read_only(
            spell.moment("hs_createdate", "Object create date/time", group),
            spell.moment("hs_lastmodifieddate", "Object last modified date/time", group),
        ),
        spell.owner(group),
        *spell.provenance(group),
        *(property_of(kind, row, account.now_ms(), group) for row in body["properties"]),
    )
    account.add_type(kind)
    account.schema_revision += 1
    for name in body.get("associatedObjects") or ():
        account.links.types_between(kind.type_id, account.type_of(str(name)).type_id)
    return json_answer(_wire(account, kind), 201)


def update(call: Call) -> Answer:
    """Change labels and which properties matter."""
    kind, body = call.kind, call.json()
    if labels := body.get("labels"):
        kind.labels = (str(labels.get("singular") or kind.labels[0]), str(labels.get("plural") or kind.labels[1]))
    kind.needs = tuple(body.get("requiredProperties") or kind.needs)
    kind.searchable = tuple(body.get("searchableProperties") or kind.searchable)
    kind.display = str(body.get("primaryDisplayProperty") or kind.display)
    return json_answer(_wire(call.account, kind))


def relate(call: Call) -> Answer:
    """Let records of a type be linked to those of another."""
    account, body = call.account, call.json()
    if not body.get("toObjectTypeId"):
        raise unset("fromObjectTypeId", "toObjectTypeId")
    source = account.type_of(str(body.get("fromObjectTypeId") or call.kind.type_id))
    plain = account.links.plain(source.type_id, account.type_of(str(body["toObjectTypeId"])).type_id)
    return json_answer(_association(plain, str(body.get("name") or "")), 201)


def unrelate(call: Call) -> Answer:
    """Let them be linked no more; HubSpot's own types of links stay."""
    wanted = call.parts["association"]
    kind = call.account.links.types.get(int(wanted)) if wanted.isdecimal() else None
    if kind is None or call.kind.type_id not in {kind.source, kind.target}:
        raise not_found()
    if not call.account.links.forget_pair(kind):
        raise validation(f"Association {wanted} is defined by HubSpot and cannot be removed")
    return Answer(204)


def delete(call: Call) -> Answer:
    """Take an object type away that has no records."""
    kind = call.kind
    if not kind.is_custom:
        raise not_found()
    if call.account.tables[kind.name].live:
        raise validation(f"Object type {kind.name} still has records")
    kind.archived_ms = call.account.now_ms()
    return Answer(204)


def _association(link: LinkType, name: str = "") -> dict[str, Any]:
    return {
        "id": str(link.id),
        "fromObjectTypeId": link.source,
        "toObjectTypeId": link.target,
        "name": name or f"{link.source}_to_{link.target}",
        "createdAt": iso(BIRTH_MS),
        "updatedAt": iso(BIRTH_MS),
    }


def _wire(account: Account, kind: ObjectType) -> dict[str, Any]:
    pairs = [
        link
        for link in account.links.types.values()
        if kind.type_id in {link.source, link.target} and link.label is None
    ]
    body: dict[str, Any] = {
        "id": kind.type_id.partition("-")[2],
        "name": kind.short_name or kind.name,
        "objectTypeId": kind.type_id,
        "fullyQualifiedName": kind.name if kind.is_custom else kind.singular.upper(),
        "labels": {"singular": kind.labels[0], "plural": kind.labels[1]},
        "primaryDisplayProperty": kind.display,
        "secondaryDisplayProperties": [],
        "searchableProperties": list(kind.searchable),
        "requiredProperties": list(kind.needs),
        "properties": [it.wire() for it in kind.properties.values() if it.archived_ms is None],
        "associations": [
            _association(link) for link in pairs
        ],
        "archived": kind.archived_ms is not None,
        "createdAt": iso(BIRTH_MS),
        "updatedAt": iso(BIRTH_MS),
    }  # fmt: skip
    return body


_ASSOCIATIONS = "/crm-object-schemas/v3/schemas/{type}/associations"
#: Method, path, endpoint, name, scope: for `routes.py`.
ASSOCIATION_ROUTES = (
    ("POST", _ASSOCIATIONS, relate, "schema_association_create", "schemas.custom.write"),
    ("DELETE", f"{_ASSOCIATIONS}/{{association}}", unrelate, "schema_association_delete", "schemas.custom.write"),
)
