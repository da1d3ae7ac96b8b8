"""The ways a person gets it wrong: each ends in one clear message with what to do, and never in a traceback.

What is wrong before a CRM is asked (files, rules, ports, the store) is shown once; the rest goes through each CRM.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.cli import ExitCode
from syncd.cli.frame.start import run_command
from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.journey import Journey, Said


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def silent() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def is_one_clear_message(said: Said) -> bool:
    """Return whether a person is told what is wrong and what to do, in a few lines, without where in the code."""
    lines = said.complaint.splitlines()
    return (
        lines[0].startswith("syncd: ")
        and lines[-1].startswith("  → ")
        and len(lines) <= 4
        and "Traceback" not in said.err + said.out
        and sum(line.startswith("syncd: ") for line in lines) == 1
    )


@EACH_CRM_ONCE
@pytest.mark.parametrize("command", ["sync", "run"])
def test_bad_token(journey: Journey, command: str) -> None:
    journey.token = "pat-na1-11111111-wrong"

    said = journey.command(command)

    assert said.code == ExitCode.PERMISSION
    assert is_one_clear_message(said)
    assert "does not accept the credentials" in said.complaint
    assert "Check the" in said.complaint
    assert "11111111" not in said.out + said.err


@EACH_CRM_ONCE
def test_missing_scope(journey: Journey) -> None:
    journey.allow()

    said = journey.command("sync")

    assert said.code == ExitCode.PERMISSION
    assert is_one_clear_message(said)
    assert f"{journey.crm.companies}" in said.complaint


@EACH_CRM_ONCE
def test_missing_right_to_write_is_told_before_anything_is_written(journey: Journey) -> None:
    journey.allow(*journey.crm.objects, changed=[journey.crm.companies])

    said = journey.command("check", "--json")
    journey.mode = "observe"
    observing = journey.command("check", "--json")

    wrong = {one["subject"] for one in said.data["remarks"] if one["level"] == "error"}
    assert said.code == ExitCode.PERMISSION
    assert wrong == {f"main/{name}" for name in journey.crm.objects if name != journey.crm.companies}
    assert observing.code == ExitCode.OK
    assert journey.written() == []


def test_environment_without_the_variable(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journey, "environment", lambda: {"STORE": journey.store_url})

    said = journey.command("sync")

    assert said.code == ExitCode.CONFIGURATION
    assert is_one_clear_message(said)
    assert "accounts.main.token: the environment has no variable TOKEN" in said.complaint


@EACH_CRM_ONCE
def test_field_in_a_mapping_that_the_account_does_not_have(journey: Journey) -> None:
    journey.extra = "properties: {phone: phnoe}"

    said = journey.command("check")

    assert said.code == ExitCode.CONFIGURATION
    right = journey.crm.property(journey.crm.people, "phone")
    assert f"the account has no property 'phnoe' (phone) (did you mean '{right}'?)" in said.out
    assert "→ Make the property in the CRM, or name the right one" in said.out


@EACH_CRM_ONCE
def test_such_a_field_stops_nothing_else(journey: Journey) -> None:
    journey.extra = "properties: {phone: phnoe}"
    contact = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King", country="Germany")

    said = journey.command("sync")

    assert said.code == ExitCode.OK
    assert "phnoe" in said.err
    assert journey.value(contact, "country") == "DE"


def test_typo_in_the_name_of_a_rule(journey: Journey) -> None:
    journey.rules = "{contry_form: suggest}"

    said = journey.command("sync")

    assert said.code == ExitCode.CONFIGURATION
    assert is_one_clear_message(said)
    assert "syncd.yaml:5:9: rules.contry_form" in said.complaint
    assert "did you mean 'country_form'?" in said.complaint


def test_typo_in_an_option_of_a_rule(journey: Journey) -> None:
    journey.rules = "{required_fields: {options: {persn: [email]}}}"

    said = journey.command("sync")

    assert said.code == ExitCode.CONFIGURATION
    assert is_one_clear_message(said)
    assert "persn" in said.complaint
    assert "did you mean 'person'?" in said.complaint


def test_all_mistakes_of_a_file_are_told_at_once(journey: Journey) -> None:
    journey.rules = "{contry_form: suggest}"
    journey.guards = "{max_shrae: 0.1}"

    said = journey.command("sync")

    assert said.code == ExitCode.CONFIGURATION
    assert "2 mistakes" in said.complaint
    assert "did you mean 'max_share'?" in said.complaint


def test_port_that_is_taken(journey: Journey, taken: int) -> None:
    journey.port = taken

    said = journey.command("run")

    assert said.code == ExitCode.CONFIGURATION
    assert is_one_clear_message(said)
    assert str(taken) in said.complaint


def test_store_that_cannot_be_written(journey: Journey, tmp_path: Path) -> None:
    journey.store_url = f"sqlite:///{tmp_path / 'missing' / 'folder' / 'syncd.db'}"
    (tmp_path / "missing").write_text("a file where a folder should be")

    said = journey.command("sync")

    assert said.code == ExitCode.STORE
    assert is_one_clear_message(said)
    assert "syncd.db" in said.complaint


def test_database_that_does_not_answer(journey: Journey, silent: int) -> None:
    journey.store_url = f"postgresql://ada:swordfish@127.0.0.1:{silent}/syncd"

    said = journey.command("sync")

    assert said.code == ExitCode.STORE
    assert is_one_clear_message(said)
    assert "swordfish" not in said.out + said.err


@EACH_CRM_ONCE
@pytest.mark.parametrize("command", ["sync", "plan", "apply"])
def test_crm_that_cannot_be_reached(journey: Journey, silent: int, command: str) -> None:
    journey.url = f"http://127.0.0.1:{silent}"
    started = time.monotonic()

    said = journey.command(command)

    assert said.code == ExitCode.CRM
    assert time.monotonic() - started < 5
    assert is_one_clear_message(said)
    assert f"no connection to http://127.0.0.1:{silent}" in said.complaint


@EACH_CRM_ONCE
def test_name_of_a_stream_that_does_not_exist(journey: Journey) -> None:
    right = journey.stream().name

    said = journey.command("sync", f"{right}x")

    assert is_one_clear_message(said)
    assert said.code == ExitCode.USAGE
    assert f"Did you mean {right}?" in said.complaint


@pytest.mark.parametrize("command", [["undo", "--yes"], ["review", "show"]])
def test_id_of_a_fix_that_does_not_exist(journey: Journey, command: list[str]) -> None:
    said = journey.command(*command, "nothing")

    assert is_one_clear_message(said)
    assert said.code == ExitCode.USAGE
    assert "'nothing'" in said.complaint


@EACH_CRM_ONCE
def test_record_that_is_not_held(journey: Journey) -> None:
    said = journey.command("explain", journey.stream().name, "4711")

    assert is_one_clear_message(said)
    assert said.code == ExitCode.USAGE


def test_file_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    code = run_command(["sync", "--config", "no/such/syncd.yaml"])

    said = Said(code, *capsys.readouterr())
    assert said.code == ExitCode.CONFIGURATION
    assert is_one_clear_message(said)
    assert "syncd init" in said.complaint


@EACH_CRM_ONCE
def test_stop_file_is_told(journey: Journey) -> None:
    journey.guards = f"{{stop_file: {journey.folder / 'syncd.stop'}}}"
    (journey.folder / "syncd.stop").touch()
    journey.create(email="ada@example-works.com", first_name="Ada", last_name="King", country="Germany")

    said = journey.command("sync")

    assert said.code == ExitCode.GUARD
    assert "stop_switch" in said.err
