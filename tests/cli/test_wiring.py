from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

import pytest

from connectors.sandbox import DEFAULT_TOKEN, Sandbox
from connectors.sandbox.population import generate
from syncd.cli import ExitCode, run_command
from syncd.clock import SystemClock
from syncd.engine.guarding.guard import GUARDS
from syncd.errors import CredentialsError, StoreError, StoreLockedError
from syncd.settings import Answers, parse_settings, starter_settings
from syncd.telemetry import Telemetry
from syncd.wiring import build


@pytest.fixture(scope="module")
def crm():
    with Sandbox.start(population=generate(20, 5, now=datetime(2026, 3, 1, tzinfo=UTC))) as sandbox:
        yield sandbox


@pytest.fixture
def settings(tmp_path, crm):
    def make(token: str = DEFAULT_TOKEN):
        text = starter_settings(Answers("hubspot-main", "hubspot", "${TOKEN}", url=crm.url))
        return parse_settings(text, file="syncd.yaml", folder=tmp_path, env={"TOKEN": token})

    return make


@pytest.fixture
def telemetry():
    return Telemetry(SystemClock())


def test_each_stream_is_set_up_with_what_the_account_has(settings, telemetry):
    parts = build(settings(), clock=SystemClock(), telemetry=telemetry)

    assert [one.stream.object for one in parts.setups] == ["companies", "contacts", "deals"]
    for setup in parts.setups:
        assert set(setup.mapping.properties) <= setup.schema.fields.keys()
        assert setup.objects == {"company": "companies", "person": "contacts", "deal": "deals"}
        assert setup.every_s == 60
    parts.close()


def test_series_of_every_rule_and_guard_exist_before_the_first_pass(settings, telemetry):
    parts = build(settings(), clock=SystemClock(), telemetry=telemetry)

    text = telemetry.exposition()[0].decode()
    for setup in parts.setups:
        for rule in setup.ruleset.rules:
            assert f'object="{setup.stream.object}",outcome="applied",rule="{rule}"' in text
    for guard in GUARDS:
        assert f'guard="{guard}",object="contacts"' in text
    assert 'endpoint="search",status="429"' in text
    parts.close()


def test_second_holder_of_a_store_is_refused_and_lets_go_of_everything(settings, telemetry):
    first = build(settings(), clock=SystemClock(), telemetry=telemetry, holder="the daemon")

    with pytest.raises(StoreLockedError):
        build(settings(), clock=SystemClock(), telemetry=telemetry, holder="another")

    first.close()
    build(settings(), clock=SystemClock(), telemetry=telemetry, holder="another").close()


def test_trouble_with_the_crm_lets_go_of_the_store(settings, telemetry):
    with pytest.raises(CredentialsError, match=r"^hubspot-main: "):
        build(settings("pat-na1-wrong-wrong"), clock=SystemClock(), telemetry=telemetry, holder="one")

    build(settings(), clock=SystemClock(), telemetry=telemetry, holder="two").close()


def test_account_that_cannot_be_asked_is_left_out_and_the_others_go_on(tmp_path, crm, capfd, monkeypatch):
    monkeypatch.setenv("TOKEN", DEFAULT_TOKEN)
    monkeypatch.setenv("OLD_TOKEN", "pat-na1-wrong-wrong")
    text = starter_settings(Answers("hubspot-main", "hubspot", "${TOKEN}", url=crm.url))
    other = f'accounts:\n  hubspot-old:\n    crm: hubspot\n    token: "${{OLD_TOKEN}}"\n    url: "{crm.url}"\n'
    text = text.replace("accounts:\n", other, 1).replace("streams:\n", "streams:\n  hubspot-old/contacts: {}\n", 1)
    file = tmp_path / "syncd.yaml"
    file.write_text(text)

    code = run_command(["sync", "--json", "--config", str(file)])

    told = capfd.readouterr()
    read = {name: one["records"] for name, one in json.loads(told.out)["streams"].items()}
    assert code == ExitCode.PERMISSION
    assert read.keys() == {"hubspot-main/companies", "hubspot-main/contacts", "hubspot-main/deals"}
    assert read["hubspot-main/contacts"] > 0
    assert "hubspot-old/contacts was left out: hubspot-old: " in told.err


def test_another_account_under_a_known_name_is_refused(settings, telemetry, crm):
    build(settings(), clock=SystemClock(), telemetry=telemetry).close()
    known, crm.account.portal = crm.account.portal, 4711

    with pytest.raises(StoreError, match="now open 4711"):
        build(settings(), clock=SystemClock(), telemetry=telemetry)

    crm.account.portal = known


def test_token_is_hidden_from_the_moment_it_is_known(settings, telemetry):
    build(settings(), clock=SystemClock(), telemetry=telemetry).close()

    assert DEFAULT_TOKEN not in telemetry.redaction.text(f"refused {DEFAULT_TOKEN}")


def test_missing_property_is_logged_and_its_field_not_judged(settings, telemetry, caplog, tmp_path, crm):
    caplog.set_level(logging.WARNING)
    text = starter_settings(Answers("hubspot-main", "hubspot", "${TOKEN}", url=crm.url))
    text = text.replace("every: 1m", "every: 1m\n    properties: {phone: phnoe}", 1)
    wrong = parse_settings(text, file="syncd.yaml", folder=tmp_path, env={"TOKEN": DEFAULT_TOKEN})

    parts = build(wrong, clock=SystemClock(), telemetry=telemetry)

    assert "phone" not in parts.setups[0].mapping.fields
    assert "phnoe" in parts.lacking["hubspot-main/companies"][0]
    assert [record.msg["event"] for record in caplog.records] == ["fields_missed"]
    parts.close()
