"""An org whose states and countries come from picklists."""

from __future__ import annotations

import pytest

CODES = "MailingCountry, MailingCountryCode, MailingState, MailingStateCode"


@pytest.fixture
def listed(org):
    org.set(state_country_picklists=True)
    return org


def held(http, one):
    row = http.query(f"SELECT {CODES} FROM Contact WHERE Id = '{one}'")["records"][0]
    return tuple(row[name.strip()] for name in CODES.split(","))


def test_code_brings_its_text_and_text_its_code(listed):
    by_code = listed.create("Contact", LastName="Lovelace", MailingCountryCode="US", MailingStateCode="CA")
    by_text = listed.create("Contact", LastName="Byron", MailingCountry="germany")

    assert held(listed, by_code) == ("United States", "US", "California", "CA")
    assert held(listed, by_text) == ("Germany", "DE", None, None)


def test_codes_are_told_by_describe_with_the_values_they_take(listed):
    fields = {it["name"]: it for it in listed.get("/sobjects/Contact/describe")["fields"]}

    country = fields["MailingCountryCode"]
    assert (country["type"], country["restrictedPicklist"]) == ("picklist", True)
    assert {"value": "DE", "label": "Germany"}.items() <= next(
        one for one in country["picklistValues"] if one["value"] == "DE"
    ).items()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"MailingCountry": "Narnia"}, "There's a problem with this country"),
        ({"MailingState": "California"}, "A country/territory must be specified before specifying a state value"),
        ({"MailingCountryCode": "DE", "MailingState": "California"}, "There's a problem with this state"),
    ],
)
def test_what_no_list_knows_is_refused(listed, values, message):
    one = listed.create("Contact", LastName="Lovelace")

    status, code, told = listed.refused("PATCH", f"/sobjects/Contact/{one}", values)

    assert (status, code) == (400, "FIELD_INTEGRITY_EXCEPTION")
    assert told.startswith(message)


def test_texts_from_before_keep_standing_and_those_that_a_list_knows_have_codes(org):
    known = org.create("Contact", LastName="Lovelace", MailingCountry="United States", MailingState="CA")
    unknown = org.create("Contact", LastName="Byron", MailingCountry="Deutschland")
    coded = org.create("Contact", LastName="Babbage", MailingCountry="GB")

    org.set(state_country_picklists=True)

    assert held(org, coded)[1] == "GB"
    assert held(org, known) == ("United States", "US", "CA", "CA")
    assert held(org, unknown) == ("Deutschland", None, None, None)


def test_clearing_the_code_clears_the_text(listed):
    one = listed.create("Contact", LastName="Lovelace", MailingCountryCode="US", MailingStateCode="CA")

    listed.ask("PATCH", f"/sobjects/Contact/{one}", {"MailingStateCode": None})

    assert held(listed, one) == ("United States", "US", None, None)
