"""The examples of a mapping, held against what the mapping does."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from mappings.apply import read_values, to_source
from mappings.mapping import RecordMapping, UnmappedValueError
from mappings.spec import ExampleSpec, MappingSpec
from mappings.values import READERS, UnfitError, ValueType
from syncd.errors import Mistake
from syncd.located import Document, Path, did_you_mean
from syncd.model import Raw, Value

#: YAML has no type of its own for these here: an example spells them as text.
_SPELLED_AS_TEXT = {ValueType.DATE, ValueType.DATETIME}


def example_mistakes(mapping: RecordMapping, spec: MappingSpec, document: Document) -> list[Mistake]:
    """Return a mistake for each line of an example that is not what the mapping does."""
    return [
        mistake
        for number, example in enumerate(spec.examples)
        for mistake in _mistakes_in(mapping, example, document, ("examples", number))
    ]


def _mistakes_in(mapping: RecordMapping, example: ExampleSpec, document: Document, at: Path) -> Iterator[Mistake]:
    for name in example.given:
        if name not in mapping.properties:
            guess = did_you_mean(name, mapping.properties)
            yield document.mistake((*at, "given", name), f"no field comes from this property{guess}", of_key=True)
    for name in example.becomes:
        if name not in mapping.fields:
            guess = did_you_mean(name, mapping.fields)
            yield document.mistake((*at, "becomes", name), f"the mapping has no such field{guess}", of_key=True)
    mapping = _as_in(mapping, example)
    becomes, _ = read_values(mapping, example.given)
    expected = {
        name: _spelled(mapping, name, value) for name, value in example.becomes.items() if name in mapping.fields
    }
    yield from _differences(becomes, expected, document, (*at, "becomes"))
    if example.writes is not None:
        yield from _differences(_written(mapping, becomes), example.writes, document, (*at, "writes"))


def _as_in(mapping: RecordMapping, example: ExampleSpec) -> RecordMapping:
    """Return the mapping as an account would have it that has what the example gives."""
    if not any(field.choices for field in mapping.fields.values()):
        return mapping
    fields = {name: field.settled(example.given) for name, field in mapping.fields.items()}
    return replace(mapping, fields=MappingProxyType(fields))


def _spelled(mapping: RecordMapping, name: str, value: Any) -> Value:
    """Return a value as an example means it."""
    kind = mapping.fields[name].type
    if isinstance(value, list):
        return tuple(value)
    if kind in _SPELLED_AS_TEXT and isinstance(value, str):
        with contextlib.suppress(UnfitError):  # the comparison that follows shows it
            return READERS[kind](value)
    spelled: Value = value
    return spelled


def _written(mapping: RecordMapping, values: Mapping[str, Value]) -> dict[str, Raw]:
    written: dict[str, Raw] = {}
    for name, value in values.items():
        if mapping.fields[name].is_writable:
            try:
                key, raw = to_source(mapping, name, value)
            except UnmappedValueError:
                continue
            written[key] = raw
    return written


def _differences(
    actual: Mapping[str, Any], expected: Mapping[str, Any], document: Document, at: Path
) -> Iterator[Mistake]:
    for name, value in expected.items():
        if name not in actual:
            yield document.mistake((*at, name), "the mapping gives nothing here")
        elif actual[name] != value or isinstance(actual[name], bool) is not isinstance(value, bool):
            yield document.mistake((*at, name), f"the mapping gives {actual[name]!r} here")
    for name in actual:
        if name not in expected:
            yield document.mistake((*at, name), f"the mapping also gives {actual[name]!r}", of_key=True)
