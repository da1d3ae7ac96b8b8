"""One line of a mapping → `FieldMapping` with its two functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from mappings.mapping import FieldMapping
from mappings.spec import CanonicalFieldSpec, CrmSpec, FieldSpec
from mappings.transforms import COMBINING, INVERSES, TEXT_TRANSFORMS
from mappings.values import READERS, WRITERS, ValueType, read_text
from syncd.model import Raw, Value


def field_mapping(
    name: str, spec: FieldSpec, canonical: Mapping[str, CanonicalFieldSpec], crm: CrmSpec
) -> FieldMapping:
    """Return the field ready for use. The spec must have been checked."""
    value_type = spec.type or canonical[name].type
    return FieldMapping(
        name=name,
        type=value_type,
        sources=spec.properties if spec.source else spec.properties[:1],
        read=tuple(spec.read),
        values=MappingProxyType(dict(spec.values)),
        is_writable=spec.write,
        is_optional=spec.optional,
        choices=tuple(spec.first_of or ()),
        to_value=_reader(spec, value_type),
        to_raw=_writer(spec, value_type, as_text=crm.scalars == "text"),
    )


def _reader(spec: FieldSpec, value_type: ValueType) -> Callable[[Raw], Value] | None:
    if value_type is ValueType.TEXT and not spec.read and not spec.values:
        return None
    transforms = [TEXT_TRANSFORMS[name] for name in spec.read if name not in COMBINING]
    understand, ours = READERS[value_type], dict(spec.values)
    if not transforms and not ours:
        return understand

    def to_value(raw: Raw) -> Value:
        if transforms:
            text = read_text(raw)
            for transform in transforms:
                text = transform(text)
            if not text:
                return None
            raw = text
        value = understand(raw)
        if isinstance(value, tuple):
            return tuple(ours.get(part, part) for part in value)
        return ours.get(value, value) if isinstance(value, str) else value

    return to_value


def _writer(spec: FieldSpec, value_type: ValueType, *, as_text: bool) -> Callable[[Value], Raw]:
    """Return ours → raw. Where several CRM values read as one of ours, the first in the file is written."""
    write, theirs = WRITERS[value_type], {ours: crm for crm, ours in reversed(spec.values.items())}
    inverses = [INVERSES[name] for name in reversed(spec.read) if name in INVERSES]

    def to_raw(value: Value) -> Raw:
        if isinstance(value, str):
            for inverse in inverses:
                value = inverse(value)
        if theirs:
            value = tuple(_find(theirs, part) for part in value) if isinstance(value, tuple) else _find(theirs, value)
        raw = write(value)
        return read_text(raw) if as_text else raw

    return to_raw


def _find(theirs: Mapping[str, str], value: Value) -> str:
    if not isinstance(value, str) or value not in theirs:
        raise ValueError("has no such value in the mapping's `values`")
    return theirs[value]
