"""Facts taken apart into lists of plain values, to be kept, and put together again, exactly."""

from __future__ import annotations

import dataclasses
import functools
import typing
from collections.abc import Callable
from typing import Any

from quality.dedupe.declared.facts import DeclaredFacts
from quality.dedupe.facts import CompanyFacts, Facts, PersonFacts

_Turn = Callable[[Any], Any]
_KINDS: dict[str, Any] = {"person": PersonFacts, "company": CompanyFacts}


def to_parts(facts: Facts) -> list[Any]:
    """Return facts as lists of texts and truth values."""
    kind: Any = type(facts)
    parts: list[Any] = _taken_apart(kind)(facts)
    return parts


def from_parts(kind: str, parts: list[Any]) -> Facts:
    """Return what `to_parts` was given; `kind` is what the pool is called."""
    facts: Facts = _put_together(_KINDS.get(kind, DeclaredFacts))(parts)
    return facts


@functools.cache
def _taken_apart(kind: Any) -> _Turn:
    turns = [(name, turn) for name, (turn, _) in _turns(kind).items()]
    return lambda value: [turn(getattr(value, name)) for name, turn in turns]


@functools.cache
def _put_together(kind: Any) -> _Turn:
    turns = tuple(turn for _, turn in _turns(kind).values())
    return lambda parts: kind(*[turn(part) for turn, part in zip(turns, parts, strict=True)])


def _turns(kind: Any) -> dict[str, tuple[_Turn, _Turn]]:
    """Return by field what takes it apart and what puts it together."""
    hints = typing.get_type_hints(kind)
    return {one.name: _both(hints[one.name]) for one in dataclasses.fields(kind)}


def _both(hint: Any) -> tuple[_Turn, _Turn]:
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _taken_apart(hint), _put_together(hint)
    if hint in {str, bool}:
        return _same, _same
    if hint == frozenset[str]:
        return sorted, frozenset
    if hint == tuple[str, ...]:
        return list, tuple
    inner = typing.get_args(hint)[0]
    apart, together = _both(inner)
    return (lambda values: [apart(one) for one in values]), (lambda parts: tuple([together(one) for one in parts]))


def _same(value: Any) -> Any:
    return value
