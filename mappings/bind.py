"""A mapping meets an account: properties it lacks, properties it calls otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from mappings.fields import field_mapping
from mappings.mapping import FieldMapping, Filter, RecordMapping
from mappings.spec import FieldSpec
from mappings.values import ValueType
from syncd.located import did_you_mean
from syncd.model import Schema


def bind(mapping: RecordMapping, schema: Schema) -> tuple[RecordMapping, tuple[str, ...]]:
    """Return the mapping without what the account lacks, and a sentence for each thing that should be there.

    The bound mapping never names a missing property: its field is not fetched, which is not the same as empty (FM-20).
    Optional properties go without a word. A property that the account does not let anybody write is only read. Of the
    properties under `first_of`, the first that the account has is the field's.
    """
    fields: dict[str, FieldMapping] = {}
    sentences: list[str] = []
    for name, open_field in mapping.fields.items():
        field = open_field.settled(schema.fields)
        present = tuple(source for source in field.sources if source in schema.fields)
        if not field.is_optional:
            sentences += [_missing(mapping, name, one, schema) for one in _wanted(field) if one not in present]
        if not present:
            continue
        is_writable = field.is_writable and schema.fields[present[0]].is_writable
        if field.is_writable and not is_writable:
            sentences.append(f"{mapping.object}: property '{present[0]}' ({name}) is read-only in this account")
        fields[name] = replace(field, sources=present, is_writable=is_writable)
    return replace(mapping, fields=MappingProxyType(fields)), tuple(sentences)


def with_properties(mapping: RecordMapping, properties: Mapping[str, str]) -> RecordMapping:
    """Return the mapping with other property names for some fields, which are then no longer optional.

    The fields must be in the mapping and have one source; KeyError or ValueError say otherwise.
    """
    fields = dict(mapping.fields)
    for name, source in properties.items():
        if len(fields[name].sources) != 1:
            raise ValueError(f"{name} has more than one property")
        fields[name] = replace(fields[name], sources=(source,), choices=(), is_optional=False)
    return replace(mapping, fields=MappingProxyType(fields))


def with_filter(mapping: RecordMapping, only: Filter) -> RecordMapping:
    """Return the mapping with a filter: records outside of it are kept and counted, and neither judged nor changed."""
    return replace(mapping, only=only)


def with_values(mapping: RecordMapping, values: Mapping[str, Mapping[str, str]]) -> RecordMapping:
    """Return the mapping with more picklist values for some fields; they stand above those of the file.

    The fields must be in the mapping and hold text; KeyError or ValueError say otherwise.
    """
    fields = dict(mapping.fields)
    for name, more in values.items():
        field = fields[name]
        if field.type not in {ValueType.TEXT, ValueType.LIST}:
            raise ValueError(f"{name} holds no text")
        spec = FieldSpec(
            source=[*field.sources], read=[*field.read], write=field.is_writable, type=field.type,
            values={**more, **{theirs: ours for theirs, ours in field.values.items() if theirs not in more}},
        )  # fmt: skip
        made = field_mapping(name, spec, {}, mapping.dialect)
        fields[name] = replace(field, values=made.values, to_value=made.to_value, to_raw=made.to_raw)
    return replace(mapping, fields=MappingProxyType(fields))


def _wanted(field: FieldMapping) -> tuple[str, ...]:
    """Return what should be there; of choices none of which is, the last stands for all: it is the plainest."""
    return field.choices[-1:] or field.sources


def _missing(mapping: RecordMapping, field: str, source: str, schema: Schema) -> str:
    guess = did_you_mean(source, schema.fields)
    return f"{mapping.object}: the account has no property '{source}' ({field}){guess}"
