"""What comes in is read, put right where that is sure, or refused field by field: the same in forms and in files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.inbound.bodies import FORM, JSON, UnreadableBodyError, named, read_body
from syncd.inbound.doors import FormDoor, doors_of
from syncd.inbound.gate import Checked, Gate
from syncd.settings import parse_settings

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SECRET = "a-secret-of-the-web-site-0123456789"


def door_of(more: str = "required: [email]", stream: str = "contacts") -> FormDoor:
    loaded = parse_settings(
        "accounts: {main: {crm: hubspot, token: '${TOKEN}'}}\n"
        "streams: {main/contacts: {mode: apply}, main/companies: {mode: apply}}\n"
        f"inbound: {{forms: {{site: {{stream: main/{stream}, secret: '${{FORM}}', mode: apply, {more}}}}}}}\n",
        file="syncd.yaml",
        folder=Path(),
        env={"TOKEN": "pat-na1-for-a-test", "FORM": SECRET},
    )
    [form], _ = doors_of(loaded)
    return form


DOOR = door_of("required: [email], fields: {Mail: email, Vorname: first_name}, adds: {lead_source: Website}")
GATE = Gate(DOOR)


def check(fields: dict[str, str], door: FormDoor = DOOR, gate: Gate = GATE) -> Checked:
    return gate.check(named(fields, door.all_names), NOW)


def told(fields: dict[str, str], door: FormDoor = DOOR, gate: Gate = GATE) -> set[tuple[str, str]]:
    return {(one.field, one.rule) for one in check(fields, door, gate).errors}


def test_what_is_surely_right_is_put_right_and_new_records_get_what_the_settings_add():
    found = check(
        {
            "Mail": " ADA@Example-Works.com",
            "Vorname": "ada",
            "last_name": "KING",
            "country": "Germany",
            "phone": "030 901820",
        }
    )

    assert found.errors == ()
    assert found.values == {
        "email": "ada@example-works.com", "first_name": "Ada", "last_name": "King", "country": "DE",
        "phone": "+4930901820",
    }  # fmt: skip
    assert GATE.adds(found.values) == {"lead_source": "Website"}
    assert GATE.adds({"lead_source": "Fair"}) == {}
    assert found.mailbox == "ada@example-works.com"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"Mail": "ada@", "last_name": "King"}, {("Mail", "email_valid")}),
        ({"Mail": "", "last_name": "King"}, {("Mail", "required")}),
        ({"last_name": "King"}, {("Mail", "required")}),
        ({"Mail": "ada@example-works.com", "phone": "12"}, {("phone", "phone_valid")}),
        ({"Mail": "ada@example-works.com", "has_opted_out": "perhaps"}, {("has_opted_out", "type")}),
        ({"Mail": "ada@example-works.com", "last_name": "=1+1"}, {("last_name", "formula")}),
        ({"Mail": "ada@example-works.com", "last_name": "@SUM(1)"}, {("last_name", "formula")}),
        ({"Mail": "ada@example-works.com", "last_name": "K" * 5000}, {("last_name", "length")}),
        (
            {"Mail": "test@test.com", "Vorname": "asdf", "last_name": "qwerty"},
            {("Mail", "email_role"), ("", "fake_entry")},
        ),
        # Fields that nobody named are left out, whatever they hold.
        ({"Mail": "ada@example-works.com", "owner_id": "=1", "quality_flags": "x", "created_source": "y"}, set()),
        ({"Mail": "ada@example-works.com", "phone": "+49 30 901820", "linkedin": "https://linkedin.com/in/ada"}, set()),
    ],
)
def test_what_is_wrong_is_told_by_the_names_of_the_form(fields: dict[str, str], wrong: set[tuple[str, str]]):
    assert told(fields) == wrong


def test_what_was_probably_meant_is_a_note_and_refuses_nothing():
    found = check({"Mail": "ada@gmial.com", "last_name": "King"})

    assert found.errors == ()
    assert [(one.field, one.rule, one.suggestion) for one in found.notes] == [("Mail", "email_typo", "ada@gmail.com")]


def test_door_may_tolerate_rules_or_refuse_for_errors_only():
    role = {"email": "info@example-works.com", "last_name": "King"}
    tolerant, strict, open_door = door_of("tolerates: [email_role]"), door_of(), door_of("refuse: error")

    assert told(role, tolerant, Gate(tolerant)) == set()
    assert told(role, strict, Gate(strict)) == {("email", "email_role")}
    assert told({"email": "ada@x.com", "phone": "12"}, open_door, Gate(open_door)) == set()
    assert told({"email": "ada@"}, open_door, Gate(open_door)) == {("email", "email_valid")}


def test_record_that_says_nothing_of_who_it_is_may_not_come_in():
    people, companies = door_of("required: []"), door_of("required: []", "companies")

    assert told({"city": "Berlin", "email": ""}, people, Gate(people)) == {("", "nobody")}
    assert told({"city": "Berlin"}, companies, Gate(companies)) == {("", "nobody")}
    assert told({"name": "Example Works GmbH"}, companies, Gate(companies)) == set()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(["Mail", "Vorname", "last_name", "phone", "country", "city"]), st.text(max_size=40))
)
def test_no_text_breaks_the_gate_and_what_it_let_in_it_lets_in_again_as_it_is(fields: dict[str, str]):
    first = check(fields)
    if first.errors:
        return

    names = {name: heading for heading, name in DOOR.all_names.items()}
    again = check({names[name]: str(value) for name, value in first.values.items()})

    assert (again.errors, again.values) == ((), first.values)


@pytest.mark.parametrize(
    ("kind", "body", "fields"),
    [
        (JSON, b'{"email": "a@b.de", "n": 1, "ok": true, "none": null, "tags": ["a", "b"]}',
         {"email": "a@b.de", "n": "1", "ok": "true", "none": "", "tags": "a;b"}),
        (f"{JSON}; charset=utf-8", b"{}", {}),
        (FORM, b"email=a%40b.de&name=J%C3%B6rg&tags=a&tags=&tags=b",
         {"email": "a@b.de", "name": "Jörg", "tags": "a;b"}),
        (FORM, b"", {}),
    ],
)  # fmt: skip
def test_json_and_forms_say_the_same(kind: str, body: bytes, fields: dict[str, str]):
    assert read_body(kind, body) == fields


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (JSON, b"{"),
        (JSON, b"[1]"),
        (JSON, b'{"a": {"b": 1}}'),
        (JSON, b"{" + b",".join(b'"f%d": 1' % n for n in range(300)) + b"}"),
        (FORM, b"a=%ff"),
        (FORM, b"&".join(b"f%d=1" % n for n in range(300))),
        ("text/plain", b"a"),
        ("multipart/form-data; boundary=x", b"--x"),
        ("", b"{}"),
    ],
)
def test_body_that_is_no_submission_is_told_so(kind: str, body: bytes):
    with pytest.raises(UnreadableBodyError):
        read_body(kind, body)
