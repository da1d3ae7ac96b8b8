"""Queries that answer with records: what is shown of each, and the children below it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from connectors.sandbox.salesforce.schema import FieldSchema
from connectors.sandbox.salesforce.soql import grouping
from connectors.sandbox.salesforce.soql.conditions import Test
from connectors.sandbox.salesforce.soql.errors import malformed, no_such_children
from connectors.sandbox.salesforce.soql.finding import test_of
from connectors.sandbox.salesforce.soql.kinds import told_apart
from connectors.sandbox.salesforce.soql.nodes import Call, Children, Chosen, Path, Query, Typeof
from connectors.sandbox.salesforce.soql.ordering import Sorter, sorter
from connectors.sandbox.salesforce.soql.rendering import Family, Shape, Wire, render
from connectors.sandbox.salesforce.soql.result import Result
from connectors.sandbox.salesforce.soql.scope import Column, Scope
from connectors.sandbox.salesforce.soql.showing import shown
from connectors.sandbox.salesforce.soql.source import Row

#: FIELDS(ALL) and FIELDS(CUSTOM) may not ask for more rows.
MOST_ROWS_OF_ALL_FIELDS = 200
MOST_FAMILIES = 20
#: Children of one record that are sent with it; the others wait behind a locator of their own.
MOST_CHILDREN = 200


@dataclass(slots=True)
class Records:
    """A query for records, found in the schema: how to choose rows among some, and how to show one."""

    query: Query
    scope: Scope
    version: str
    shape: Shape
    columns: list[Column]
    sort: Sorter

    def render(self, row: Row) -> Wire:
        """Return a record as the query endpoints spell it."""
        return render(self.shape, self.scope.object, row, self.scope, self.version)

    def cut(self, rows: list[Row]) -> list[Row]:
        """Return the part of the rows that LIMIT and OFFSET leave."""
        return cut(rows, self.query)


def records(query: Query, scope: Scope, version: str) -> Records:
    """Find everything a query for records names; `SoqlError` where something does not exist."""
    made = Records(query, scope, version, Shape(), [], sorter(query.order, scope, scope.column))
    families = 0
    for item in query.selected:
        match item:
            case Typeof():
                name, show = told_apart(item, scope, version)
                _enter(made, name, show)
            case Children(nested):
                families += 1
                _add_children(made, nested)
            case Chosen():
                _add(made, item)
    if families > MOST_FAMILIES:
        raise malformed(f"Maximum {MOST_FAMILIES} child relationships allowed in a query")
    return made


def cut(rows: list[Row], query: Query) -> list[Row]:
    """Return the part of the rows that LIMIT and OFFSET leave."""
    end = None if query.limit is None else query.offset + query.limit
    return rows[query.offset : end] if query.offset or end is not None else rows


def _add(made: Records, chosen: Chosen) -> None:
    what = chosen.what
    if isinstance(what, Call) and what.name == "FIELDS":
        for field in _fields(what, made):
            _show(made, made.scope.field(Path((field.name,), what.at)))
        return
    if isinstance(what, Path):
        if chosen.alias is not None:
            raise malformed("only aggregate expressions use field aliasing")
        _show(made, made.scope.field(what))
        return
    column, spell = shown(chosen, made.scope)
    made.shape.add(column, spell)
    made.columns.append(column)


def _show(made: Records, column: Column) -> None:
    made.shape.add(column)
    made.columns.append(column)


def _fields(call: Call, made: Records) -> list[FieldSchema]:
    names = [it.names[0].upper() for it in call.arguments if isinstance(it, Path)]
    if len(names) != 1 or names[0] not in {"ALL", "STANDARD", "CUSTOM"}:
        raise malformed("FIELDS() takes one of ALL, STANDARD, CUSTOM")
    limit = made.query.limit
    if names[0] != "STANDARD" and (limit is None or limit > MOST_ROWS_OF_ALL_FIELDS):
        raise malformed(f"The SOQL FIELDS function must have a LIMIT of at most {MOST_ROWS_OF_ALL_FIELDS}")
    every = made.scope.object.fields.values()
    return [it for it in every if names[0] == "ALL" or it.custom == (names[0] == "CUSTOM")]


def _add_children(made: Records, nested: Query) -> None:
    outer = made.scope
    name = nested.object.rpartition(".")[2]
    relationship = outer.object.child(name)
    kind = None if relationship is None else outer.source.object(relationship.child)
    if relationship is None or relationship.name is None or kind is None:
        raise no_such_children(nested.object, nested.text, nested.object_at)
    if grouping.is_grouped(nested):
        raise malformed("Only root queries support aggregate expressions")
    inner = records(nested, replace(outer, object=kind, alias=nested.alias), made.version)
    _enter(made, relationship.name, _family(inner, relationship.field))


def _enter(made: Records, name: str, family: Family) -> None:
    if name in made.shape.entries:
        raise malformed(f"duplicate relationship selected: {name}")
    made.shape.entries[name] = family


def _family(inner: Records, reference: str) -> Family:
    scope = inner.scope
    keeps: Test | None = test_of(inner.query.where, scope, scope.column)

    def render_children(row: Row) -> Wire | None:
        found: Iterable[Row] = scope.source.children(
            scope.object.name, reference, row["Id"], include_deleted=scope.include_deleted
        )
        rows = inner.cut(inner.sort([it for it in found if keeps is None or keeps(it)]))
        if not rows:
            return None
        more = None
        if len(rows) > MOST_CHILDREN:
            more = scope.source.kept(_result(inner, rows), MOST_CHILDREN)
        shown_now = rows if more is None else rows[:MOST_CHILDREN]
        told: Wire = {"totalSize": len(rows), "done": more is None}
        if more is not None:
            told["nextRecordsUrl"] = more
        return told | {"records": [inner.render(it) for it in shown_now]}

    return render_children


def _result(inner: Records, rows: list[Row]) -> Result:
    name = inner.scope.object.name
    return Result(name, len(rows), rows, tuple(inner.columns), is_aggregate=False, render=inner.render)
