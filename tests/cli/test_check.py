from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from connectors.sandbox import DEFAULT_TOKEN, Sandbox
from connectors.sandbox.population import generate
from syncd.cli import ExitCode, run_command
from syncd.settings import Answers, starter_settings

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def crm():
    with Sandbox.start(population=generate(20, 5, now=NOW)) as sandbox:
        yield sandbox


@pytest.fixture
def config(tmp_path, crm, monkeypatch):
    monkeypatch.setenv("HUBSPOT_TOKEN", DEFAULT_TOKEN)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "syncd.yaml"
    file.write_text(starter_settings(Answers("hubspot-main", "hubspot", "${HUBSPOT_TOKEN}", url=crm.url)))
    return file


def checked(capsys, *arguments):
    code = run_command(["check", "--json", *arguments])
    told = json.loads(capsys.readouterr().out)
    assert told["exit_code"] == code
    return code, told["remarks"]


def test_account_that_can_be_used_has_nothing_in_the_way(config, capsys):
    code, remarks = checked(capsys)

    assert code == ExitCode.OK
    assert {one["level"] for one in remarks} <= {"ok", "warning"}
    assert {one["area"] for one in remarks} == {"configuration", "store", "account", "stream"}


def test_check_writes_nothing_to_the_crm(config, crm, capsys):
    before = crm.world.effects.last_seq

    checked(capsys)

    assert crm.world.effects.last_seq == before


def test_wrong_token_is_told_with_what_to_do_and_never_shown(config, capsys, monkeypatch):
    monkeypatch.setenv("HUBSPOT_TOKEN", "pat-na1-00000000-wrong")

    code, remarks = checked(capsys)

    (wrong,) = [one for one in remarks if one["level"] == "error"]
    assert code == ExitCode.PERMISSION
    assert wrong["area"] == "account"
    assert wrong["hint"]
    assert "00000000-wrong" not in json.dumps(remarks)


def test_unknown_property_is_told_with_its_stream(config, capsys):
    config.write_text(config.read_text().replace("every: 1m", "every: 1m\n    properties: {phone: phnoe}", 1))

    code, remarks = checked(capsys)

    (wrong,) = [one for one in remarks if one["level"] == "error"]
    assert code == ExitCode.CONFIGURATION
    assert wrong["subject"] == "hubspot-main/companies"
    assert "no property 'phnoe' (phone) (did you mean 'phone'?)" in wrong["message"]


def test_all_mistakes_of_a_file_are_told_with_their_places(config, capsys):
    config.write_text(config.read_text().replace("crm: hubspot", "crm: hubspo").replace("port: 9187", "port: ninety"))

    code, remarks = checked(capsys)

    assert code == ExitCode.CONFIGURATION
    assert len(remarks) == 2
    assert all(one["subject"].startswith("syncd.yaml:") for one in remarks)
    assert any("did you mean 'hubspot'" in one["message"] for one in remarks)


def test_unreachable_crm_and_unusable_store_are_told_together(config, crm, capsys):
    text = config.read_text().replace(crm.url, "http://127.0.0.1:9")
    config.write_text(text.replace("sqlite:///syncd.db", "sqlite:////nowhere/at/all.db"))

    code, remarks = checked(capsys)

    assert {one["area"] for one in remarks if one["level"] == "error"} == {"account", "store"}
    assert code == ExitCode.CRM


def test_another_account_under_the_same_name_is_refused(config, crm, capsys):
    checked(capsys)
    with Sandbox.start(population=generate(20, 5, now=NOW)) as other:
        other.account.portal = 4711
        config.write_text(config.read_text().replace(crm.url, other.url))

        code, remarks = checked(capsys)

    assert code == ExitCode.STORE
    assert any("credentials now open 4711" in one["message"] for one in remarks)


def test_stop_switch_is_told(config, capsys):
    (config.parent / "syncd.stop").touch()

    code, remarks = checked(capsys)

    assert code == ExitCode.OK
    assert any(one["message"] == "the stop switch is on" for one in remarks)


def test_optional_properties_that_the_account_lacks_are_one_quiet_line_a_stream(config, capsys):
    config.write_text(config.read_text().replace("mode: observe", "mode: suggest"))

    _, remarks = checked(capsys)

    lacking = [one for one in remarks if one["message"].startswith("not in the account")]
    assert {one["level"] for one in lacking} == {"ok"}
    assert len({one["subject"] for one in lacking}) == len(lacking)


def test_table_ends_with_one_sentence(config, capsys):
    assert run_command(["check"]) == ExitCode.OK

    assert capsys.readouterr().out.endswith("Nothing stands in the way of a run.\n")


def test_changes_that_would_not_be_heard_of_are_told_with_what_is_missing(config, capsys, monkeypatch):
    monkeypatch.setenv("HOOK", "an-apps-client-secret")
    hooked = "url: {url}\n    webhooks: {{secret: '${{HOOK}}'{more}}}\n    change_events: true"
    plain = config.read_text()
    url = next(line for line in plain.splitlines() if line.strip().startswith("url:"))

    def told(more: str) -> list[tuple[str, str]]:
        text = hooked.format(url=url.strip().removeprefix("url: "), more=more)
        config.write_text(plain.replace(url.strip(), text, 1))
        return [(one["level"], one["message"]) for one in checked(capsys)[1] if one["subject"] == "hubspot-main"]

    unsaid, said = told(""), told(", public_url: 'https://syncd.example.com'")

    assert any(level == "error" and "how the CRM reaches syncd" in message for level, message in unsaid)
    assert ("ok", "events are to be posted to https://syncd.example.com/hooks/hubspot/hubspot-main") in said
    assert any(level == "warning" and "private app's token" in message for level, message in said)
