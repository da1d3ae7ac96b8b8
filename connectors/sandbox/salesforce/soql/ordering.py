"""ORDER BY: several keys, each its own way round, with nulls at the end that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from connectors.sandbox.salesforce.soql.comparing import key_of
from connectors.sandbox.salesforce.soql.conditions import Finder
from connectors.sandbox.salesforce.soql.errors import located
from connectors.sandbox.salesforce.soql.nodes import Ordered
from connectors.sandbox.salesforce.soql.scope import Column, Scope
from connectors.sandbox.salesforce.soql.source import Row

Sorter = Callable[[list[Row]], list[Row]]


def sorter(order: Sequence[Ordered], scope: Scope, find: Finder) -> Sorter:
    """Return what puts rows in order; rows that tie keep the order they come in."""
    keys = [(_key(_sortable(entry, scope, find), entry), entry.is_descending) for entry in order]

    def sort(rows: list[Row]) -> list[Row]:
        for key, is_descending in reversed(keys):
            rows = sorted(rows, key=key, reverse=is_descending)
        return rows

    return sort


def _sortable(entry: Ordered, scope: Scope, find: Finder) -> Column:
    column = find(entry.what)
    if not column.field.sortable or column.field.is_compound:
        reason = f"field '{column.name}' can not be sorted in a query call"
        raise located("INVALID_FIELD", reason, scope.text, column.at)
    return column


def _key(column: Column, entry: Ordered) -> Callable[[Row], tuple[bool, Any]]:
    """Nulls come first unless asked otherwise, in both directions."""
    comparable, read = key_of(column), column.read
    # What sorts last in a descending order comes first.
    of_null = entry.are_nulls_last != entry.is_descending

    def key(row: Row) -> tuple[bool, Any]:
        value = read(row)
        return (of_null, 0) if value is None else (not of_null, comparable(value))

    return key
