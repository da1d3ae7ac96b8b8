"""Which path is answered by which endpoint, and what scopes it asks for.

Both path families lead here: a date-versioned path is first rewritten to the legacy one it is a twin of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from connectors.sandbox.hubspot.calls import Endpoint
from connectors.sandbox.hubspot.endpoints import (
    account_info,
    association_limits,
    associations,
    batch,
    legacy,
    list_folders,
    lists,
    memberships,
    oauth,
    objects,
    old_associations,
    owners,
    pipelines,
    properties,
    schemas,
    searching,
    second_emails,
    users,
    webhooks,
)

DATES = r"(?:2025-09|2026-03|2026-09|2027-03-beta)"
_REWRITES = [
    (re.compile(rf"/crm/objects/{DATES}/([^/]+/[^/]+/associations/.+)"), r"/crm/v4/objects/\1"),
    (re.compile(rf"/crm/objects/{DATES}/(.+)"), r"/crm/v3/objects/\1"),
    (re.compile(rf"/crm/associations/{DATES}/(.+)"), r"/crm/v4/associations/\1"),
    (re.compile(rf"/crm/(properties|pipelines|owners|lists)/{DATES}(/.*)?"), r"/crm/v3/\1\2"),
    (re.compile(rf"/crm-object-schemas/{DATES}/(schemas.*)"), r"/crm-object-schemas/v3/\1"),
    # Undocumented, and in use: everything but associations goes by v4 too.
    (re.compile(r"/crm/v4/objects/([^/]+(?:/[^/]+|/batch/[^/]+)?)"), r"/crm/v3/objects/\1"),
    (re.compile(r"/crm/v3/(schemas.*)"), r"/crm-object-schemas/v3/\1"),
    (re.compile(rf"/oauth/{DATES}/(.+)"), r"/oauth/v3/\1"),
    (re.compile(rf"/account-info/{DATES}/(.+)"), r"/account-info/v3/\1"),
    (re.compile(rf"/webhooks/{DATES}/(.+)"), r"/webhooks/v3/\1"),
]


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path."""

    method: str
    segments: tuple[str, ...]
    endpoint: Endpoint
    #: What counters and faults call it.
    name: str
    #: Template of the scope it asks for: `objects.read`, `schemas.write`, `owners.read`, `lists.read`; empty: none.
    scope: str
    #: Which limit it counts against: `standard`, `search`, `associations`; empty: none.
    bucket: str = "standard"
    needs_token: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """A route and the named parts of the path that led to it."""

    route: Route
    parts: dict[str, str]
    is_dated: bool


_Rows = tuple[tuple[str, str, Endpoint, str, str], ...]

# method, path, endpoint, name, scope
_OBJECTS: _Rows = (
    ("POST", "/crm/v3/objects/contacts/gdpr-delete", objects.gdpr_delete, "gdpr_delete", "objects.write"),
    ("GET", "/crm/v3/objects/{type}", objects.list_records, "list", "objects.read"),
    ("POST", "/crm/v3/objects/{type}", objects.create, "create", "objects.write"),
    ("POST", "/crm/v3/objects/{type}/search", searching.search_records, "search", "objects.read"),
    ("POST", "/crm/v3/objects/{type}/merge", objects.merge, "merge", "objects.write"),
    ("POST", "/crm/v3/objects/{type}/batch/read", batch.read, "batch_read", "objects.read"),
    ("POST", "/crm/v3/objects/{type}/batch/create", batch.create, "batch_create", "objects.write"),
    ("POST", "/crm/v3/objects/{type}/batch/update", batch.update, "batch_update", "objects.write"),
    ("POST", "/crm/v3/objects/{type}/batch/upsert", batch.upsert, "batch_upsert", "objects.write"),
    ("POST", "/crm/v3/objects/{type}/batch/archive", batch.archive, "batch_archive", "objects.write"),
    ("GET", "/crm/v3/objects/{type}/{id}", objects.read, "read", "objects.read"),
    ("PATCH", "/crm/v3/objects/{type}/{id}", objects.update, "update", "objects.write"),
    ("DELETE", "/crm/v3/objects/{type}/{id}", objects.archive, "archive", "objects.write"),
    ("GET", "/crm/v3/objects/{type}/{id}/associations/{to}", objects.linked, "linked", "objects.read"),
)
_ASSOCIATIONS: _Rows = (
    (
        "PUT",
        "/crm/v4/objects/{type}/{id}/associations/default/{to}/{to_id}",
        associations.put_default,
        "associations_put_default",
        "objects.write",
    ),
    (
        "GET",
        "/crm/v4/objects/{type}/{id}/associations/{to}",
        associations.list_links,
        "associations_list",
        "objects.read",
    ),
    (
        "PUT",
        "/crm/v4/objects/{type}/{id}/associations/{to}/{to_id}",
        associations.put,
        "associations_put",
        "objects.write",
    ),
    (
        "DELETE",
        "/crm/v4/objects/{type}/{id}/associations/{to}/{to_id}",
        associations.remove,
        "associations_remove",
        "objects.write",
    ),
    (
        "POST",
        "/crm/v4/associations/{from}/{to}/batch/read",
        associations.batch_read,
        "associations_batch_read",
        "objects.read",
    ),
    (
        "POST",
        "/crm/v4/associations/{from}/{to}/batch/create",
        associations.batch_create,
        "associations_batch_create",
        "objects.write",
    ),
    (
        "POST",
        "/crm/v4/associations/{from}/{to}/batch/associate/default",
        associations.batch_default,
        "associations_batch_default",
        "objects.write",
    ),
    (
        "POST",
        "/crm/v4/associations/{from}/{to}/batch/archive",
        associations.batch_archive,
        "associations_batch_archive",
        "objects.write",
    ),
    (
        "POST",
        "/crm/v4/associations/{from}/{to}/batch/labels/archive",
        associations.batch_labels_archive,
        "associations_labels_archive",
        "objects.write",
    ),
    ("GET", "/crm/v4/associations/{from}/{to}/labels", associations.labels, "associations_labels", "objects.read"),
    (
        "POST",
        "/crm/v4/associations/{from}/{to}/labels",
        associations.create_label,
        "associations_create_label",
        "schemas.write",
    ),
    (
        "PUT",
        "/crm/v4/associations/{from}/{to}/labels",
        associations.rename_label,
        "associations_rename_label",
        "schemas.write",
    ),
    (
        "DELETE",
        "/crm/v4/associations/{from}/{to}/labels/{label}",
        associations.delete_label,
        "associations_delete_label",
        "schemas.write",
    ),
)
_PROPERTIES: _Rows = (
    ("GET", "/properties/v2/{type}/properties", properties.list_plainly, "properties", "schemas.read"),
    ("GET", "/crm/v3/properties/{type}", properties.list_properties, "properties", "schemas.read"),
    ("POST", "/crm/v3/properties/{type}", properties.create, "property_create", "schemas.write"),
    ("POST", "/crm/v3/properties/{type}/batch/read", properties.batch_read, "properties_batch_read", "schemas.read"),
    (
        "POST",
        "/crm/v3/properties/{type}/batch/create",
        properties.batch_create,
        "properties_batch_create",
        "schemas.write",
    ),
    (
        "POST",
        "/crm/v3/properties/{type}/batch/archive",
        properties.batch_archive,
        "properties_batch_archive",
        "schemas.write",
    ),
    ("GET", "/crm/v3/properties/{type}/groups", properties.list_groups, "property_groups", "schemas.read"),
    ("POST", "/crm/v3/properties/{type}/groups", properties.create_group, "property_group_create", "schemas.write"),
    ("GET", "/crm/v3/properties/{type}/groups/{group}", properties.read_group, "property_group", "schemas.read"),
    (
        "PATCH",
        "/crm/v3/properties/{type}/groups/{group}",
        properties.update_group,
        "property_group_update",
        "schemas.write",
    ),
    (
        "DELETE",
        "/crm/v3/properties/{type}/groups/{group}",
        properties.delete_group,
        "property_group_delete",
        "schemas.write",
    ),
    ("GET", "/crm/v3/properties/{type}/{name}", properties.read, "property", "schemas.read"),
    ("PATCH", "/crm/v3/properties/{type}/{name}", properties.update, "property_update", "schemas.write"),
    ("DELETE", "/crm/v3/properties/{type}/{name}", properties.archive, "property_archive", "schemas.write"),
)
_OWNERS: _Rows = (
    ("GET", "/crm/v3/owners", owners.list_owners, "owners", "owners.read"),
    ("GET", "/crm/v3/owners/{id}", owners.read, "owner", "owners.read"),
)
_PIPELINES: _Rows = (
    ("GET", "/crm/v3/pipelines/{type}", pipelines.list_pipelines, "pipelines", "objects.read"),
    ("POST", "/crm/v3/pipelines/{type}", pipelines.create, "pipeline_create", "objects.write"),
    ("GET", "/crm/v3/pipelines/{type}/{pipeline}", pipelines.read, "pipeline", "objects.read"),
    ("PATCH", "/crm/v3/pipelines/{type}/{pipeline}", pipelines.update, "pipeline_update", "objects.write"),
    ("PUT", "/crm/v3/pipelines/{type}/{pipeline}", pipelines.update, "pipeline_replace", "objects.write"),
    ("DELETE", "/crm/v3/pipelines/{type}/{pipeline}", pipelines.delete, "pipeline_delete", "objects.write"),
    ("GET", "/crm/v3/pipelines/{type}/{pipeline}/audit", pipelines.audit, "pipeline_audit", "objects.read"),
    ("GET", "/crm/v3/pipelines/{type}/{pipeline}/stages", pipelines.list_stages, "stages", "objects.read"),
    ("POST", "/crm/v3/pipelines/{type}/{pipeline}/stages", pipelines.create_stage, "stage_create", "objects.write"),
    ("GET", "/crm/v3/pipelines/{type}/{pipeline}/stages/{stage}", pipelines.read_stage, "stage", "objects.read"),
    (
        "PATCH",
        "/crm/v3/pipelines/{type}/{pipeline}/stages/{stage}",
        pipelines.update_stage,
        "stage_update",
        "objects.write",
    ),
    (
        "PUT",
        "/crm/v3/pipelines/{type}/{pipeline}/stages/{stage}",
        pipelines.update_stage,
        "stage_replace",
        "objects.write",
    ),
    (
        "DELETE",
        "/crm/v3/pipelines/{type}/{pipeline}/stages/{stage}",
        pipelines.delete_stage,
        "stage_delete",
        "objects.write",
    ),
    ("GET", "/crm/v3/pipelines/{type}/{pipeline}/stages/{stage}/audit", pipelines.audit, "stage_audit", "objects.read"),
)
_SCHEMAS: _Rows = (
    ("GET", "/crm-object-schemas/v3/schemas", schemas.list_schemas, "schemas", "schemas.custom.read"),
    ("POST", "/crm-object-schemas/v3/schemas", schemas.create, "schema_create", "schemas.custom.write"),
    (
        "POST",
        "/crm-object-schemas/v3/schemas/batch/read",
        schemas.batch_read,
        "schemas_batch_read",
        "schemas.custom.read",
    ),
    ("GET", "/crm-object-schemas/v3/schemas/{type}", schemas.read, "schema", "schemas.read"),
    ("PATCH", "/crm-object-schemas/v3/schemas/{type}", schemas.update, "schema_update", "schemas.custom.write"),
    ("DELETE", "/crm-object-schemas/v3/schemas/{type}", schemas.delete, "schema_delete", "schemas.custom.write"),
    *schemas.ASSOCIATION_ROUTES,
)
_OAUTH: _Rows = (
    ("POST", "/oauth/v1/token", oauth.token, "oauth_token", ""),
    ("POST", "/oauth/v3/token", oauth.token, "oauth_token", ""),
    ("POST", "/oauth/v3/token/introspect", oauth.introspect, "oauth_introspect", ""),
    ("POST", "/oauth/v3/token/revoke", oauth.revoke, "oauth_revoke", ""),
    ("GET", "/oauth/v1/access-tokens/{token}", oauth.access_token, "oauth_access_token", ""),
    ("GET", "/oauth/v1/refresh-tokens/{token}", oauth.refresh_token, "oauth_refresh_token", ""),
    ("DELETE", "/oauth/v1/refresh-tokens/{token}", oauth.revoke_refresh_token, "oauth_revoke", ""),
)
_ACCOUNT_INFO: _Rows = (
    ("GET", "/account-info/v3/details", account_info.details, "account_details", ""),
    ("GET", "/account-info/v3/api-usage/daily", account_info.daily_usage, "api_usage", ""),
    ("GET", "/account-info/v3/api-usage/daily/private-apps", account_info.daily_usage, "api_usage", ""),
    ("GET", "/integrations/v1/me", account_info.legacy_me, "account_details", ""),
    ("GET", "/integrations/v1/limit/daily", account_info.legacy_daily_usage, "api_usage", ""),
)
_LEGACY: _Rows = (
    ("PUT", "/contacts/v1/secondary-email/{contact}/email/{email}", second_emails.add, "email_add", "objects.write"),
    (
        "DELETE",
        "/contacts/v1/secondary-email/{contact}/email/{email}",
        second_emails.remove,
        "email_remove",
        "objects.write",
    ),
    ("GET", "/companies/v2/properties", legacy.company_properties, "properties", "objects.read"),
    ("GET", "/properties/v1/deals/properties", legacy.deal_properties, "properties", "objects.read"),
)
#: What needs no access token: it has keys of its own, or none.
_OPEN = ("/oauth", "/webhooks/v3", "/webhooks-journal-files")


def _bucket(path: str, name: str) -> str:
    if path.startswith((*_OPEN, "/webhooks-journal")):
        return ""
    if path.startswith(("/crm/v4", "/crm/v3/associations")):
        return "associations"
    return "search" if name == "search" else "standard"


def _routes() -> list[Route]:
    families = (
        _OBJECTS,
        association_limits.ROUTES,
        old_associations.ROUTES,
        _ASSOCIATIONS,
        _PROPERTIES,
        _OWNERS,
        _PIPELINES,
        list_folders.ROUTES,
        lists.ROUTES,
        memberships.ROUTES,
        _SCHEMAS,
        _OAUTH,
        users.ROUTES,
        _ACCOUNT_INFO,
        _LEGACY,
        webhooks.ROUTES,
    )
    return [
        Route(
            method, tuple(path.strip("/").split("/")), endpoint, name, scope, _bucket(path, name),
            needs_token=not path.startswith(_OPEN),
        )
        for family in families
        for method, path, endpoint, name, scope in family
    ]  # fmt: skip


_BY_SIZE: dict[tuple[str, int], list[Route]] = {}
for _route in _routes():
    _BY_SIZE.setdefault((_route.method, len(_route.segments)), []).append(_route)
_METHODS = sorted({method for method, _ in _BY_SIZE})


@lru_cache(maxsize=4096)
def find(method: str, path: str) -> Match | None:
    """Return the route of a path; None where there is none."""
    legacy = path
    for pattern, twin in _REWRITES:
        if (found := pattern.fullmatch(path)) is not None:
            legacy = found.expand(twin)
            break
    segments = tuple(legacy.strip("/").split("/"))
    for route in _BY_SIZE.get((method, len(segments)), ()):
        parts = _parts(route.segments, segments)
        if parts is not None:
            return Match(route, parts, is_dated=re.search(rf"/{DATES}(/|$)", path) is not None)
    return None


def has_path(path: str) -> bool:
    """Whether another method would find something here."""
    return any(find(method, path) is not None for method in _METHODS)


def _parts(pattern: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str] | None:
    parts: dict[str, str] = {}
    for wanted, given in zip(pattern, segments, strict=True):
        if wanted.startswith("{"):
            parts[wanted[1:-1]] = given
        elif wanted != given:
            return None
    return parts
