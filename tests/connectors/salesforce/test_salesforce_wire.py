"""Ids, describes and rows, in our words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.calls import Reply
from connectors.salesforce.address import Address
from connectors.salesforce.credentials import Flow
from connectors.salesforce.ids import is_id, long_id
from connectors.salesforce.schema import Described
from connectors.salesforce.wire import found_of, moment_of, record_of
from syncd.errors import BrokenPromiseError
from syncd.model import FieldType, Ref
from tests.connectors.doubles import answer
from tests.connectors.salesforce.conftest import row

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def field(name="X__c", type_="string", **more):
    return {"name": name, "type": type_, "label": "X", "updateable": True, "calculated": False, "length": 80, **more}


def described(*fields):
    return Described("Contact", {"fields": list(fields)}).schema.fields


@pytest.mark.parametrize(
    ("short", "long"), [("0035500001H9kZu", "0035500001H9kZuAAJ"), ("001AAAAAAAAAAAA", "001AAAAAAAAAAAAY55")]
)
def test_an_id_gets_its_check_sum(short, long):
    assert long_id(short) == long == long_id(long)


@given(st.text(LETTERS, min_size=15, max_size=15))
def test_ids_that_differ_in_case_differ_in_their_check_sum(text):
    other = text.swapcase()

    assert is_id(long_id(text))
    assert (long_id(text)[15:] == long_id(other)[15:]) == (text == other)


@pytest.mark.parametrize("text", ["", "003", "0035500001H9kZ'", "0035500001H9kZuAAJx", "003 500001H9kZu"])
def test_what_is_no_id_stays_as_it_is(text):
    assert not is_id(text)
    assert long_id(text) == text


@pytest.mark.parametrize(
    ("type_", "ours"),
    [
        ("string", FieldType.TEXT), ("textarea", FieldType.TEXT), ("email", FieldType.TEXT), ("phone", FieldType.TEXT),
        ("url", FieldType.TEXT), ("reference", FieldType.TEXT), ("id", FieldType.TEXT), ("combobox", FieldType.TEXT),
        ("encryptedstring", FieldType.TEXT), ("anyType", FieldType.TEXT), ("of the future", FieldType.TEXT),
        ("boolean", FieldType.BOOLEAN), ("int", FieldType.NUMBER), ("double", FieldType.NUMBER),
        ("currency", FieldType.NUMBER), ("percent", FieldType.NUMBER), ("date", FieldType.DATE),
        ("datetime", FieldType.DATETIME), ("picklist", FieldType.CHOICE), ("multipicklist", FieldType.CHOICES),
    ],
)  # fmt: skip
def test_types_become_ours(type_, ours):
    assert described(field(type_=type_))["X__c"].type is ours


@pytest.mark.parametrize("type_", ["address", "location", "base64"])
def test_compound_fields_are_left_out(type_):
    assert described(field(type_=type_)) == {}


def test_formulas_and_fields_that_nobody_may_update_are_read_only():
    fields = described(field("A"), field("B", updateable=False), field("C__c", calculated=True))

    assert [one.is_writable for one in fields.values()] == [True, False, False]


def test_only_restricted_picklists_have_options_and_only_active_ones():
    values = [{"value": "a", "active": True}, {"value": "b", "active": False}]
    fields = described(
        field("Open", "picklist", picklistValues=values, restrictedPicklist=False),
        field("Closed__c", "picklist", picklistValues=values, restrictedPicklist=True),
    )

    assert (fields["Open"].options, fields["Closed__c"].options) == (frozenset(), frozenset({"a"}))


def test_text_has_its_length_and_numbers_have_none():
    fields = described(field(), field("N__c", "double", length=0))

    assert (fields["X__c"].max_length, fields["N__c"].max_length) == (80, None)


def test_an_answer_that_is_no_description_is_not_believed(desk):
    there = desk(answer(200, {}))

    with pytest.raises(BrokenPromiseError):
        there.connector.describe("Contact")


def test_values_stay_as_they_were_sent_and_absent_ones_stay_absent():
    sent = row(
        1, Email=None, Size__c=7, Flag__c=False, MailingAddress={"city": "Ulm"}, Account={"Name": "Acme", "Owner": None}
    )
    names = (
        "Email",
        "Size__c",
        "Flag__c",
        "MailingAddress",
        "Title",
        "Account.Name",
        "Account.Owner.Name",
        "Account.Site",
    )

    record = record_of(Ref("main", "Contact", sent["Id"]), sent, datetime(2026, 3, 1, tzinfo=UTC), names)

    assert record.values == {
        "Email": None, "Size__c": 7, "Flag__c": False, "Account.Name": "Acme", "Account.Owner.Name": None
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-03-17T16:21:26.000+0000", datetime(2022, 3, 17, 16, 21, 26, tzinfo=UTC)),
        ("2022-03-17T16:21:26Z", datetime(2022, 3, 17, 16, 21, 26, tzinfo=UTC)),
        ("2022-03-17T18:21:26+02:00", datetime(2022, 3, 17, 16, 21, 26, tzinfo=UTC)),
        ("soon", None),
        (None, None),
        (7, None),
    ],
)
def test_moments_are_understood(text, moment):
    assert moment_of(text) == moment


@pytest.mark.parametrize(
    "following", ["https://example.com/services/data/v60.0/query/1", "@example.com/", ".example.com/"]
)
def test_an_answer_that_goes_on_elsewhere_is_not_followed(following):
    reply = Reply(200, {"records": [], "done": False, "nextRecordsUrl": following}, None)

    with pytest.raises(BrokenPromiseError, match="none of its own"):
        found_of(reply)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("https://acme.my.salesforce.com", "https://acme.my.salesforce.com"),
        ("https://acme.my.salesforce.com.example.com", "https://login.salesforce.com"),
        ("https://acme.my.salesforce.com@example.com", "https://login.salesforce.com"),
        ("http://example.com", "https://login.salesforce.com"),
        ("", "https://login.salesforce.com"),
    ],
)
def test_no_token_goes_to_a_host_that_is_none_of_salesforces(told, expected):
    assert Address.of("", Flow.PASSWORD).instance(told) == expected
