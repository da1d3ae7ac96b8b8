"""Laws that hold for every value, both ways."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings import (
    RecordMapping,
    is_writable,
    mapping_problems,
    parse_mapping,
    shipped_mapping,
    to_canonical,
    to_source,
)
from mappings.spec import CrmSpec
from mappings.values import READERS, WRITERS, ValueType, read_text
from syncd.model import Raw, Record, Ref, SourceRecord, Value

#: A law holds on a busy machine too.
untimed = settings(deadline=None)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
ALL_TYPES = """
crm: hubspot
object: contacts
kind: person
fields:
  x_text: {source: a_text, type: text, write: true}
  x_bool: {source: a_bool, type: bool, write: true}
  x_number: {source: a_number, type: number, write: true}
  x_datetime: {source: a_datetime, type: datetime, write: true}
  x_date: {source: a_date, type: date, write: true}
  x_list: {source: a_list, type: list, write: true}
  x_choice: {source: a_choice, type: text, write: true, values: {NEW: new, OPEN_DEAL: open}}
examples:
  - {given: {}, becomes: {}}
"""
MAPPING = parse_mapping(ALL_TYPES, "all_types.yaml")

_PARTS = st.text(st.characters(exclude_characters=";", exclude_categories=["Cs"]), min_size=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENTS = st.integers(-(2 * 10**12), 7 * 10**12).map(lambda count: _EPOCH + timedelta(milliseconds=count))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "x_text": st.text(min_size=1),
    "x_bool": st.booleans(),
    "x_number": st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False),
    "x_datetime": _MOMENTS,
    "x_date": st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    "x_list": st.lists(_PARTS, min_size=1).map(tuple),
    "x_choice": st.sampled_from(["new", "open"]),
}
RAWS: st.SearchStrategy[Raw] = st.none() | st.text() | st.booleans() | st.integers() | st.floats()


def _source(**values: Raw) -> SourceRecord:
    return SourceRecord(Ref("main", "contacts", "1"), values, NOW, NOW)


def _read(mapping: RecordMapping, **values: Raw) -> Record:
    return to_canonical(mapping, _source(**values))


@untimed
@given(st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name])))
def test_what_is_written_reads_back_as_the_same_value(pair: tuple[str, Value]) -> None:
    field, value = pair

    written, raw = to_source(MAPPING, field, value)

    assert isinstance(raw, str)  # HubSpot knows nothing else
    assert _read(MAPPING, **{written: raw}).values == {field: value}


@untimed
@given(st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name])))
def test_writing_what_was_read_changes_nothing(pair: tuple[str, Value]) -> None:
    field, value = pair
    source, raw = to_source(MAPPING, field, value)

    again = to_source(MAPPING, field, _read(MAPPING, **{source: raw}).values[field])

    assert again == (source, raw)


@untimed
@given(st.dictionaries(st.sampled_from(MAPPING.properties), RAWS))
def test_whatever_the_crm_sends_is_read_or_told_and_never_raises(raws: dict[str, Raw]) -> None:
    source = _source(**raws)

    record, problems = to_canonical(MAPPING, source), mapping_problems(MAPPING, source)

    fetched = {field.name for field in MAPPING.fields.values() if field.property in raws}
    assert set(record.values) | {problem.field for problem in problems} == fetched
    assert not set(record.values) & {problem.field for problem in problems}


@untimed
@given(st.sets(st.sampled_from(MAPPING.properties)))
def test_absent_stays_absent(fetched: set[str]) -> None:
    record = _read(MAPPING, **dict.fromkeys(fetched, None))

    assert set(record.values) == {field.name for field in MAPPING.fields.values() if field.property in fetched}


@pytest.mark.parametrize("field", sorted(MAPPING.fields))
@pytest.mark.parametrize("empty", [None, ""])
def test_empty_stays_empty_both_ways(field: str, empty: Raw) -> None:
    source = MAPPING.fields[field].property

    record = _read(MAPPING, **{source: empty})

    assert record.values == {field: None}
    assert to_source(MAPPING, field, None) == (source, "")


@untimed
@given(st.text())
def test_shipped_text_comes_through_untouched(text: str) -> None:
    contacts = shipped_mapping("hubspot", "contacts")
    assert contacts is not None

    record = _read(contacts, email=text, firstname=text)

    assert record.values == {"email": text or None, "first_name": text or None}


@pytest.mark.parametrize("value_type", list(ValueType))
@untimed
@given(data=st.data())
def test_json_scalars_survive_too(value_type: ValueType, data: st.DataObject) -> None:
    value = data.draw(VALUES[f"x_{value_type}"])

    raw = WRITERS[value_type](value)

    assert READERS[value_type](raw) == value
    assert READERS[value_type](read_text(raw)) == value


@untimed
@given(st.integers(-(10**12), 10**13))
def test_epoch_milliseconds_are_moments(milliseconds: int) -> None:
    expected = _EPOCH + timedelta(milliseconds=milliseconds)

    assert READERS[ValueType.DATETIME](milliseconds) == expected


def test_crm_that_clears_with_null_is_cleared_with_null() -> None:
    mapping = parse_mapping(ALL_TYPES, "all_types.yaml")
    object.__setattr__(mapping, "dialect", CrmSpec(usual=[], empty=None, scalars="json"))

    assert to_source(mapping, "x_text", None) == ("a_text", None)


def test_only_fields_that_say_so_are_writable() -> None:
    contacts = shipped_mapping("hubspot", "contacts")
    assert contacts is not None

    assert is_writable(contacts, "email")
    assert not is_writable(contacts, "last_opened")
    assert not is_writable(contacts, "lifecycle_stage")
    assert not is_writable(contacts, "no_such_field")
