"""HubSpot's JSON becomes our nouns without losing or inventing anything."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.hubspot.schema import schema_of
from connectors.hubspot.wire import inline_links, merged_away, moment_of, record_of
from syncd.errors import BrokenPromiseError
from syncd.model import FieldType

ROW = {
    "id": "33451",
    "properties": {
        "email": "a@b.com",
        "phone": "",
        "city": None,
        "createdate": "2022-06-01T14:31:48.469Z",
        "lastmodifieddate": "2025-07-07T20:27:17.947Z",
    },
    "createdAt": "2022-06-01T14:31:48.469Z",
    "updatedAt": "2025-07-07T20:27:17.947Z",
}


def test_values_stay_as_they_were_sent():
    record = record_of("main", "contacts", ROW)

    assert record.values["phone"] == ""
    assert record.values["city"] is None
    assert "fax" not in record.values
    assert str(record.ref) == "main/contacts/33451"


def test_times_are_hubspots():
    record = record_of("main", "contacts", ROW)

    assert record.modified_at == datetime(2025, 7, 7, 20, 27, 17, 947000, tzinfo=UTC)
    assert record.created_at == datetime(2022, 6, 1, 14, 31, 48, 469000, tzinfo=UTC)


def test_without_its_property_the_time_of_the_envelope_counts():
    record = record_of("main", "companies", ROW)

    assert record.modified_at == datetime(2025, 7, 7, 20, 27, 17, 947000, tzinfo=UTC)


@pytest.mark.parametrize("row", [{"id": "1", "properties": {}}, {"id": "x", "updatedAt": "2025-07-07T20:27:17Z"}, {}])
def test_a_row_that_cannot_be_a_record_is_a_broken_promise(row):
    with pytest.raises(BrokenPromiseError):
        record_of("main", "contacts", row)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-07-07T20:27:17Z", datetime(2025, 7, 7, 20, 27, 17, tzinfo=UTC)),
        ("2025-07-07T20:27:17.9Z", datetime(2025, 7, 7, 20, 27, 17, 900000, tzinfo=UTC)),
        ("2025-07-07T22:27:17+02:00", datetime(2025, 7, 7, 20, 27, 17, tzinfo=UTC)),
        ("1751920037000", datetime(2025, 7, 7, 20, 27, 17, tzinfo=UTC)),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_moments_come_in_several_spellings(text, moment):
    assert moment_of(text) == moment


def test_ids_merged_into_a_record_are_gone():
    record = record_of("main", "contacts", {**ROW, "properties": {"hs_merged_object_ids": "7;8;33451"}})

    gone = merged_away([record])

    assert {id_: one.merged_into for id_, one in gone.items()} == {"7": "33451", "8": "33451"}


def test_the_primary_company_comes_first():
    links = [{"id": "1", "type": "contact_to_company_unlabeled"}, {"id": "2", "type": "contact_to_company"}]
    row = {"associations": {"companies": {"results": links}}}

    assert inline_links(row, "companies") == (("2", "1"), True)


def test_the_primary_company_is_known_by_its_property_too():
    links = [{"id": "1", "type": "contact_to_company"}, {"id": "2", "type": "contact_to_company"}]
    row = {"properties": {"associatedcompanyid": "2"}, "associations": {"companies": {"results": links}}}

    assert inline_links(row, "companies") == (("2", "1"), True)


def test_a_list_of_links_that_goes_on_is_known_to_be_cut():
    told = {"results": [{"id": "1", "type": "x"}], "paging": {"next": {"after": "2"}}}

    assert inline_links({"associations": {"companies": told}}, "companies") == (("1",), False)


def test_a_record_without_links_has_none():
    assert inline_links({}, "companies") == ((), True)


def test_properties_are_described_in_words_both_crms_share():
    properties = [
        {"name": "email", "type": "string", "fieldType": "text", "label": "E-mail", "hasUniqueValue": True},
        {"name": "tags", "type": "enumeration", "fieldType": "checkbox", "options": [{"value": "a"}, {"value": "b"}]},
        {"name": "status", "type": "enumeration", "fieldType": "select", "options": [{"value": "NEW"}]},
        {"name": "owner", "type": "enumeration", "fieldType": "select", "externalOptions": True, "options": []},
        {"name": "score", "type": "number", "calculated": True},
        {"name": "opened", "type": "datetime", "modificationMetadata": {"readOnlyValue": True}},
        {"name": "born", "type": "date"},
        {"name": "out", "type": "bool", "fieldType": "booleancheckbox", "options": [{"value": "true"}]},
        {"name": "novelty", "type": "hologram"},
    ]

    fields = schema_of("contacts", {"results": properties}).fields

    assert {name: field.type for name, field in fields.items()} == {
        "email": FieldType.TEXT,
        "tags": FieldType.CHOICES,
        "status": FieldType.CHOICE,
        "owner": FieldType.CHOICE,
        "score": FieldType.NUMBER,
        "opened": FieldType.DATETIME,
        "born": FieldType.DATE,
        "out": FieldType.BOOLEAN,
        "novelty": FieldType.TEXT,
    }
    assert [name for name, field in fields.items() if not field.is_writable] == ["score", "opened"]
    assert fields["tags"].options == {"a", "b"}
    assert fields["owner"].options == frozenset()
    assert fields["email"].is_unique
    assert fields["email"].max_length == 65_536
