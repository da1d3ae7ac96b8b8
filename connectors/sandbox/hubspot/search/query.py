"""Reading a search body, with the refusals HubSpot gives (their texts are not verified)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.sandbox.hubspot.errors import validation
from connectors.sandbox.hubspot.readings import Readings

LARGEST_PAGE = 200
DEFAULT_PAGE = 10
LAST_ROW = 10_000
LONGEST_QUERY = 3_000

OPERATORS = (
    "BETWEEN", "CONTAINS_TOKEN", "EQ", "GT", "GTE", "HAS_PROPERTY", "IN", "LT", "LTE", "NEQ", "NOT_CONTAINS_TOKEN",
    "NOT_HAS_PROPERTY", "NOT_IN",
)  # fmt: skip
_LISTS = {"IN", "NOT_IN"}
_BARE = {"HAS_PROPERTY", "NOT_HAS_PROPERTY"}


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on one property."""

    property: str
    operator: str
    value: str = ""
    high: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What a search asks for."""

    #: Any group, all filters of it. Empty: everything.
    groups: tuple[tuple[Filter, ...], ...]
    text: str
    sort: str
    is_descending: bool
    properties: tuple[str, ...]
    limit: int
    offset: int


def parse(body: dict[str, Any], readings: Readings) -> Query:
    """Read a search body; raises 400 for what is wrong with it."""
    groups = _groups(body)
    _check_sizes(groups, readings)
    sort, is_descending = _sort(body.get("sorts") or [])
    text = str(body.get("query") or "")
    if len(text) > LONGEST_QUERY:
        raise validation(f"query must be at most {LONGEST_QUERY} characters, was {len(text)}")
    limit, offset = _page(body)
    names = tuple(str(name) for name in body.get("properties") or ())
    return Query(groups, text.strip(), sort, is_descending, names, limit, offset)


def _groups(body: dict[str, Any]) -> tuple[tuple[Filter, ...], ...]:
    raw = body.get("filterGroups") or []
    if body.get("filters"):
        raw = [*raw, {"filters": body["filters"]}]
    if not isinstance(raw, list):
        raise _unreadable("filterGroups must be a list")
    groups = []
    for group in raw:
        filters = group.get("filters") if isinstance(group, dict) else None
        if not isinstance(filters, list):
            raise _unreadable("a filter group must have a list of filters")
        groups.append(tuple(_filter(row) for row in filters))
    return tuple(group for group in groups if group)


def _filter(row: Any) -> Filter:
    if not isinstance(row, dict) or not row.get("propertyName"):
        raise _unreadable("Some required fields were not set: [propertyName]")
    operator = row.get("operator")
    if operator not in OPERATORS:
        message = f'Cannot deserialize value of type `OperatorEnum` from String "{operator}": not one of the values '
        raise _unreadable(f"{message}accepted for Enum class: [{', '.join(OPERATORS)}]")
    name = str(row["propertyName"])
    if operator in _BARE:
        return Filter(name, operator)
    if operator in _LISTS:
        values = row.get("values")
        if not isinstance(values, list) or not values:
            raise validation(f"operator {operator} requires values")
        return Filter(name, operator, values=tuple(str(value) for value in values))
    if row.get("value") is None:
        raise validation(f"operator {operator} requires a value")
    if operator == "BETWEEN" and row.get("highValue") is None:
        raise validation("operator BETWEEN requires a highValue")
    return Filter(name, operator, str(row["value"]), str(row.get("highValue") or ""))


def _check_sizes(groups: tuple[tuple[Filter, ...], ...], readings: Readings) -> None:
    if len(groups) > readings.search_groups:
        raise validation(f"Too many filter groups: {len(groups)}, at most {readings.search_groups} are allowed")
    largest = max((len(group) for group in groups), default=0)
    if largest > readings.search_group_filters:
        raise validation(f"Too many filters in a group: {largest}, at most {readings.search_group_filters} are allowed")
    together = sum(len(group) for group in groups)
    if together > readings.search_filters:
        raise validation(f"Too many filters: {together}, at most {readings.search_filters} are allowed")


def _sort(sorts: Any) -> tuple[str, bool]:
    if not isinstance(sorts, list):
        raise _unreadable("sorts must be a list")
    if len(sorts) > 1:
        raise validation(f"Only one sort is allowed, {len(sorts)} were given")
    if not sorts:
        return "", False
    sort = sorts[0]
    if isinstance(sort, str):
        return (sort[1:], True) if sort.startswith("-") else (sort, False)
    if not isinstance(sort, dict) or not sort.get("propertyName"):
        raise _unreadable("a sort must be a property name or have one")
    direction = sort.get("direction") or "ASCENDING"
    if direction not in {"ASCENDING", "DESCENDING"}:
        raise _unreadable(f"{direction} is not one of ASCENDING, DESCENDING")
    return str(sort["propertyName"]), direction == "DESCENDING"


def _page(body: dict[str, Any]) -> tuple[int, int]:
    limit = body.get("limit")
    limit = DEFAULT_PAGE if limit is None else limit
    if isinstance(limit, str) and limit.isdecimal():
        limit = int(limit)
    if not isinstance(limit, int) or not 0 <= limit <= LARGEST_PAGE:
        raise validation(f"limit must be between 0 and {LARGEST_PAGE}, was {limit}")
    after = str(body.get("after") or "0")
    if not after.isdecimal():
        raise validation(f"after must be an integer, was {after}")
    offset = int(after)
    if offset >= LAST_ROW or offset + limit > LAST_ROW:
        raise validation(
            f"Paging past {LAST_ROW} results is not supported: after {offset}, limit {limit}",
            context={"after": [after], "limit": [str(limit)]},
        )
    return limit, offset


def _unreadable(detail: str) -> Exception:
    return validation(f"Invalid input JSON on line 1, column 1: {detail}")
