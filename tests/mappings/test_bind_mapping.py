"""A mapping meets an account that lacks properties, or calls them otherwise."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mappings import RecordMapping, bind, is_writable, shipped_mapping, to_canonical, to_source, with_properties
from syncd.model import Field, FieldType, Raw, Ref, Schema, SourceRecord


@pytest.fixture
def contacts() -> RecordMapping:
    found = shipped_mapping("hubspot", "contacts")
    assert found is not None
    return found


def _schema(mapping: RecordMapping, *, without: tuple[str, ...] = (), extra: tuple[Field, ...] = ()) -> Schema:
    fields = {name: Field(name, FieldType.TEXT) for name in mapping.properties if name not in without}
    return Schema(mapping.object, fields | {field.name: field for field in extra})


def _record(**values: Raw) -> SourceRecord:
    return SourceRecord(Ref("main", "Contact", "1"), values, None, datetime(2026, 1, 1, tzinfo=UTC))


def test_account_that_has_everything_loses_nothing(contacts: RecordMapping) -> None:
    bound, sentences = bind(contacts, _schema(contacts))

    assert bound.fields.keys() == contacts.fields.keys()
    assert bound.properties == contacts.properties
    assert sentences == ()


def test_optional_property_goes_without_a_word(contacts: RecordMapping) -> None:
    bound, sentences = bind(contacts, _schema(contacts, without=("data_quality_flags",)))

    assert "quality_flags" not in bound.fields
    assert "data_quality_flags" not in bound.properties
    assert sentences == ()


def test_vanished_property_is_named_and_never_asked_for_again(contacts: RecordMapping) -> None:
    renamed = Field("job_title", FieldType.TEXT)

    bound, sentences = bind(contacts, _schema(contacts, without=("jobtitle",), extra=(renamed,)))

    assert "jobtitle" not in bound.properties
    assert not is_writable(bound, "job_title")
    assert sentences == ("contacts: the account has no property 'jobtitle' (job_title) (did you mean 'job_title'?)",)


def test_field_of_two_properties_lives_on_the_one_that_is_left(contacts: RecordMapping) -> None:
    bound, sentences = bind(contacts, _schema(contacts, without=("hs_email_bad_address",)))

    assert bound.fields["has_bounced"].sources == ("hs_email_hard_bounce_reason_enum",)
    assert len(sentences) == 1


def test_property_that_the_account_keeps_read_only_is_only_read(contacts: RecordMapping) -> None:
    locked = Field("website", FieldType.TEXT, is_writable=False)

    bound, sentences = bind(contacts, _schema(contacts, extra=(locked,)))

    assert "website" in bound.fields
    assert not is_writable(bound, "website")
    assert sentences == ("contacts: property 'website' (website) is read-only in this account",)


def test_property_of_another_name_is_asked_for_and_must_exist(contacts: RecordMapping) -> None:
    renamed = with_properties(contacts, {"quality_flags": "my_flags"})

    bound, sentences = bind(renamed, _schema(contacts))

    assert "my_flags" in renamed.properties
    assert "quality_flags" not in bound.fields
    assert sentences == ("contacts: the account has no property 'my_flags' (quality_flags)",)


def test_field_is_the_first_of_its_choices_that_the_account_has() -> None:
    contact = shipped_mapping("salesforce", "Contact")
    assert contact is not None

    with_codes, told = bind(contact, _schema(contact))
    without_codes, _ = bind(contact, _schema(contact, without=("MailingCountryCode", "MailingStateCode")))

    assert told == ()
    assert with_codes.fields["country"].sources == ("MailingCountryCode",)
    assert "MailingCountry" in with_codes.properties
    assert without_codes.fields["country"].sources == ("MailingCountry",)
    assert "MailingCountryCode" not in without_codes.properties
    assert is_writable(without_codes, "country")


def test_text_without_its_code_is_read_and_written_as_the_code() -> None:
    contact = shipped_mapping("salesforce", "Contact")
    assert contact is not None
    bound, _ = bind(contact, _schema(contact))

    read = {
        code: to_canonical(bound, _record(MailingCountryCode=code, MailingCountry="Deutschland")).values["country"]
        for code in (None, "AT")
    }

    assert read == {None: "Deutschland", "AT": "AT"}
    assert to_canonical(bound, _record(MailingCountryCode=None, MailingCountry=None)).values["country"] is None
    assert "country" not in to_canonical(bound, _record(MailingCountry="Deutschland")).values
    assert to_source(bound, "country", "DE") == ("MailingCountryCode", "DE")


def test_field_none_of_whose_choices_is_there_is_named_by_the_plainest() -> None:
    contact = shipped_mapping("salesforce", "Contact")
    assert contact is not None

    bound, told = bind(contact, _schema(contact, without=("MailingCountryCode", "MailingCountry")))

    assert "country" not in bound.fields
    assert [one.partition(" (did")[0] for one in told] == [
        "Contact: the account has no property 'MailingCountry' (country)"
    ]


def test_choice_can_be_taken_away_by_naming_the_property() -> None:
    contact = shipped_mapping("salesforce", "Contact")
    assert contact is not None

    bound, _ = bind(with_properties(contact, {"country": "MailingCountry"}), _schema(contact))

    assert bound.fields["country"].sources == ("MailingCountry",)


def test_another_property_name_changes_the_fingerprint(contacts: RecordMapping) -> None:
    assert with_properties(contacts, {"quality_flags": "my_flags"}).fingerprint != contacts.fingerprint


def test_field_of_several_properties_cannot_be_renamed(contacts: RecordMapping) -> None:
    with pytest.raises(ValueError, match="has_bounced has more than one property"):
        with_properties(contacts, {"has_bounced": "my_bounce"})
