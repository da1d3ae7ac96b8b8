"""Answering a query: find rows, group or order them, cut; show a page when it is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from itertools import islice

from connectors.sandbox.salesforce.schema import ObjectSchema
from connectors.sandbox.salesforce.soql import grouping
from connectors.sandbox.salesforce.soql.errors import SoqlError, malformed, no_such_object
from connectors.sandbox.salesforce.soql.finding import found, test_of
from connectors.sandbox.salesforce.soql.nodes import Both, Call, Chosen, Compared, Path, Query, Text
from connectors.sandbox.salesforce.soql.ordering import sorter
from connectors.sandbox.salesforce.soql.records import cut, records
from connectors.sandbox.salesforce.soql.result import Result
from connectors.sandbox.salesforce.soql.scope import Scope
from connectors.sandbox.salesforce.soql.source import Source

LARGEST_OFFSET = 2_000
MOST_GROUPS = 2_000


def run(
    query: Query,
    source: Source,
    now: datetime,
    zone: tzinfo = UTC,
    *,
    include_deleted: bool = False,
    version: str = "66.0",
) -> Result:
    """Answer a query as the user of `zone` sees it at a moment; `SoqlError` where it cannot be answered."""
    kind = source.object(query.object)
    if kind is None or not kind.may("queryable"):
        raise no_such_object(query.object, query.text, query.object_at)
    _check(query, kind)
    query = _scoped(query, kind, source.caller())
    scope = Scope(source, kind, query.alias, query.text, now, zone, include_deleted)
    if _is_count(query):
        return _counted(query, scope)
    return _grouped(query, scope) if grouping.is_grouped(query) else _listed(query, scope, version)


def _check(query: Query, kind: ObjectSchema) -> None:
    if query.offset > LARGEST_OFFSET:
        reason = f"Maximum SOQL offset allowed for apiName {kind.name} is {LARGEST_OFFSET}"
        raise SoqlError("NUMBER_OUTSIDE_VALID_RANGE", reason)
    if query.having is not None and not query.groups:
        raise malformed("HAVING clause is only allowed with a GROUP BY clause")


def _scoped(query: Query, kind: ObjectSchema, caller: str) -> Query:
    """Look at the caller's own records only, where `USING SCOPE mine` says so."""
    whose = query.whose.lower()
    if whose in {"", "everything"}:
        return query
    if whose != "mine" or "OwnerId" not in kind.fields:
        raise SoqlError("INVALID_QUERY_SCOPE", f"scope '{query.whose}' is not supported for {kind.name}")
    own = Compared(Path(("OwnerId",), query.object_at), "=", Text(caller))
    return replace(query, where=own if query.where is None else Both((own, query.where)))


def _is_count(query: Query) -> bool:
    counts = [it for it in query.selected if isinstance(it, Chosen) and _is_bare_count(it)]
    if counts and (len(query.selected) > 1 or query.groups or query.order):
        raise malformed("COUNT() must be the only element in the SELECT list, without GROUP BY or ORDER BY")
    return bool(counts)


def _is_bare_count(chosen: Chosen) -> bool:
    return isinstance(chosen.what, Call) and chosen.what.name == "COUNT" and not chosen.what.arguments


def _counted(query: Query, scope: Scope) -> Result:
    total = max(0, sum(1 for _ in found(query.where, scope)) - query.offset)
    total = total if query.limit is None else min(total, query.limit)
    return Result(scope.object.name, total, (), (), is_aggregate=True, render=dict)


def _grouped(query: Query, scope: Scope) -> Result:
    groups = grouping.Grouping(query, scope)
    keeps = test_of(query.having, scope, groups.find)
    sort = sorter(query.order, scope, groups.find)
    rows = groups.rows(found(query.where, scope))
    rows = cut(sort([row for row in rows if keeps is None or keeps(row)]), query)
    if len(rows) > MOST_GROUPS:
        reason = "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch"
        raise SoqlError("EXCEEDED_ID_LIMIT", reason)
    return Result(scope.object.name, len(rows), rows, (), is_aggregate=True, render=groups.render)


def _listed(query: Query, scope: Scope, version: str) -> Result:
    made = records(query, scope, version)
    rows = found(query.where, scope)
    if query.limit is not None and (not query.order or query.limit == 0):
        # Rows come in the order of their ids: those after the last one wanted need not be looked at.
        chosen = list(islice(rows, query.offset, query.offset + query.limit))
    else:
        chosen = cut(made.sort(list(rows)), query)
    columns = tuple(made.columns)
    return Result(scope.object.name, len(chosen), chosen, columns, is_aggregate=False, render=made.render)
