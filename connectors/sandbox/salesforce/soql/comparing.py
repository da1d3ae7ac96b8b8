"""How values of a column compare: what a literal becomes beside it, and what one value is tested for."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from connectors.sandbox.salesforce.ids import to_18
from connectors.sandbox.salesforce.soql.calendar import days_of, moments_of
from connectors.sandbox.salesforce.soql.errors import located, wrong_kind
from connectors.sandbox.salesforce.soql.literals import like_pattern, unescaped
from connectors.sandbox.salesforce.soql.nodes import Period, Text, Value
from connectors.sandbox.salesforce.soql.scope import Column, Scope

#: What a value of a row is tested with; None is null.
Check = Callable[[Any], bool]
#: What a value is compared by.
Key = Callable[[Any], Any]

IDS = frozenset({"id", "reference"})
NUMBERS = frozenset({"int", "long", "double", "currency", "percent"})
_BY_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SPELLED = {"datetime": "dateTime", "id": "string", "reference": "string"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """The values from `low` on and before `high`: what a date literal is among values."""

    low: Any
    high: Any


def compared(column: Column, asked: str, value: Value, scope: Scope) -> Check:
    """Return the test of `column asked value`."""
    _fit(column, asked, scope)
    if asked == "LIKE":
        return _like(column, value, scope)
    wanted = _wanted(column, value, scope)
    if wanted is None:
        return {"=": _is_null, "!=": _is_set}.get(asked, _never)
    if isinstance(wanted, Stretch):
        return _within(wanted, asked)
    if asked in {"=", "!="}:
        return _equal(column, wanted, is_negated=asked == "!=")
    key, holds = key_of(column), _BY_ORDER[asked]
    return lambda it: it is not None and holds(key(it), wanted)


def among(column: Column, values: Iterable[Value], scope: Scope) -> Check:
    """Return the test of `column IN (values)`."""
    wanted = [_wanted(column, value, scope) for value in values]
    stretches = [it for it in wanted if isinstance(it, Stretch)]
    listed = frozenset(it for it in wanted if not isinstance(it, Stretch))
    key, has_null = key_of(column), None in listed
    if not stretches:
        return lambda it: has_null if it is None else key(it) in listed
    checks = [_within(it, "=") for it in stretches]
    return lambda it: has_null if it is None else key(it) in listed or any(check(it) for check in checks)


def including(column: Column, values: Iterable[Value], scope: Scope) -> Check:
    """Return the test of `column INCLUDES (values)`: one of them, where `a;b` asks for both."""
    if column.type != "multipicklist":
        raise located(
            "INVALID_FIELD", "includes or excludes operator only valid on multipicklist field", scope.text, column.at
        )
    texts = [_text(column, value, scope).lower() for value in values]
    wanted = [frozenset(text.split(";")) for text in texts]

    def check(it: Any) -> bool:
        chosen = frozenset(it.lower().split(";")) if it else frozenset()
        return any(group <= chosen for group in wanted)

    return check


def key_of(column: Column) -> Key:
    """Return what values of a column compare by: strings regardless of case, numbers as numbers."""
    if column.type in NUMBERS:
        return float
    if column.type in IDS or column.field.case_sensitive or not column.field.is_text:
        return _itself
    return _lowered


def _fit(column: Column, asked: str, scope: Scope) -> None:
    """Refuse operators that a type does not have."""
    is_text = column.field.is_text and column.type not in IDS | NUMBERS
    if (asked == "LIKE" and not is_text) or (column.type == "boolean" and asked not in {"=", "!="}):
        kind = "id" if column.type in IDS else column.type
        raise located("INVALID_FIELD", f"invalid operator on {kind} field", scope.text, column.at)


def _equal(column: Column, wanted: Any, *, is_negated: bool) -> Check:
    if column.type == "boolean":
        # There is no third state.
        return lambda it: (bool(it) == wanted) != is_negated
    key = key_of(column)
    if is_negated:
        return lambda it: it is None or key(it) != wanted
    return lambda it: it is not None and key(it) == wanted


def _like(column: Column, value: Value, scope: Scope) -> Check:
    if not isinstance(value, Text):
        raise wrong_kind(column.name, "string", scope.text, column.at, is_quoted=True)
    matches = like_pattern(value.raw).fullmatch
    return lambda it: it is not None and matches(it.lower()) is not None


def _wanted(column: Column, value: Value, scope: Scope) -> Any:
    """Return what a literal is among the values of a column; None is null."""
    if value is None:
        return None
    kind = column.type
    if kind in IDS:
        return _id(column, value, scope)
    if kind == "boolean" and isinstance(value, bool):
        return value
    if kind in NUMBERS and isinstance(value, Decimal):
        return float(value)
    if kind in {"date", "datetime"}:
        return _time(column, value, scope)
    if kind in NUMBERS or kind == "boolean":
        raise wrong_kind(column.name, kind, scope.text, column.at, is_quoted=False)
    text = _text(column, value, scope)
    # There is no empty text: it is null.
    return key_of(column)(text) if text else None


def _text(column: Column, value: Value, scope: Scope) -> str:
    if not isinstance(value, Text):
        raise wrong_kind(column.name, "string", scope.text, column.at, is_quoted=True)
    return unescaped(value.raw)


def _id(column: Column, value: Value, scope: Scope) -> str | None:
    text = _text(column, value, scope)
    if not text:
        return None
    found = to_18(text)
    if found is None:
        raise located("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {text}", scope.text, column.at)
    return found


def _time(column: Column, value: Value, scope: Scope) -> Any:
    is_moment = column.type == "datetime"
    if isinstance(value, Period):
        days = days_of(value, scope.now.astimezone(scope.zone).date())
        return Stretch(*(moments_of(days, scope.zone) if is_moment else days))
    # A datetime is a date too, in Python; not here.
    if isinstance(value, date) and isinstance(value, datetime) == is_moment:
        return value
    raise wrong_kind(column.name, _SPELLED.get(column.type, column.type), scope.text, column.at, is_quoted=False)


def _within(stretch: Stretch, asked: str) -> Check:
    low, high = stretch.low, stretch.high
    return {
        "=": lambda it: it is not None and low <= it < high,
        "!=": lambda it: it is None or not low <= it < high,
        "<": lambda it: it is not None and it < low,
        "<=": lambda it: it is not None and it < high,
        ">": lambda it: it is not None and it >= high,
        ">=": lambda it: it is not None and it >= low,
    }[asked]


def _is_null(value: Any) -> bool:
    return value is None


def _is_set(value: Any) -> bool:
    return value is not None


def _never(_: Any) -> bool:
    return False


def _itself(value: Any) -> Any:
    return value


def _lowered(value: str) -> str:
    return value.lower()
