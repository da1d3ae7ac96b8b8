"""Aggregate functions, GROUP BY and HAVING: one row for each group of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from connectors.sandbox.salesforce.soql import comparing
from connectors.sandbox.salesforce.soql.errors import located, malformed
from connectors.sandbox.salesforce.soql.nodes import Call, Chosen, Operand, Path, Query
from connectors.sandbox.salesforce.soql.rendering import Wire, speller
from connectors.sandbox.salesforce.soql.scope import Column, Scope
from connectors.sandbox.salesforce.soql.source import Row
from connectors.sandbox.salesforce.soql.subtotals import MOST_SUBTOTALS, SUBTOTALS, sets_of, subtotalled

AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"})


@dataclass(frozen=True, slots=True)
class _Measure:
    """An aggregate of a column."""

    column: Column
    type: str
    of: Callable[[list[Any]], Any]


class Grouping:
    """The groups of one query: which columns make them, what is measured in each, what is shown."""

    def __init__(self, query: Query, scope: Scope) -> None:
        self._scope = scope
        grouped, self._sets = _sets_of(query)
        self._columns = [self._groupable(operand) for operand in grouped]
        self._places = {column.names: place for place, column in enumerate(self._columns)}
        self._measures: list[_Measure] = []
        self._measured: dict[tuple[str, ...], int] = {}
        self._shown: list[tuple[str, Column]] = []
        for chosen in query.selected:
            if not isinstance(chosen, Chosen):
                raise malformed("Grouped query cannot use child relationships in the SELECT list")
            column = self.find(chosen.what, "Field must be grouped or aggregated")
            self._shown.append((self._label(chosen, column), column))
        names = [name for name, _ in self._shown]
        if len({name.lower() for name in names}) < len(names):
            raise malformed(f"duplicate alias: {next(name for name in names if names.count(name) > 1)}")

    def find(self, operand: Operand, refusal: str = "Ordered field must be grouped or aggregated") -> Column:
        """Return a column of the groups' rows: a grouped field, or an aggregate (measured from now on)."""
        if isinstance(operand, Call) and operand.name in AGGREGATES:
            return self._aggregate(operand)
        if isinstance(operand, Call) and operand.name == "GROUPING":
            return self._marking(operand)
        column = self._scope.column(operand)
        place = self._places.get(column.names)
        if place is None:
            raise located("MALFORMED_QUERY", f"{refusal}: {column.name}", self._scope.text, column.at)
        return self._reading(column.names, column, column.type, str(place))

    def rows(self, rows: Iterable[Row]) -> list[Row]:
        """Return one row for each group, in the order the groups first appear."""
        reads = [column.read for column in self._columns]
        groups: dict[tuple[Any, ...], list[Row]] = {} if reads else {(): []}
        for row in rows:
            groups.setdefault(tuple(read(row) for read in reads), []).append(row)
        if self._sets is None:
            every = range(len(reads))
            return [self._row(values, members, every) for values, members in groups.items()]
        return subtotalled(groups, self._sets, self._row)

    def render(self, row: Row) -> Wire:
        """Return a group as the query endpoints spell it."""
        record: Wire = {"attributes": {"type": "AggregateResult"}}
        for name, column in self._shown:
            value, spell = column.read(row), speller(column.type)
            record[name] = value if value is None or spell is None else spell(value)
        return record

    def _row(self, values: tuple[Any, ...], members: list[Row], kept: Sequence[int]) -> Row:
        row: dict[str, Any] = {str(place): value for place, value in enumerate(values)}
        row |= {f"g{place}": int(place not in kept) for place in range(len(values))}
        for place, measure in enumerate(self._measures):
            read = measure.column.read
            present = [value for it in members if (value := read(it)) is not None]
            row[f"m{place}"] = measure.of(present)
        return row

    def _label(self, chosen: Chosen, column: Column) -> str:
        if chosen.alias is not None:
            return chosen.alias
        if isinstance(chosen.what, Path):
            return column.names[-1]
        return f"expr{sum(name.startswith('expr') for name, _ in self._shown)}"

    def _groupable(self, operand: Operand) -> Column:
        if isinstance(operand, Call) and operand.name in AGGREGATES | SUBTOTALS:
            raise malformed(f"Invalid grouping function: {operand.name}")
        column = self._scope.column(operand)
        is_function = isinstance(operand, Call)
        if not is_function and (not column.field.groupable or column.field.is_compound):
            reason = f"field '{column.name}' can not be grouped in a query call"
            raise located("INVALID_FIELD", reason, self._scope.text, column.at)
        return column

    def _marking(self, call: Call) -> Column:
        """Return the column that says 1 in the subtotals of a grouped field."""
        column = self._scope.column(call.arguments[0]) if len(call.arguments) == 1 else None
        place = None if column is None else self._places.get(column.names)
        if column is None or place is None or self._sets is None:
            raise located("MALFORMED_QUERY", "GROUPING() takes a field of ROLLUP or CUBE", self._scope.text, call.at)
        return self._reading((call.name, *column.names), column, "int", f"g{place}")

    def _aggregate(self, call: Call) -> Column:
        if len(call.arguments) != 1:
            raise malformed(f"Invalid number of arguments for aggregate function: {call.name}")
        column = self._scope.column(call.arguments[0])
        if isinstance(call.arguments[0], Path) and column.names in self._places and call.name.startswith("COUNT"):
            reason = f"Grouped field should not be aggregated: {column.name}"
            raise located("MALFORMED_QUERY", reason, self._scope.text, call.at)
        measure = self._measure(call, column)
        names = (call.name, *column.names)
        place = self._measured.get(names)
        if place is None:
            place = self._measured[names] = len(self._measures)
            self._measures.append(measure)
        return self._reading(names, column, measure.type, f"m{place}")

    def _measure(self, call: Call, column: Column) -> _Measure:
        is_number = column.type in comparing.NUMBERS
        is_supported = column.field.aggregatable and not column.field.is_compound
        if call.name in {"SUM", "AVG"} and not is_number:
            is_supported = False
        if not is_supported:
            reason = f"field {column.name} does not support aggregate operator {call.name}"
            raise located("INVALID_FIELD", reason, self._scope.text, call.at)
        key = comparing.key_of(column)
        measures: dict[str, _Measure] = {
            "COUNT": _Measure(column, "int", len),
            "COUNT_DISTINCT": _Measure(column, "int", lambda values: len({key(it) for it in values})),
            "SUM": _Measure(column, "double", lambda values: sum(map(float, values)) if values else None),
            "AVG": _Measure(column, "double", lambda values: sum(map(float, values)) / len(values) if values else None),
            "MIN": _Measure(column, column.type, lambda values: min(values, key=key, default=None)),
            "MAX": _Measure(column, column.type, lambda values: max(values, key=key, default=None)),
        }
        return measures[call.name]

    def _reading(self, names: tuple[str, ...], column: Column, kind: str, key: str) -> Column:
        read = itemgetter(key)
        return Column(names, column.field, kind, read, column.at, read)


def _sets_of(query: Query) -> tuple[tuple[Operand, ...], list[tuple[int, ...]] | None]:
    """Return the grouped operands, and the sets of them ROLLUP or CUBE add up by; None: there is neither."""
    first = query.groups[0] if query.groups else None
    if not isinstance(first, Call) or first.name not in SUBTOTALS:
        return query.groups, None
    if len(query.groups) > 1 or not 1 <= len(first.arguments) <= MOST_SUBTOTALS:
        raise malformed(f"{first.name} takes up to {MOST_SUBTOTALS} fields and no others beside it")
    return first.arguments, sets_of(first.name, len(first.arguments))


def is_grouped(query: Query) -> bool:
    """Whether a query answers with groups rather than records."""
    calls = [it.what for it in query.selected if isinstance(it, Chosen) and isinstance(it.what, Call)]
    return bool(query.groups) or any(call.name in AGGREGATES for call in calls)
