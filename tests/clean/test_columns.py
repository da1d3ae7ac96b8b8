from __future__ import annotations

import pytest

from syncd.clean import guess_columns
from syncd.errors import ConfigError


@pytest.mark.parametrize(
    ("headings", "kind", "fields"),
    [
        # HubSpot's own export
        (
            ["Record ID", "First Name", "Last Name", "Email", "Phone Number", "State/Region", "Country/Region"],
            "person",
            ["", "first_name", "last_name", "email", "phone", "state", "country"],
        ),
        # Salesforce
        (
            ["Salutation", "First Name", "Last Name", "Title", "Account Name", "Mailing Zip/Postal Code"],
            "person",
            ["salutation", "first_name", "last_name", "job_title", "company_name", "postal_code"],
        ),
        (
            ["Vorname", "Name", "E-Mail-Adresse", "Straße", "PLZ", "Ort", "Land"],
            "person",
            ["first_name", "last_name", "email", "street", "postal_code", "city", "country"],
        ),
        (["Prénom", "Nom", "Courriel", "Société"], "person", ["first_name", "last_name", "email", "company_name"]),
        (["Nombre", "Apellidos", "Correo electrónico"], "person", ["first_name", "last_name", "email"]),
        (["Имя", "Фамилия", "Телефон", "Страна"], "person", ["first_name", "last_name", "phone", "country"]),
        (["Name", "Domain", "Employees", "Country"], "company", ["name", "domain", "employee_count", "country"]),
        (["Company name", "Website URL", "Industry"], "company", ["name", "website", "industry"]),
        (["first_name", "FIRSTNAME", "e-mail"], "person", ["first_name", "", "email"]),
    ],
)
def test_headings_people_use_are_understood(headings, kind, fields):
    columns = guess_columns(headings)

    assert columns.kind == kind
    assert [column.field for column in columns.all] == fields


def test_what_is_given_beats_the_guess():
    columns = guess_columns(["Contact", "Email", "Notes"], given={"Contact": "last_name", "Email": ""})

    assert columns.by_field == {"last_name": 0}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"Emial": "email"}, r"no column 'Emial' \(did you mean 'Email'\?\)"),
        ({"Email": "emial"}, r"no field 'emial' \(did you mean 'email'\?\)"),
    ],
)
def test_wrong_choice_is_one_clear_sentence(given, message):
    with pytest.raises(ConfigError, match=message):
        guess_columns(["Email"], given=given)


def test_columns_that_tell_nothing_are_asked_about():
    with pytest.raises(ConfigError, match="people or companies") as raised:
        guess_columns(["foo", "bar"])

    assert "--kind" in raised.value.hint


def test_unknown_kind_is_one_clear_sentence():
    with pytest.raises(ConfigError, match=r"no kind 'persons' of rows \(did you mean 'person'\?\)"):
        guess_columns(["email"], kind="persons")
