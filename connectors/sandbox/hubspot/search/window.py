"""The part of a search its last-modified filters bound, which the index answers without looking at records."""

from __future__ import annotations

from typing import NamedTuple

from connectors.sandbox.clock import from_iso
from connectors.sandbox.hubspot.properties import ObjectType
from connectors.sandbox.hubspot.search.query import Filter

FAR = 1 << 62


class Window(NamedTuple):
    """Bounds on the last-modified moment, both included."""

    low_ms: int
    high_ms: int
    #: Whether these bounds are all the search asks for.
    is_all: bool


def modified_window(kind: ObjectType, groups: tuple[tuple[Filter, ...], ...]) -> Window | None:
    """Return the window of a single group of filters; None where there is none."""
    if len(groups) != 1:
        return None
    low, high, used = -FAR, FAR, 0
    for asked in groups[0]:
        bounds = _bounds(asked) if asked.property == kind.modified_property else None
        if bounds is not None:
            low, high, used = max(low, bounds[0]), min(high, bounds[1]), used + 1
    return Window(low, high, used == len(groups[0])) if used else None


def _bounds(asked: Filter) -> tuple[int, int] | None:
    at_ms = from_iso(asked.value)
    if at_ms is None:
        return None
    if asked.operator == "BETWEEN":
        high = from_iso(asked.high)
        return None if high is None else (at_ms, high)
    return {
        "EQ": (at_ms, at_ms),
        "GT": (at_ms + 1, FAR),
        "GTE": (at_ms, FAR),
        "LT": (-FAR, at_ms - 1),
        "LTE": (-FAR, at_ms),
    }.get(asked.operator)
