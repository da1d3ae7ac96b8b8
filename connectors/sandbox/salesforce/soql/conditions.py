"""Turning WHERE and HAVING into functions of a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from connectors.sandbox.salesforce.soql import comparing
from connectors.sandbox.salesforce.soql.errors import located, malformed
from connectors.sandbox.salesforce.soql.nodes import (
    Among,
    Both,
    Compared,
    Condition,
    Either,
    Including,
    Joined,
    Negation,
    Operand,
)
from connectors.sandbox.salesforce.soql.scope import Column, Scope
from connectors.sandbox.salesforce.soql.source import Row

Test = Callable[[Row], bool]
#: Finds the column an operand of a condition names.
Finder = Callable[[Operand], Column]
#: Runs the query of a semi-join; returns the ids it found.
Joiner = Callable[[Joined, Column], frozenset[str]]

MOST_JOINS = 2


def compile_condition(condition: Condition, scope: Scope, find: Finder, join: Joiner) -> Test:
    """Return the function of a row a condition stands for."""
    _check_joins(condition)
    return _Compiler(scope, find, join).test(condition)


class _Compiler:
    def __init__(self, scope: Scope, find: Finder, join: Joiner) -> None:
        self._scope, self._find, self._join = scope, find, join

    def test(self, condition: Condition) -> Test:
        match condition:
            case Both(parts):
                return _all([self.test(part) for part in parts])
            case Either(parts):
                tests = [self.test(part) for part in parts]
                return lambda row: any(test(row) for test in tests)
            case Negation(part):
                inner = self.test(part)
                return lambda row: not inner(row)
        return self._of_column(condition)

    def _of_column(self, condition: Compared | Among | Including | Joined) -> Test:
        column = self._filterable(condition.what)
        read = column.read
        check = self._check(condition, column)
        if not isinstance(condition, Compared) and condition.is_negated:
            return lambda row: not check(read(row))
        return lambda row: check(read(row))

    def _check(self, condition: Compared | Among | Including | Joined, column: Column) -> comparing.Check:
        match condition:
            case Compared(_, asked, value):
                return comparing.compared(column, asked, value, self._scope)
            case Among(_, values, _):
                return comparing.among(column, values, self._scope)
            case Including(_, values, _):
                return comparing.including(column, values, self._scope)
            case Joined():
                return self._join(condition, column).__contains__
        assert_never(condition)

    def _filterable(self, operand: Operand) -> Column:
        column = self._find(operand)
        if not column.field.filterable or column.field.is_compound:
            reason = f"field '{column.name}' can not be filtered in a query call"
            raise located("INVALID_FIELD", reason, self._scope.text, column.at)
        return column


def _all(tests: list[Test]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda row: first(row) and second(row)
    return lambda row: all(test(row) for test in tests)


def _check_joins(condition: Condition) -> None:
    """Semi-joins stand at the top, among what all has to hold, and are few."""
    joins = _joins(condition)
    if not joins:
        return
    if isinstance(condition, Either):
        raise malformed("Semi join sub-selects are not allowed with the 'OR' operator")
    top = condition.parts if isinstance(condition, Both) else (condition,)
    if sum(isinstance(part, Joined) for part in top) < joins:
        raise malformed(
            "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE "
            "expressions."
        )
    if joins > MOST_JOINS:
        raise malformed(f"Cannot have more than {MOST_JOINS} semi join sub-selects in a query")


def _joins(condition: Condition) -> int:
    match condition:
        case Both(parts) | Either(parts):
            return sum(_joins(part) for part in parts)
        case Negation(part):
            return _joins(part)
    return int(isinstance(condition, Joined))
