"""Which path is answered by which endpoint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from connectors.sandbox.exchange import Request
from connectors.sandbox.salesforce import bulk, bulk1, soap
from connectors.sandbox.salesforce.calls import Route
from connectors.sandbox.salesforce.endpoints import (
    collections,
    composites,
    layouts,
    limits,
    oauth,
    objects,
    passwords,
    queries,
    replication,
    search,
    tooling,
)

PREFIX = "/services"
#: Where `id` in the answer of a login leads to.
IDENTITY = "/id/"
_VERSIONED = re.compile(r"/services/data/v(\d{1,3}\.\d)(/.*)?")

#: Below `/services/data/vNN.0`; the first that fits is taken.
_DATA: tuple[Route, ...] = (
    Route("GET", "", limits.resources, "resources"),
    Route("GET", "/query", queries.run, "query"),
    Route("GET", "/query/{locator}", queries.more, "query_more"),
    Route("GET", "/queryAll", queries.run_all, "query_all"),
    Route("GET", "/queryAll/{locator}", queries.more, "query_all_more"),
    Route("GET", "/sobjects", objects.list_objects, "describe_global"),
    Route("GET", "/sobjects/{object}", objects.basics, "describe_basic"),
    Route("POST", "/sobjects/{object}", objects.create, "create"),
    Route("GET", "/sobjects/{object}/describe", objects.describe, "describe"),
    Route("GET", "/sobjects/{object}/describe/layouts", layouts.layouts, "layouts"),
    Route("GET", "/sobjects/{object}/describe/layouts/{type}", layouts.layout, "layout"),
    Route("GET", "/sobjects/{object}/describe/compactLayouts", layouts.compact_layouts, "compact_layouts"),
    Route("GET", "/sobjects/{object}/{id}/password", passwords.tell, "password_tell"),
    Route("POST", "/sobjects/{object}/{id}/password", passwords.change, "password_change"),
    Route("DELETE", "/sobjects/{object}/{id}/password", passwords.reset, "password_reset"),
    Route("GET", "/sobjects/{object}/updated", replication.updated, "updated"),
    Route("GET", "/sobjects/{object}/deleted", replication.deleted, "deleted"),
    Route("GET", "/sobjects/{object}/{id}", objects.read, "read"),
    Route("PATCH", "/sobjects/{object}/{id}", objects.update, "update"),
    Route("DELETE", "/sobjects/{object}/{id}", objects.delete, "delete"),
    Route("GET", "/sobjects/{object}/{key}/{value}", objects.read_by_key, "read_by_key"),
    Route("PATCH", "/sobjects/{object}/{key}/{value}", objects.upsert, "upsert"),
    Route("DELETE", "/sobjects/{object}/{key}/{value}", objects.delete_by_key, "delete_by_key"),
    Route("POST", "/composite", composites.composite, "composite"),
    Route("POST", "/composite/batch", composites.batch, "composite_batch"),
    Route("POST", "/composite/graph", composites.graph, "composite_graph"),
    Route("POST", "/composite/tree/{object}", composites.tree, "composite_tree"),
    Route("POST", "/composite/sobjects", collections.create, "collections_create"),
    Route("PATCH", "/composite/sobjects", collections.update, "collections_update"),
    Route("DELETE", "/composite/sobjects", collections.delete, "collections_delete"),
    Route("GET", "/composite/sobjects/{object}", collections.retrieve, "collections_retrieve"),
    Route("POST", "/composite/sobjects/{object}", collections.retrieve, "collections_retrieve"),
    Route("PATCH", "/composite/sobjects/{object}/{key}", collections.upsert, "collections_upsert"),
    Route("GET", "/search", search.search, "search"),
    Route("GET", "/parameterizedSearch", search.parameterized, "parameterized_search"),
    Route("POST", "/parameterizedSearch", search.parameterized, "parameterized_search"),
    Route("GET", "/tooling/query", tooling.run, "tooling_query"),
    Route("GET", "/tooling/sobjects", tooling.list_objects, "tooling_describe"),
    Route("GET", "/recent", limits.recent, "recent"),
    Route("GET", "/limits", limits.limits, "limits"),
    Route("GET", "/limits/recordCount", limits.record_count, "record_count"),
    *bulk.ROUTES,
)
#: Whole paths.
_WHOLE: tuple[Route, ...] = (
    Route("GET", "/services/data", limits.versions, "versions", needs_session=False, is_counted=False),
    Route("POST", "/services/oauth2/token", oauth.token, "oauth_token", needs_session=False, is_counted=False),
    Route("GET", "/services/oauth2/userinfo", oauth.user_info, "oauth_userinfo", is_counted=False),
    Route("POST", "/services/oauth2/userinfo", oauth.user_info, "oauth_userinfo", is_counted=False),
    Route("POST", "/services/oauth2/revoke", oauth.revoke, "oauth_revoke", needs_session=False, is_counted=False),
    Route("GET", "/services/oauth2/revoke", oauth.revoke, "oauth_revoke", needs_session=False, is_counted=False),
    Route(
        "POST", "/services/oauth2/introspect", oauth.introspect, "oauth_introspect", needs_session=False,
        is_counted=False,
    ),
    Route("GET", "/id/{org}/{user}", oauth.identity, "identity", is_counted=False),
    *bulk1.ROUTES,
    *soap.ROUTES,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """A route, the named parts of the path that led to it, and the version it was called by."""

    route: Route
    parts: dict[str, str]
    version: str


def find(method: str, path: str) -> Match | None:
    """Return what answers a method and path."""
    found = _resolve(path)
    return next((match for match in found if match.route.method == method), None)


def method_of(request: Request) -> str:
    """Return what a request does: HEAD is a GET of which the body stays out; POST may stand for what it says."""
    if request.method == "HEAD":
        return "GET"
    if request.method == "POST":
        return request.parameter("_HttpMethod", "POST").upper()
    return request.method


def has_path(path: str) -> bool:
    """Whether some method answers a path."""
    return bool(_resolve(path))


def version_of(path: str) -> str:
    """Return the version in a path (`66.0`); empty where there is none."""
    match = _VERSIONED.fullmatch(path)
    return match[1] if match else ""


@lru_cache(maxsize=16_384)
def _resolve(path: str) -> tuple[Match, ...]:
    versioned = _VERSIONED.fullmatch(path)
    rest, routes, version = path, _WHOLE, ""
    if versioned is not None:
        rest, routes, version = versioned[2] or "", _DATA, versioned[1]
    segments = rest.strip("/").split("/")
    made = ((route, _fit(route.path.strip("/").split("/"), segments)) for route in routes)
    return tuple(Match(route, parts, version) for route, parts in made if parts is not None)


def _fit(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    # A key's value may itself hold slashes.
    if pattern[-1] == "{value}" and len(segments) > len(pattern):
        cut = len(pattern) - 1
        segments = [*segments[:cut], "/".join(segments[cut:])]
    if len(pattern) != len(segments):
        return None
    parts: dict[str, str] = {}
    for wanted, found in zip(pattern, segments, strict=True):
        if wanted.startswith("{"):
            parts[wanted[1:-1]] = found
        elif wanted != found:
            return None
    return parts
