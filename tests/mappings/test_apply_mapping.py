"""Single cases of reading and writing through a mapping."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from mappings import (
    Problem,
    ReadOnlyFieldError,
    UnmappedValueError,
    is_left_alone,
    mapping_problems,
    parse_mapping,
    shipped_mapping,
    to_canonical,
    to_source,
)
from mappings.transforms import long_id, to_zone_words, zone_words
from mappings.values import UnfitError, read_bool, read_date, read_datetime, read_list, read_number
from syncd.model import Raw, Ref, SourceRecord, Value

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MAPPING = parse_mapping(
    """
crm: hubspot
object: contacts
kind: person
fields:
  email: {source: email, read: [trim, lower], write: true}
  phone: {source: phone, read: [digits]}
  lead_status: {source: hs_lead_status, write: true, values: {NEW: new, BRAND_NEW: new, OPEN: open}}
  x_topics: {source: topics, type: list, write: true, values: {A: alpha, B: beta}}
  x_score: {source: score, type: number, write: true}
  x_bad: {source: [reason, bad], type: bool, read: [is_set]}
links: {company: companies, deal: deals}
examples:
  - {given: {email: " Ada@B.example"}, becomes: {email: ada@b.example}, writes: {email: ada@b.example}}
""",
    "mapping.yaml",
)


def _source(**values: Raw) -> SourceRecord:
    links = {"companies": ("7", "9"), "tickets": ("1",)}
    return SourceRecord(Ref("main", "contacts", "1"), values, NOW, NOW, links)


def _values(**values: Raw) -> dict[str, Value]:
    return dict(to_canonical(MAPPING, _source(**values)).values)


def test_transforms_run_in_the_order_they_are_written() -> None:
    assert _values(email=" Ada@B.Example ", phone="+1 (415) 555-0100") == {
        "email": "ada@b.example",
        "phone": "14155550100",
    }


def test_text_that_transforms_leave_nothing_of_is_empty() -> None:
    assert _values(phone="none") == {"phone": None}


def test_picklist_values_are_translated_and_unknown_ones_come_through() -> None:
    assert _values(hs_lead_status="BRAND_NEW") == {"lead_status": "new"}
    assert _values(hs_lead_status="IN_PROGRESS") == {"lead_status": "IN_PROGRESS"}
    assert _values(topics="A;;C;B") == {"x_topics": ("alpha", "C", "beta")}


def test_first_of_several_picklist_values_is_written() -> None:
    assert to_source(MAPPING, "lead_status", "new") == ("hs_lead_status", "NEW")
    assert to_source(MAPPING, "x_topics", ("beta", "alpha")) == ("topics", "B;A")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lead_status", "closed"),
        ("lead_status", 7),
        ("x_topics", ("alpha", "gamma")),
        ("x_score", "12"),
        ("x_score", True),
        ("email", 12),
    ],
)
def test_value_the_property_cannot_hold_is_refused_without_repeating_it(field: str, value: Value) -> None:
    with pytest.raises(UnmappedValueError) as caught:
        to_source(MAPPING, field, value)

    assert str(caught.value).startswith(field)
    assert str(value) not in str(caught.value)


@pytest.mark.parametrize("field", ["phone", "x_bad", "no_such_field"])
def test_field_that_is_not_writable_is_refused(field: str) -> None:
    with pytest.raises(ReadOnlyFieldError, match=f"{field} is not writable in hubspot contacts"):
        to_source(MAPPING, field, "x")


def test_value_of_the_wrong_type_is_left_out_and_told() -> None:
    source = _source(score="123;456", email="a@b.example")

    assert to_canonical(MAPPING, source).values == {"email": "a@b.example"}
    assert mapping_problems(MAPPING, source) == (Problem("x_score", "score", "is not a number"),)


@pytest.mark.parametrize(
    ("raws", "expected"),
    [
        ({"reason": "UNKNOWN_USER", "bad": None}, {"x_bad": True}),
        ({"reason": None, "bad": "true"}, {"x_bad": True}),
        ({"reason": "", "bad": "false"}, {"x_bad": False}),
        ({"reason": None, "bad": None}, {"x_bad": False}),
        ({"reason": "UNKNOWN_USER"}, {"x_bad": True}),  # one is enough to say yes
        ({"reason": None}, {}),  # but not to say no
        ({}, {}),
    ],
)
def test_is_set_is_known_only_when_it_can_be(raws: dict[str, Raw], expected: dict[str, Value]) -> None:
    assert _values(**raws) == expected


def test_links_come_by_kind_and_only_when_they_were_fetched() -> None:
    record = to_canonical(MAPPING, _source())

    assert record.links == {"company": ("7", "9")}


def test_record_keeps_its_place_and_times() -> None:
    record = to_canonical(MAPPING, _source())

    assert (record.ref, record.kind, record.created_at, record.modified_at) == (
        Ref("main", "contacts", "1"),
        "person",
        NOW,
        NOW,
    )


@pytest.mark.parametrize("raw", ["", "12,5", "1 000", "1e999", "NaN", "inf", "0x10", "1_000", "123;456", "٣", True])
def test_what_only_looks_like_a_number_is_none(raw: Raw) -> None:
    with pytest.raises(UnfitError):
        read_number(raw)


@pytest.mark.parametrize(
    ("raw", "number"),
    [("67340.0", 67340), (" 12.50 ", 12.5), ("-3", -3), (".5", 0.5), ("1E3", 1000), (250, 250), ("9" * 400, None)],
)
def test_numbers_are_understood_as_crms_write_them(raw: Raw, number: float | None) -> None:
    if number is None:
        with pytest.raises(UnfitError):
            read_number(raw)
        return

    assert read_number(raw) == number


@pytest.mark.parametrize(
    "raw",
    ["", "soon", "2026-13-01", "9999999999999999", "20260301T", "0000-00-00", True, None, math.inf, math.nan, 1e300],
)
def test_what_is_no_moment_is_told(raw: Raw) -> None:
    with pytest.raises(UnfitError):
        read_datetime(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-03-01T09:30:00.000Z",
        "2026-03-01T10:30:00+01:00",
        "2026-03-01T09:30:00.000+0000",
        "2026-03-01T09:30:00",
        "1772357400000",
        pytest.param(1772357400000, id="as a JSON number"),
    ],
)
def test_moments_are_understood_in_every_spelling(raw: Raw) -> None:
    assert read_datetime(raw) == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def test_moment_at_the_edge_of_time_is_told() -> None:
    with pytest.raises(UnfitError):
        read_datetime("0001-01-01T00:00:00+14:00")
    with pytest.raises(UnfitError):
        read_date("never")


@pytest.mark.parametrize(("raw", "value"), [("true", True), (" FALSE ", False), (True, True)])
def test_truth_values_are_understood(raw: Raw, value: bool) -> None:  # noqa: FBT001 - the subject
    assert read_bool(raw) is value


@pytest.mark.parametrize("raw", ["yes", "1", 0, None])
def test_what_is_neither_true_nor_false_is_told(raw: Raw) -> None:
    with pytest.raises(UnfitError):
        read_bool(raw)


def test_leading_semicolon_of_a_list_is_no_value() -> None:
    assert read_list(";A;B") == ("A", "B")


def test_part_with_a_semicolon_cannot_be_written_to_a_list() -> None:
    contacts = parse_mapping(
        "{crm: hubspot, object: contacts, kind: person, fields: {x_t: {source: t, type: list, write: true}}, "
        "examples: [{given: {}, becomes: {}}]}",
        "inline.yaml",
    )

    with pytest.raises(UnmappedValueError, match="x_t should be a list of texts without semicolons"):
        to_source(contacts, "x_t", ("a;b",))


def test_bounce_reason_of_hubspot_means_bounced() -> None:
    contacts = shipped_mapping("hubspot", "contacts")
    assert contacts is not None

    record = to_canonical(contacts, _source(hs_email_hard_bounce_reason_enum="OTHER", hs_email_bad_address=None))

    assert record.values == {"has_bounced": True}


def _salesforce(object_name: str, **values: Raw) -> SourceRecord:
    named = {name.replace("__", "."): value for name, value in values.items()}
    return SourceRecord(Ref("main", object_name, "1"), named, NOW, NOW)


@pytest.mark.parametrize(
    ("values", "source"),
    [
        ({"CreatedBy__Profile__Name": "Minimum Access - API Only Integrations", "LeadSource": "Web"}, "INTEGRATION"),
        ({"CreatedBy__Profile__Name": "Standard User", "LeadSource": "Web"}, "FORMS"),
        ({"LeadSource": "Other", "CreatedBy__UserType": "Standard"}, "CRM_UI"),
        ({"LeadSource": None}, None),
    ],
)
def test_first_property_whose_value_is_named_tells(values: dict[str, Raw], source: str | None) -> None:
    contact = shipped_mapping("salesforce", "Contact")
    assert contact is not None

    record = to_canonical(contact, _salesforce("Contact", **values))

    assert record.values["created_source"] == source


def test_what_is_told_by_properties_that_were_not_fetched_is_not_known() -> None:
    contact = shipped_mapping("salesforce", "Contact")
    assert contact is not None

    assert "created_source" not in to_canonical(contact, _salesforce("Contact", FirstName="Ada")).values


@pytest.mark.parametrize(("converted", "alone"), [(True, True), (False, False), (None, False)])
def test_converted_lead_is_left_alone(converted: Raw, alone: bool) -> None:  # noqa: FBT001 - a row of the table
    lead = shipped_mapping("salesforce", "Lead")
    assert lead is not None

    assert is_left_alone(lead, to_canonical(lead, _salesforce("Lead", IsConverted=converted))) is alone


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("america_slash_new_york", "America/New_York"),
        ("america_slash_port_hyphen_au_hyphen_prince", "America/Port-au-Prince"),
        ("africa_slash_dar_es_salaam", "Africa/Dar_es_Salaam"),
        ("america_slash_argentina_slash_buenos_aires", "America/Argentina/Buenos_Aires"),
        ("antarctica_slash_mcmurdo", "Antarctica/McMurdo"),
        ("us_slash_pacific", "US/Pacific"),
    ],
)
def test_time_zone_in_words_is_read_and_written_back(words: str, zone: str) -> None:
    assert zone_words(words) == zone
    assert to_zone_words(zone) == words


def test_time_zone_that_is_spelled_plainly_stays_as_it_is() -> None:
    assert zone_words("Europe/Berlin") == "Europe/Berlin"
    assert zone_words("CET") == to_zone_words("CET") == "CET"


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("001A0000006Vm9r", "001A0000006Vm9rIAC"),
        (" 003Hs00000ABCDe ", "003Hs00000ABCDeIAP"),
        ("001A0000006Vm9rIAC", "001A0000006Vm9rIAC"),
        ("12345678901", "12345678901"),
        ("123456789012345", "123456789012345"),  # digits only: an id of another system
    ],
)
def test_id_of_fifteen_signs_is_read_as_the_one_of_eighteen(short: str, long: str) -> None:
    assert long_id(short) == long


def test_time_zone_is_written_in_the_words_of_the_list() -> None:
    contacts = shipped_mapping("hubspot", "contacts")
    assert contacts is not None

    assert to_source(contacts, "time_zone", "Europe/Isle_of_Man") == ("hs_timezone", "europe_slash_isle_of_man")
