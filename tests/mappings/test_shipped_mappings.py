"""What comes with syncd: every shipped mapping, and our own fields."""

from __future__ import annotations

import pytest

from mappings import RecordMapping, ValueType, canonical_fields, crms, kinds, mapped_objects, shipped_mapping
from mappings import shipped_mappings as all_of
from mappings.shipped import mapping_file
from mappings.spec import MappingSpec
from mappings.transforms import COMBINING, INVERSES
from syncd.located import read_document

SHIPPED = [mapping for crm in crms() for mapping in all_of(crm)]


def _name(mapping: RecordMapping) -> str:
    return f"{mapping.crm}-{mapping.object}"


def test_hubspot_objects_are_mapped() -> None:
    activities = {"calls", "emails", "meetings", "notes", "tasks"}

    assert set(mapped_objects("hubspot")) == {"companies", "contacts", "deals", "tickets"} | activities


def test_object_without_a_shipped_mapping_has_none() -> None:
    assert shipped_mapping("hubspot", "quotes") is None
    assert shipped_mapping("no_such_crm", "contacts") is None


@pytest.mark.parametrize("mapping", SHIPPED, ids=_name)
def test_file_is_named_after_its_object(mapping: RecordMapping) -> None:
    assert mapping.file == f"mappings/{mapping.crm}/{mapping.object}.yaml"


def test_salesforce_objects_are_mapped() -> None:
    sales = {"Account", "Contact", "Lead", "Opportunity"}

    assert set(mapped_objects("salesforce")) == sales | {"Case", "Event", "Task"}


# What a company keeps in objects of its own, no CRM knows beforehand.
@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind != "custom"])
def test_every_canonical_field_of_the_kind_has_a_source_in_hubspot(kind: str) -> None:
    mapped = {name for mapping in all_of("hubspot") if mapping.kind == kind for name in mapping.fields}

    assert {name for name in mapped if not name.startswith("x_")} == set(canonical_fields(kind))


@pytest.mark.parametrize("mapping", all_of("salesforce"), ids=_name)
def test_what_salesforce_makes_of_other_fields_is_never_written(mapping: RecordMapping) -> None:
    written = {source for field in mapping.fields.values() if field.is_writable for source in field.sources}

    made = {"Name"} if mapping.kind == "person" else set()
    assert written.isdisjoint({"MailingAddress", "OtherAddress", "BillingAddress", "Address", *made})


@pytest.mark.parametrize("mapping", SHIPPED, ids=_name)
def test_shipped_text_is_never_cleaned_on_the_way_in(mapping: RecordMapping) -> None:
    text = [field for field in mapping.fields.values() if field.type is ValueType.TEXT]

    # What is only another spelling has a way back; what looks at several properties is the CRM's own, not a text.
    harmless = COMBINING | INVERSES.keys()
    assert [field.name for field in text if not harmless.issuperset(field.read)] == []


@pytest.mark.parametrize("mapping", SHIPPED, ids=_name)
def test_examples_show_reading_clearing_and_writing(mapping: RecordMapping) -> None:
    file = mapping_file(mapping.crm, mapping.object)
    assert file is not None

    spec = MappingSpec.model_validate(read_document(file.read_text("utf-8"), file.name).data)

    assert any(example.writes for example in spec.examples)
    assert any(None in example.becomes.values() for example in spec.examples)


@pytest.mark.parametrize("kind", kinds())
def test_canonical_field_says_what_it_means_in_one_sentence(kind: str) -> None:
    meanings = [field.meaning for field in canonical_fields(kind).values()]

    assert all(meaning.endswith(".") and ". " not in meaning.rstrip(".") for meaning in meanings)


def test_properties_that_few_accounts_have_are_optional() -> None:
    contacts = shipped_mapping("hubspot", "contacts")
    assert contacts is not None

    optional = {field.name for field in contacts.fields.values() if field.is_optional}

    assert optional >= {"quality_flags", "normalised_title", "lead_source", "seniority", "opt_in"}
    assert optional.isdisjoint({"first_name", "last_name", "email", "phone", "owner"})


def test_mapping_file_fingerprint_is_stable_and_differs_between_objects() -> None:
    fingerprints = {mapping.fingerprint for mapping in SHIPPED}

    assert len(fingerprints) == len(SHIPPED)
    assert all(shipped_mapping(mapping.crm, mapping.object) is mapping for mapping in SHIPPED)
