"""Records through a mapping, both ways. Pure: the same mapping and record give the same answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mappings.mapping import FieldMapping, ReadOnlyFieldError, RecordMapping, UnmappedValueError
from mappings.transforms import FIRST_NAMED, is_set
from mappings.values import read_text
from syncd.model import Raw, Record, SourceRecord, Value

#: The field that names the record which took the place of one that was kept.
SUPERSEDED_BY = "superseded_by"


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that does not fit its field. It is treated as not fetched; the CRM's text stays in the source record."""

    field: str
    property: str
    #: What is wrong with it; never the value itself.
    message: str


def to_canonical(mapping: RecordMapping, source: SourceRecord) -> Record:
    """Return the record as we spell it.

    A property that was not fetched gives no field; null and "" give None. So does text that the mapping's transforms
    leave nothing of. A value that does not fit the field's type gives no field either: see `mapping_problems`.
    """
    values, _ = read_values(mapping, source.values)
    links = {kind: source.links[name] for kind, name in mapping.links.items() if name in source.links}
    return Record(source.ref, mapping.kind, values, links, source.created_at, source.modified_at)


def mapping_problems(mapping: RecordMapping, source: SourceRecord) -> tuple[Problem, ...]:
    """Return the values of the record that do not fit their fields (FM-10)."""
    return read_values(mapping, source.values)[1]


def read_values(mapping: RecordMapping, raws: Mapping[str, Raw]) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    """Return our fields for the CRM's properties, and what could not be understood."""
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, source in mapping.verbatim:
        if source in raws:
            raw = raws[source]
            values[name] = raw or None if isinstance(raw, str) or raw is None else read_text(raw)
    for name, source, to_value in mapping.typed:
        if source not in raws:
            continue
        raw = raws[source]
        if raw is None or raw == "":
            values[name] = None
            continue
        try:
            value = to_value(raw)
        except ValueError as error:
            problems.append(Problem(name, source, str(error)))
        else:
            values[name] = None if value in ("", ()) else value
    values |= {field.name: _fallen_back(field, raws) for field in mapping.fallen if values.get(field.name, "") is None}
    for field in mapping.combined:
        is_known, found = _first_named(field, raws) if FIRST_NAMED in field.read else _any_set(field, raws)
        if is_known:
            values[field.name] = found
    return values, tuple(problems)


def to_source(mapping: RecordMapping, field: str, value: Value) -> tuple[str, Raw]:
    """Return the property that holds `field`, and what to write so that it holds `value`; None and "" clear it.

    Raises ReadOnlyFieldError when the mapping does not let the field be written, UnmappedValueError when the property
    cannot hold the value: a picklist without it, or a value of another type. Both are ValueErrors.
    """
    found = mapping.fields.get(field)
    if found is None or not found.is_writable or found.to_raw is None:
        raise ReadOnlyFieldError(f"{field} is not writable in {mapping.crm} {mapping.object}")
    if value is None or value in ("", ()):
        return found.property, mapping.dialect.empty
    try:
        return found.property, found.to_raw(value)
    except ValueError as error:
        raise UnmappedValueError(f"{field} {error}") from None


def to_new_source(mapping: RecordMapping, field: str, value: Value) -> tuple[str, Raw]:
    """Return the property of a new record that holds `field`, and what to write there: also where no fix may write it
    later, for a new record has nothing yet that anybody has entered.

    Raises as `to_source` does.
    """
    found = mapping.fields.get(field)
    if found is None or found.to_raw is None or found in mapping.combined:
        raise ReadOnlyFieldError(f"{field} has no property of its own in {mapping.crm} {mapping.object}")
    try:
        return found.property, found.to_raw(value)
    except ValueError as error:
        raise UnmappedValueError(f"{field} {error}") from None


def is_left_alone(mapping: RecordMapping, record: Record) -> bool:
    """Return whether nobody should judge or change this record: the mapping or the settings say so, or another one took
    its place."""
    if record.values.get(SUPERSEDED_BY) not in (None, ""):
        return True
    only = mapping.only
    if only is not None and not (record.values.keys() >= {*only.fields} and only.holds(record.values)):
        return True
    return any(record.values.get(name) == value for name, value in mapping.leave_alone.items())


def is_writable(mapping: RecordMapping, field: str) -> bool:
    """Return whether a fix may write this field."""
    found = mapping.fields.get(field)
    return found is not None and found.is_writable


def _fallen_back(field: FieldMapping, raws: Mapping[str, Raw]) -> Value:
    """Return what the other properties of a field hold whose own is empty."""
    return next((text for one in field.fallbacks if (text := read_text(raws.get(one)))), None)


def _any_set(field: FieldMapping, raws: Mapping[str, Raw]) -> tuple[bool, Value]:
    """Return whether it is known, and whether any source is set: not known when none is and one was not fetched."""
    is_known = True
    for source in field.sources:
        if source not in raws:
            is_known = False
        elif is_set(raws[source]):
            return True, True
    return is_known, False


def _first_named(field: FieldMapping, raws: Mapping[str, Raw]) -> tuple[bool, Value]:
    """Return whether any source was fetched, and our word for the first one whose value has one."""
    told = [read_text(raws[source]) for source in field.sources if source in raws]
    return bool(told), next((field.values[text] for text in told if text in field.values), None)
