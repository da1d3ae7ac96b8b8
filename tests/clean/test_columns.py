from __future__ import annotations

import pytest

from mappings import shipped_mapping
from syncd.clean import Sureness, guess_columns
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
        # a form's plug-in, an address book, a deals program
        (
            [
                "Name (Prefix)",
                "Name (First)",
                "Name (Last)",
                "Email Address",
                "Address (ZIP / Postal Code)",
                "Entry Date",
            ],
            "person",
            ["salutation", "first_name", "last_name", "email", "postal_code", ""],
        ),
        (
            ["Given Name", "Family Name", "E-mail 1 - Value", "Phone 1 - Value", "Organization 1 - Title"],
            "person",
            ["first_name", "last_name", "email", "phone", "job_title"],
        ),
        (
            ["姓", "名", "メール", "会社", "電話"],
            "person",
            ["last_name", "first_name", "email", "company_name", "phone"],
        ),
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


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Contact: Email (work)", "email"),
        ("Primary phone", "phone"),
        ("Phone 2", "phone"),
        ("Business City", "city"),
        ("kontakt.vorname", "first_name"),
    ],
)
def test_heading_that_says_more_is_guessed_and_said_to_be(heading, field):
    first, _ = guess_columns([heading, "Last name"], kind="person").all

    assert (first.field, first.sureness) == (field, Sureness.GUESSED)


@pytest.mark.parametrize("heading", ["Client name", "Email status", "Opt-in email", "Home phone"])
def test_heading_that_means_something_else_is_left_alone(heading):
    first, *_ = guess_columns([heading, "First name"], kind="person").all

    assert (first.field, first.sureness) == ("", Sureness.LEFT)


def test_second_column_for_a_field_is_left_alone_and_says_why():
    _, second = guess_columns(["Email", "E-mail address"]).all

    assert (second.field, second.note) == ("", "another column is the email")


def test_addresses_under_a_heading_nobody_knows_are_e_mail():
    rows = [["x", f"a{number}@acme.com"] for number in range(5)]

    _, second = guess_columns(["First name", "Erreichbar"], rows=rows).all

    assert (second.field, second.sureness, second.note) == (
        "email",
        Sureness.GUESSED,
        "the values are e-mail addresses",
    )


def test_heading_that_its_values_contradict_is_doubted():
    (only,) = guess_columns(["Email"], rows=[["yes"], ["no"], ["yes"]]).all

    assert (only.sureness, only.note) == (Sureness.GUESSED, "hardly any value looks like an e-mail address")


def test_names_of_properties_are_headings_where_the_crm_is_named():
    columns = guess_columns(["hs_lead_status", "zip", "twitterhandle"], mapping=shipped_mapping("hubspot", "contacts"))

    assert list(columns.by_field) == ["lead_status", "postal_code", "twitter"]


def test_field_cannot_be_given_twice():
    with pytest.raises(ConfigError, match="Two columns cannot both be the email"):
        guess_columns(["A", "B"], kind="person", given={"A": "email", "B": "email"})


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("Deal Name,Amount,Close Date,Deal Stage,Pipeline,Associated Company", "deal"),
        ("Opportunity Name,Account Name,Amount,Close Date,Stage,Lead Source", "deal"),
        ("Ticket name,Pipeline,Ticket status,Priority,Ticket owner,Source", "ticket"),
        ("Email,Amount,Close Date,Pipeline", "person"),
        ("Company name,Domain,Amount,Priority", "company"),
    ],
)
def test_deals_and_tickets_are_told_by_columns_that_nobody_else_has(head, kind):
    columns = guess_columns(head.split(","))

    assert columns.kind == kind
