from __future__ import annotations

import io

import pytest

from syncd.cli import ExitCode, run_command
from syncd.model import Mode
from syncd.settings import load_settings


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SYNCD_CONFIG", raising=False)


def test_first_configuration_can_be_used(tmp_path, capsys):
    code = run_command(["init", "--yes"])

    settings = load_settings(tmp_path / "syncd.yaml", {"HUBSPOT_TOKEN": "pat-na1-something"})
    assert code == ExitCode.OK
    watched = ["companies", "contacts", "deals"]
    assert [one.stream.name for one in settings.streams] == [f"hubspot-main/{name}" for name in watched]
    assert {one.mode for one in settings.streams} == {Mode.OBSERVE}
    assert "syncd check" in capsys.readouterr().out


@pytest.mark.parametrize("crm", ["hubspot", "salesforce"])
def test_what_the_first_configuration_offers_beside_can_be_switched_on(tmp_path, crm):
    run_command(["init", "--yes", "--crm", crm])
    written = (tmp_path / "syncd.yaml").read_text()

    (tmp_path / "more.yaml").write_text(written.replace(f"#  {crm}-main/", f"  {crm}-main/"))

    more = load_settings(tmp_path / "more.yaml", {f"{crm.upper()}_TOKEN": "something"})
    kinds = [one.stream.kind for one in more.streams]
    assert list(dict.fromkeys(kinds)) == ["company", "person", "deal", "ticket", "activity"]


def test_options_answer_the_questions(tmp_path):
    run_command(
        [
            "init",
            "--config",
            "my.yaml",
            "--crm",
            "hubspot",
            "--account",
            "acme",
            "--token-env",
            "ACME",
            "--mode",
            "apply",
        ]
    )

    settings = load_settings(tmp_path / "my.yaml", {"ACME": "pat-na1-something"})
    assert {one.stream.account for one in settings.streams} == {"acme"}
    assert {one.mode for one in settings.streams} == {Mode.APPLY}


def test_file_that_exists_is_not_overwritten(tmp_path, capsys):
    (tmp_path / "syncd.yaml").write_text("mine")

    code = run_command(["init", "--yes"])

    assert code == ExitCode.CONFIGURATION
    assert (tmp_path / "syncd.yaml").read_text() == "mine"
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--crm", "hubspo"], "did you mean 'hubspot'"),
        (["--account", "Not A Name"], "'Not A Name'"),
        (["--token-env", "pat-na1-11111111"], "--token-env"),
    ],
)
def test_wrong_answer_is_usage_and_writes_nothing(tmp_path, capsys, monkeypatch, arguments, told):
    monkeypatch.setenv("COLUMNS", "200")

    assert run_command(["init", "--yes", *arguments]) == ExitCode.USAGE

    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_folder_that_cannot_be_written_is_one_clear_sentence(capsys):
    code = run_command(["init", "--yes", "--config", "nowhere/syncd.yaml"])

    assert code == ExitCode.CONFIGURATION
    assert "cannot be written" in capsys.readouterr().err


def test_an_app_comes_in_by_id_and_secret(tmp_path):
    config = tmp_path / "syncd.yaml"

    code = run_command(["init", "-c", str(config), "--crm", "salesforce", "--client-id", "my-app", "--yes"])

    settings = load_settings(config, {"SALESFORCE_CLIENT_SECRET": "not-shown"})
    oauth = settings.accounts["salesforce-main"].oauth
    assert code == 0
    assert oauth is not None
    assert oauth.client_id == "my-app"
    assert oauth.client_secret is not None
    assert oauth.client_secret.reveal() == "not-shown"
    assert "not-shown" not in config.read_text("utf-8")


def test_crm_whose_tokens_end_asks_for_an_app_and_for_the_address(tmp_path, capsys, monkeypatch):
    answers = "salesforce\n\nmy-app\nhttps://acme.my.salesforce.com\n\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(answers))

    code = run_command(["init"])

    settings = load_settings(tmp_path / "syncd.yaml", {"SALESFORCE_CLIENT_SECRET": "not-shown"})
    account = settings.accounts["salesforce-main"]
    assert code == ExitCode.OK
    assert "which ends within hours" in capsys.readouterr().err
    assert account.oauth is not None
    assert (account.oauth.client_id, str(account.url)) == ("my-app", "https://acme.my.salesforce.com")


def test_token_that_will_end_is_told_where_nothing_is_asked(capsys):
    run_command(["init", "--yes", "--crm", "salesforce"])

    told = capsys.readouterr().out
    assert "for a daemon, name an app by --client-id" in told
    assert "url: https://acme.my.salesforce.com" in told


def test_crm_whose_tokens_last_is_not_asked_for_an_app(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("\n\n\n"))

    assert run_command(["init"]) == ExitCode.OK

    asked = capsys.readouterr()
    assert "Client id" not in asked.err
    assert "for a daemon" not in asked.out
