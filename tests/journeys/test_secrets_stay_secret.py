"""Secrets are planted in every place they can come from, and looked for in every place that anybody can look at."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import urllib3

from connectors.sandbox.salesforce import CONSUMER_SECRET, ROTATING_KEY, ROTATING_REFRESH_TOKEN
from connectors.sandbox.tokens import DEFAULT_TOKEN, OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET, OAUTH_REFRESH_TOKEN
from syncd.cli import ExitCode, run_command
from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.journey import Journey, Said
from tests.journeys.running import Running

STORE_KEY = base64.b64encode(b"planted: the key of the store!!!").decode()
STORE_PASSWORD = "planted-password-of-the-store"


def plant(journey: Journey) -> list[str]:
    """Let the account, the store and the key come by secrets, two of them in files; return all of them."""
    folder = journey.folder / "secrets"
    folder.mkdir(mode=0o700)
    client, secret, refresh = {
        "hubspot": (OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET, OAUTH_REFRESH_TOKEN),
        "salesforce": (ROTATING_KEY, CONSUMER_SECRET, ROTATING_REFRESH_TOKEN),
    }[journey.crm.name]
    for name, text in (("client", secret), ("key", STORE_KEY)):
        file = folder / name
        file.touch(mode=0o600)
        file.write_text(text)
    journey.way_in = (
        f"oauth: {{client_id: {client}, client_secret: 'file:{folder}/client', refresh_token: '${{REFRESH}}', "
        f"token_file: {folder}/newest}}"
    )
    journey.secrets = {"REFRESH": refresh}
    journey.more_of_store = f", key: 'file:{folder}/key'"
    journey.sections = "log: {level: debug, format: json}\n"
    if journey.store_url.startswith("postgresql"):
        journey.store_url = journey.store_url.replace("syncd@", f"syncd:{STORE_PASSWORD}@")
        return [secret, refresh, STORE_KEY, STORE_PASSWORD]
    return [secret, refresh, STORE_KEY]


def granted(journey: Journey) -> list[str]:
    """Return every token the CRM has handed out: access tokens, and refresh tokens in the place of others."""
    tokens = [str(one["value"]) for one in journey.control("GET", "tokens")["tokens"] if one["value"] != DEFAULT_TOKEN]
    newest = journey.folder / "secrets" / "newest"
    return tokens + (newest.read_text().split()[:1] if newest.exists() else [])


def in_any_file(folder: Path, left_out: Path) -> Iterator[tuple[str, str]]:
    """Yield the files below a folder with what they hold."""
    for path in folder.rglob("*"):
        if path.is_file() and left_out not in path.parents:
            yield str(path), path.read_bytes().decode("latin-1")


def command_lines() -> str:
    """Return the command lines of all processes of this machine, as anybody may read them."""
    lines = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(place.read_bytes().decode("latin-1"))
        except OSError:
            continue  # it has just ended
    return "\n".join(lines)


def commands(journey: Journey, who: str) -> list[Said]:
    """Let a person use every command that tells something, and export all that can be."""
    name, folder = journey.stream().name, journey.folder
    told = [
        journey.command("check"),
        journey.command("check", "--json"),
        journey.command("--debug", "sync", "--json"),
        journey.command("plan", "--json", "--all", "--html", str(folder / "plan.html")),
        journey.command("review", "export", str(folder / "review.csv")),
        journey.command("review", "list", "--json"),
        journey.command("--debug", "explain", name, who),
        journey.command("overrides", "--json"),
        journey.command("rules", "--json"),
        journey.command("apply", "--json"),
        journey.command("accesses", "--json"),
    ]
    assert [one.code for one in told[:6]] == [ExitCode.OK] * 6
    return told


@EACH_CRM_ONCE
def test_no_secret_is_found_in_anything_that_syncd_says_writes_or_is_seen_as(journey: Journey) -> None:
    planted = plant(journey)
    who = journey.create(email="ZOE@EXAMPLE-works.com", first_name="zoe", last_name="King", country="Germany")

    told = [one.out + one.err for one in commands(journey, who)]
    daemon = Running(journey)
    try:
        daemon.until(daemon.is_ready)
        seen = command_lines()
        pages = [_page(daemon, path) for path in ("/", "/metrics", "/healthz", "/readyz")]
        daemon.stop()
    finally:
        daemon.close()

    secrets = [*planted, *granted(journey)]
    assert len(secrets) >= 4
    files = dict(in_any_file(journey.folder, journey.folder / "secrets"))
    places = {"what commands said": "".join(told), "the process list": seen, "the pages": "".join(pages), **files}
    assert any(name.endswith(".db") for name in files) or journey.store_url.startswith("postgresql")
    assert {name: _found(secrets, text) for name, text in places.items() if _found(secrets, text)} == {}


@EACH_CRM_ONCE
@pytest.mark.parametrize("debugging", [(), ("--debug",)], ids=["", "debug"])
def test_secret_that_an_unforeseen_error_repeats_is_taken_out_of_what_is_said(
    journey: Journey, monkeypatch: pytest.MonkeyPatch, debugging: Sequence[str]
) -> None:
    planted = plant(journey)

    def crash(*_arguments: object, **_named: object) -> None:
        raise RuntimeError(f"cannot go on with {' and '.join(planted + granted(journey))}")

    monkeypatch.setattr("syncd.engine.run_pass", crash)

    said = journey.command(*debugging, "sync")

    assert said.code == ExitCode.UNEXPECTED
    assert "cannot go on with [redacted]" in said.err
    assert _found([*planted, *granted(journey)], said.out + said.err) == []


@pytest.mark.parametrize(
    "settings",
    [
        "accounts: {main: {crm: hubspot, token: SECRET}}",
        "accounts: {main: {crm: hubspot, token: '${NONE:-SECRET}'}}",
        "accounts: {main: {crm: hubspot, token: '${PLANTED} '}}",
        "accounts: {main: {crm: hubspot, token: '${PLANTED'}}",
        "accounts: {main: {crm: hubspot, tokn: SECRET, token: '${TOKEN}'}}",
        "accounts: {main: {crm: hubspot, oauth: {client_id: a, client_secret: [SECRET]}}}",
        "accounts: {main: {crm: '${PLANTED}', token: '${TOKEN}'}}",
        "accounts: {main: {crm: hubspot, token: '${TOKEN}', url: 'https://ann:SECRET@example.com'}}",
        "accounts: {main: {crm: hubspot, token: '${TOKEN}', url: 'https://${PLANTED}/path'}}",
        "accounts: {main: {crm: hubspot, token: '${TOKEN}'}}\nstore: {url: 'postgresql://ann:SECRET@host/db'}",
        "accounts: {main: {crm: hubspot, token: '${TOKEN}'}}\nstore: {url: 'mysql://ann:${PLANTED}@host/db'}",
        "accounts: {main: {crm: hubspot, token: '${TOKEN}'}}\nstore: {key: SECRET}",
        "accounts: {main: {crm: hubspot, token: '${TOKEN}'}}\nstore: {key: '${PLANTED}'}",
        "accounts: {main: {crm: hubspot, token: '${TOKEN}'}}\nlog: {level: '${PLANTED}'}",
        "accounts: {main: {crm: hubspot, token: '${TOKEN}'}}\nweb: {port: '${PLANTED}'}",
        "accounts: {main: {crm: hubspot, token: '${TOKEN}'}}\nstreams: {main/contacts: {every: '${PLANTED}'}}",
    ],
)
def test_secret_in_a_place_where_it_should_not_stand_is_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], settings: str
) -> None:
    secret = "Planted4711SecretOfTheAccount"
    monkeypatch.setenv("TOKEN", "t0ken-in-order")
    monkeypatch.setenv("PLANTED", secret)
    file = tmp_path / "syncd.yaml"
    file.write_text(settings.replace("SECRET", secret))

    codes = [run_command([*words, "--config", str(file)]) for words in (["sync"], ["--debug", "check", "--json"])]

    told = capsys.readouterr()
    assert codes == [ExitCode.CONFIGURATION] * 2
    assert secret not in told.out + told.err


def _page(daemon: Running, path: str) -> str:
    return urllib3.request("GET", f"{daemon.url}{path}", retries=False).data.decode()


def _found(secrets: Sequence[str], text: str) -> list[str]:
    """Return the secrets that stand in a text, also as a URL or base64 spells them."""
    return [
        one
        for one in secrets
        if one in text or base64.b64encode(one.encode()).decode().rstrip("=") in text or one.encode().hex() in text
    ]
