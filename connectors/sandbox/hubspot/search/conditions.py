"""Turning filters into functions of a record's values."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from connectors.sandbox.clock import from_iso
from connectors.sandbox.hubspot.errors import Refusal, validation
from connectors.sandbox.hubspot.properties import ObjectType
from connectors.sandbox.hubspot.readings import Readings
from connectors.sandbox.hubspot.search.query import Filter

#: What a filter looks at: None or "" is not set.
Test = Callable[[str | None], bool]
Comparable = float | str

_TEMPORAL = {"date", "datetime"}
_NEGATIVE = {"NEQ", "NOT_IN", "NOT_CONTAINS_TOKEN"}


def type_of(kind: ObjectType, name: str) -> str:
    """Return how a property compares: `number`, `datetime`, `enumeration`, `string`; empty when unknown."""
    definition = kind.known(name)
    if definition is None:
        return ""
    if definition.type in _TEMPORAL:
        return "datetime"
    return definition.type if definition.type in {"number", "enumeration", "bool"} else "string"


def comparable(kind_of_value: str, text: str) -> Comparable | None:
    """Return what a value compares by; None where it is not of its type."""
    if kind_of_value == "number":
        try:
            return float(text)
        except ValueError:
            return None
    if kind_of_value == "datetime":
        return from_iso(text)
    return text if kind_of_value in {"enumeration", "bool"} else text.lower()


def condition(kind: ObjectType, asked: Filter, readings: Readings) -> Test:
    """Return the function one filter stands for; 400 (or the famous 500) where it cannot be applied."""
    compared_as = type_of(kind, asked.property)
    if not compared_as:
        if not readings.unknown_filter_finds_nothing:
            raise validation(f"Property {asked.property} does not exist")
        return _never
    operator = asked.operator
    if operator == "HAS_PROPERTY":
        return bool
    if operator == "NOT_HAS_PROPERTY":
        return _is_unset
    test = _positive(compared_as, asked, readings)
    if operator not in _NEGATIVE:
        return lambda value: bool(value) and test(value)
    when_unset = readings.negation_matches_unset
    return lambda value: not test(value) if value else when_unset


def _never(_: str | None) -> bool:
    return False


def _is_unset(value: str | None) -> bool:
    return not value


def _positive(compared_as: str, asked: Filter, readings: Readings) -> Test:
    """The test of a value that is set; for negative operators, of what must not be."""
    operator = asked.operator
    if operator in {"IN", "NOT_IN"}:
        return _one_of(compared_as, asked.values)
    if operator in {"CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"}:
        return lambda value: has_tokens(value or "", asked.value)
    low = _wanted(compared_as, asked, asked.value)
    if compared_as == "datetime" and low == 0 and operator in {"BETWEEN", "GTE"} and readings.epoch_zero_fails:
        raise Refusal(500, "internal error", "INTERNAL_ERROR")
    if operator == "BETWEEN":
        high = _wanted(compared_as, asked, asked.high)
        return _comparing(compared_as, lambda it: low <= it <= high)  # type: ignore[operator]
    if compared_as == "enumeration" and operator in {"EQ", "NEQ"}:
        return lambda value: asked.value in (value or "").split(";")
    return _comparing(compared_as, _COMPARISONS[operator](low))


_COMPARISONS: dict[str, Callable[[Comparable], Callable[[Comparable], bool]]] = {
    "EQ": lambda wanted: lambda it: it == wanted,
    "NEQ": lambda wanted: lambda it: it == wanted,
    "LT": lambda wanted: lambda it: it < wanted,  # type: ignore[operator]
    "LTE": lambda wanted: lambda it: it <= wanted,  # type: ignore[operator]
    "GT": lambda wanted: lambda it: it > wanted,  # type: ignore[operator]
    "GTE": lambda wanted: lambda it: it >= wanted,  # type: ignore[operator]
}


def _comparing(compared_as: str, holds: Callable[[Comparable], bool]) -> Test:
    def test(value: str | None) -> bool:
        it = comparable(compared_as, value or "")
        return it is not None and holds(it)

    return test


def _wanted(compared_as: str, asked: Filter, text: str) -> Comparable:
    wanted = comparable(compared_as, text)
    if wanted is None:
        raise validation(f"{text} is not a valid {compared_as} for property {asked.property}")
    return wanted


def _one_of(compared_as: str, values: tuple[str, ...]) -> Test:
    if compared_as in {"number", "datetime"}:
        wanted = {comparable(compared_as, value) for value in values}
        return lambda value: comparable(compared_as, value or "") in wanted
    listed = frozenset(values)
    if compared_as in {"enumeration", "bool"}:
        return lambda value: not listed.isdisjoint((value or "").split(";"))
    # On strings the values asked for have to be in lower case to be found.
    return lambda value: (value or "").lower() in listed


def has_tokens(value: str, wanted: str) -> bool:
    """Whether each word of `wanted` (with `*` for anything) is a word of `value`, regardless of case."""
    pieces, patterns = _patterns(wanted)
    lowered = value.lower()
    if any(piece not in lowered for piece in pieces):
        # Most values fall here, without being taken apart.
        return False
    words = tokens(value)
    return all(any(pattern.fullmatch(word) for word in words) for pattern in patterns)


@lru_cache(maxsize=4096)
def tokens(value: str) -> tuple[str, ...]:
    """Return the words of a value: as it is, by blanks, and by anything that is not a letter or digit."""
    lowered = value.lower().strip()
    return tuple(dict.fromkeys([lowered, *lowered.split(), *re.findall(r"\w+", lowered)]))


@lru_cache(maxsize=256)
def _patterns(wanted: str) -> tuple[tuple[str, ...], tuple[re.Pattern[str], ...]]:
    """Return what a value has to contain, and what its words have to look like."""
    words = [word.split("*") for word in wanted.lower().split()]
    patterns = tuple(re.compile(".*".join(map(re.escape, pieces)), re.DOTALL) for pieces in words)
    return tuple(piece for pieces in words for piece in pieces if piece), patterns
