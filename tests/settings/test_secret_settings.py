"""Secrets come by reference only, and show themselves to nobody."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from syncd.errors import ConfigError
from syncd.settings import Secret, load_settings

Read = Any
Tell = Any
TOKEN = "pat-na1-hunter2"


def _account(token: str) -> str:
    return f"accounts: {{main: {{crm: hubspot, token: '{token}'}}}}\n"


def test_token_comes_from_the_environment(read: Read) -> None:
    settings = read(env={"TOKEN": TOKEN})

    assert settings.accounts["main"].token.reveal() == TOKEN


def test_token_comes_from_a_file(read: Read, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    (tmp_path / "token").chmod(0o600)

    settings = read(account=_account("file:token"))

    assert settings.accounts["main"].token.reveal() == TOKEN
    assert settings.warnings == ()
    assert tmp_path / "token" in settings.files


def test_secret_shows_itself_nowhere(read: Read) -> None:
    settings = read("store: {url: 'postgresql://me:${TOKEN}@db/syncd'}\n", env={"TOKEN": TOKEN})

    shown = [
        repr(settings),
        str(settings.accounts),
        f"{settings.accounts['main'].token:>20}",
        settings.accounts["main"].model_dump_json(),
        settings.store.model_dump_json(),
        json.dumps(settings.store.model_dump(mode="json")),
    ]

    assert all(TOKEN not in text for text in shown)
    assert settings.store.url.reveal() == f"postgresql://me:{TOKEN}@db/syncd"


def test_secret_is_not_pickled_and_copies_stay_secrets() -> None:
    secret = Secret(TOKEN)

    with pytest.raises(TypeError, match="a secret is not stored"):
        pickle.dumps(secret)
    assert copy.deepcopy(secret) == copy.copy(secret) == secret


def test_secrets_are_compared_by_what_they_hold() -> None:
    assert Secret("a") == Secret("a")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a") != "a"


def test_literal_token_is_refused_and_not_repeated(read: Read) -> None:
    with pytest.raises(ConfigError) as caught:
        read(account=_account(TOKEN))

    assert TOKEN not in str(caught.value)
    assert str(caught.value) == (
        "syncd.yaml:1:40: accounts.main.token: "
        "a secret does not stand in this file: refer to it with ${NAME} or file:/path"
    )


def test_number_in_place_of_a_token_is_refused(tell: Tell) -> None:
    (told,) = tell(account="accounts: {main: {crm: hubspot, token: 12345}}\n")

    assert "a secret does not stand in this file" in told
    assert "12345" not in told


def test_default_of_a_secret_would_be_a_secret_in_the_file(tell: Tell) -> None:
    assert tell(account=_account("${NOWHERE:-" + TOKEN + "}")) == [
        "1:40: accounts.main.token: a secret has no default in this file: write ${NAME}"
    ]


def test_default_in_place_of_anything_else_is_fine(read: Read) -> None:
    settings = read("web: {host: '${HOST:-0.0.0.0}', port: '${PORT:-1}'}\n", env={"TOKEN": "t", "PORT": "9000"})

    assert (settings.web.host, settings.web.port) == ("0.0.0.0", 9000)


def test_plain_dollar_brace_is_written_with_two_dollars(read: Read) -> None:
    assert read("web: {host: '$${x}'}\n").web.host == "${x}"


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("${TOKNE}", "the environment has no variable TOKNE (did you mean 'TOKEN'?)"),
        ("${}", "a reference is ${NAME} or ${NAME:-default}; write $${ for a plain ${"),
        ("${EMPTY}", "the secret it refers to is empty"),
        ("${LINES}", "the secret it refers to holds blanks or other characters that no token has"),
    ],
)
def test_reference_that_leads_nowhere_is_told(tell: Tell, token: str, told: str) -> None:
    env = {"TOKEN": "t", "EMPTY": "", "LINES": "a\r\nX-Other: b"}

    assert tell(account=_account(token), env=env) == [f"1:40: accounts.main.token: {told}"]


def test_missing_secret_file_is_told(tell: Tell, tmp_path: Path) -> None:
    assert tell(account=_account("file:nowhere")) == [
        f"1:40: accounts.main.token: {tmp_path}/nowhere cannot be read: No such file or directory"
    ]


def test_folder_or_large_file_is_no_secret(tell: Tell, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 100_000)

    assert tell(account=_account("file:large")) == [f"1:40: accounts.main.token: {tmp_path}/large is not a small file"]
    assert "is not a small file" in tell(account=_account("file:."))[0]


def test_secret_file_that_others_can_read_is_odd(read: Read, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "token").chmod(0o644)

    (warning,) = read(account=_account("file:token")).warnings

    assert warning.message == (
        f"accounts.main.token: {tmp_path}/token can be read by others than its owner; chmod 600 {tmp_path}/token"
    )


def test_secret_file_that_others_can_write_is_refused(tell: Tell, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "token").chmod(0o622)

    (told,) = tell(account=_account("file:token"))

    assert "can be written by others than its owner" in told


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2@db/syncd",
        "postgresql://me:${NOWHERE:-hunter2}@db/syncd",
        "postgresql://db/syncd?user=me&password=hunter2",
    ],
)
def test_password_in_a_store_url_is_refused_and_not_repeated(tell: Tell, url: str) -> None:
    (told,) = tell(f"store: {{url: '{url}'}}\n")

    assert told.endswith("a password does not stand in this file: postgresql://user:${PASSWORD}@host/database")
    assert "hunter2" not in told


def test_token_over_plain_http_is_odd_but_for_this_machine(read: Read) -> None:
    def urls(url: str) -> str:
        return f"accounts: {{main: {{crm: hubspot, token: '${{TOKEN}}', url: '{url}'}}}}\n"

    assert read(account=urls("http://127.0.0.1:8410")).warnings == ()
    assert read(account=urls("https://proxy.example")).warnings == ()
    (warning,) = read(account=urls("http://sandbox:8410/")).warnings
    assert warning.message == "accounts.main.url: sends the token in clear; use https"


def test_who_never_logs_in_needs_no_secret_of_a_crm_but_those_of_the_store(tmp_path: Path) -> None:
    file = tmp_path / "syncd.yaml"
    text = "accounts: {main: {crm: hubspot, token: '${TOKEN}'}, other: {crm: hubspot, token: 'file:none'}}\n"
    file.write_text(text)

    settings = load_settings(file, {}, logs_in=False)

    assert [one.stream.account for one in settings.streams] == ["main", "other", "main", "other"]
    file.write_text(text + "store: {url: '${STORE}'}\n")
    with pytest.raises(ConfigError, match="no variable STORE"):
        load_settings(file, {}, logs_in=False)
