"""The rows a WHERE clause keeps: from an index where one helps, else by looking at every row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from connectors.sandbox.salesforce.soql import bounds
from connectors.sandbox.salesforce.soql.comparing import IDS
from connectors.sandbox.salesforce.soql.conditions import Finder, Test, compile_condition
from connectors.sandbox.salesforce.soql.errors import located, malformed, no_such_object
from connectors.sandbox.salesforce.soql.nodes import Chosen, Condition, Joined, Path, Query
from connectors.sandbox.salesforce.soql.scope import Column, Scope
from connectors.sandbox.salesforce.soql.source import Row

_STAMP = "SystemModstamp"


def found(condition: Condition | None, scope: Scope) -> Iterator[Row]:
    """Return the rows that meet a condition, in ascending order of id; mistakes in it are raised before any."""
    keeps = test_of(condition, scope, scope.column)
    rows = _narrowed(condition, scope)
    return iter(rows) if keeps is None else (row for row in rows if keeps(row))


def test_of(condition: Condition | None, scope: Scope, find: Finder) -> Test | None:
    """Return the function of a row a condition stands for; None: everything is kept."""
    if condition is None:
        return None
    return compile_condition(condition, scope, find, lambda joined, column: _joined(joined, column, scope))


def object_of(query: Query, scope: Scope) -> Scope:
    """Return the scope of a query within another that is about an object of its own."""
    kind = scope.source.object(query.object)
    if kind is None or not kind.may("queryable"):
        raise no_such_object(query.object, query.text, query.object_at)
    return replace(scope, object=kind, alias=query.alias)


def _narrowed(condition: Condition | None, scope: Scope) -> Iterable[Row]:
    source, name, with_deleted = scope.source, scope.object.name, scope.include_deleted
    if (named := bounds.ids(condition)) is not None:
        each = (source.find(name, record_id, include_deleted=with_deleted) for record_id in sorted(named))
        return [row for row in each if row is not None]
    lower = bounds.earliest(condition, _STAMP)
    if lower is not None:
        rows = source.rows_since(name, _STAMP, lower, include_deleted=with_deleted)
        if rows is not None:
            return sorted(rows, key=_by_id)
    return source.rows(name, include_deleted=with_deleted)


def _by_id(row: Row) -> str:
    return str(row["Id"])


def _joined(joined: Joined, outer: Column, scope: Scope) -> frozenset[str]:
    """Run the query of a semi-join; return the ids it found."""
    query = joined.query
    inner_scope = replace(object_of(query, scope), is_within_join=True)
    if scope.is_within_join:
        raise malformed("Nesting of semi join sub-selects is not supported")
    if outer.type not in IDS:
        reason = (
            "The left operand field in the where expression for outer query should be an id field, "
            f"cannot use: '{outer.name}'"
        )
        raise located("MALFORMED_QUERY", reason, scope.text, outer.at)
    if inner_scope.object.name == scope.object.name:
        raise malformed("The inner and outer selects should not be on the same object type")
    inner = _only_column(query, inner_scope)
    if not set(_targets(inner, inner_scope)) & set(_targets(outer, scope)):
        raise malformed(
            f"The selected field '{inner.name}' in the subquery and the left operand field in the where expression in "
            f"the outer query '{outer.name}' should point to the same object type"
        )
    ids = (inner.read(row) for row in found(query.where, inner_scope))
    return frozenset(it for it in ids if it is not None)


def _only_column(query: Query, scope: Scope) -> Column:
    only = query.selected[0]
    if len(query.selected) > 1 or not isinstance(only, Chosen) or not isinstance(only.what, Path):
        raise malformed("Semi join sub-selects can only query a single id field")
    column = scope.field(only.what)
    if column.type not in IDS:
        reason = f"Semi join sub-selects can only query id fields, cannot use: '{column.name}'"
        raise located("MALFORMED_QUERY", reason, scope.text, column.at)
    return column


def _targets(column: Column, scope: Scope) -> tuple[str, ...]:
    """Objects the ids of a column belong to."""
    if column.type == "reference":
        return column.field.reference_to
    if not column.hops:
        return (scope.object.name,)
    return tuple(kind.name for kind in column.hops[-1].targets.values())
