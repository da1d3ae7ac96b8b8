from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.controls import escape_controls
from syncd.telemetry import Redaction


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("Authorization: Bearer CKDx9f8s7d6f5s4d3f2", "CKDx9f8s7d6f5s4d3f2"),
        ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA"),
        ("token pat-na1-11111111-2222-3333-4444-555555555555 refused", "11111111-2222"),
        ("POST grant_type=refresh_token&refresh_token=7a1b-99ff&client_id=x", "7a1b-99ff"),
        ('{"client_secret": "s3cr3t-value", "id": 1}', "s3cr3t-value"),
        ("{'access_token': 'abcdef'}", "abcdef"),
        ("https://api.example.com/?hapikey=demo1234", "demo1234"),
        ("postgresql://syncd:hunter2@db/syncd", "hunter2"),
        ("<sessionId>00Dxx0000001gPL!AQ4AQ</sessionId>", "AQ4AQ"),
        ("sid 00Dxx0000001gPLEAY!AQ4AQFz.Aa_9 expired", "AQ4AQFz"),
        ("assertion eyJhbGciOi.eyJpc3MiOi.c2lnbmF0dXJl end", "c2lnbmF0dXJl"),
    ],
)
def test_secret_is_known_by_its_form(line, secret):
    redaction = Redaction()

    told = redaction.text(line)

    assert secret not in told
    assert "[redacted]" in told


@pytest.mark.parametrize(
    "line",
    [
        "syncd.yaml:1:40: accounts.main.token: the environment has no variable TOKEN",
        "syncd.yaml:3:9: accounts.main.oauth.client_secret: should be a reference, ${NAME} or file:/path",
        "accounts.main.oauth.refresh_token: /run/secrets/hubspot cannot be read: No such file",
    ],
)
def test_mistake_in_the_place_of_a_secret_stays_readable(line):
    assert Redaction().text(line) == line


@pytest.mark.parametrize(
    "line",
    [
        "accounts.main.token: pat-is-it",
        "accounts.main.token: swordfish",
        "accounts.main.token: swordfish7 is wrong",
        "accounts.main.token=swordfish and more",
        "token: swordfish and more",
        "spring.password: 'swordfish'",
    ],
)
def test_secret_in_such_a_place_is_still_taken_out(line):
    told = Redaction().text(line)

    assert "swordfish" not in told
    assert "pat-is-it" not in told


def test_secret_is_known_by_the_name_it_stands_under():
    redaction = Redaction()

    told = redaction.value({"hubspot": {"refresh_token": "plain words", "TOKEN": 17 * "x", "token_env": "HUBSPOT"}})

    assert told == {"hubspot": {"refresh_token": "[redacted]", "TOKEN": "[redacted]", "token_env": "HUBSPOT"}}


@given(st.text(st.characters(categories=["L", "N", "P"]), min_size=6, max_size=40), st.text(max_size=30))
def test_planted_secret_never_gets_through(secret, around):
    redaction = Redaction()
    redaction.hide(secret)

    told = redaction.text(f"{around} {secret} {around}")

    assert secret not in told or secret in "[redacted]"


def test_address_becomes_a_hash_that_is_the_same_each_time_under_one_key():
    redaction = Redaction(b"a key of this installation")

    told = redaction.text("ada@example.com, Ada@Example.com and bob@example.com")

    first, second = told.split(", ")[0], told.split(", ")[1].split(" and ")[0]
    assert first == second
    assert "@" not in told
    assert Redaction(b"another key").text("ada@example.com") != first


def test_ordinary_sentence_is_left_alone():
    line = "HubSpot refused: the scope crm.objects.contacts.write is missing (3 of 5)."

    assert Redaction().text(line) == line


def test_terminal_escapes_and_new_lines_are_spelled_out():
    assert escape_controls("a\x1b[31mred\n\r\u202eb\x9b") == "a\\x1b[31mred\\n\\r\\u202eb\\x9b"
    assert escape_controls("a\u200bb\U000e0041\ud800\u2060") == "a\\u200bb\\U000e0041\\ud800\\u2060"
    assert escape_controls("نمی\u200cخواهم") == "نمی\u200cخواهم"


@given(st.text())
def test_nothing_that_drives_a_terminal_is_left(text):
    told = escape_controls(text)

    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in told)


def test_of_secrets_that_pass_the_newest_are_hidden_and_a_long_life_does_not_pile_them_up():
    redaction = Redaction()
    redaction.hide("planted-for-good")
    for number in range(1000):
        redaction.hide_for_a_while(f"passing-token-{number:04}")

    told = redaction.text("planted-for-good passing-token-0000 passing-token-0999")

    assert told == "[redacted] passing-token-0000 [redacted]"
