"""GROUP BY ROLLUP and CUBE: groups of groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

from connectors.sandbox.salesforce.soql.source import Row

SUBTOTALS = frozenset({"ROLLUP", "CUBE"})
MOST_SUBTOTALS = 3


def sets_of(name: str, count: int) -> list[tuple[int, ...]]:
    """Return the sets of columns that are kept apart; the others are added up."""
    if name == "ROLLUP":
        return [tuple(range(kept)) for kept in range(count, -1, -1)]
    return [kept for size in range(count, -1, -1) for kept in combinations(range(count), size)]


def subtotalled(
    groups: Mapping[tuple[Any, ...], list[Row]],
    sets: Sequence[tuple[int, ...]],
    make: Callable[[tuple[Any, ...], list[Row], Sequence[int]], Row],
) -> list[Row]:
    """Return a row for each group and each sum of groups, a sum below what it adds up."""
    made: list[tuple[list[tuple[bool, int]], Row]] = []
    seen: list[dict[Any, int]] = [{} for _ in next(iter(groups), ())]
    for values in groups:
        for column, value in zip(seen, values, strict=True):
            column.setdefault(value, len(column))
    for kept in sets:
        sums: dict[tuple[Any, ...], list[Row]] = {}
        for values, members in groups.items():
            part = tuple(value if place in kept else None for place, value in enumerate(values))
            sums.setdefault(part, []).extend(members)
        for part, members in sums.items():
            order = [(place not in kept, seen[place].get(value, 0)) for place, value in enumerate(part)]
            made.append((order, make(part, members, kept)))
    return [row for _, row in sorted(made, key=lambda it: it[0])]
