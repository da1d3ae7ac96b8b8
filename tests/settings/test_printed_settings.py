"""What is printed from the settings: schemas, defaults, a first file; and what a reload can take over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mappings import crms, mapped_objects
from mappings.shipped import mapping_file
from quality import catalog
from syncd.located import read_document
from syncd.model import Mode
from syncd.settings import (
    Answers,
    Settings,
    changed_needs_restart,
    defaults_text,
    load_settings,
    mapping_schema,
    parse_settings,
    printed_files,
    settings_schema,
    starter_settings,
)
from syncd.settings.__main__ import main
from syncd.settings.shape import SettingsFile

Read = Any
CONFIG = Path(__file__).parents[2] / "config"
EXAMPLE = CONFIG / "syncd.example.yaml"


@pytest.mark.parametrize("name", sorted(printed_files()))
def test_printed_file_is_current(name: str) -> None:
    current = (CONFIG / name).read_text("utf-8")

    assert current == printed_files()[name], "run `python -m syncd.settings`"


def test_printing_writes_only_what_is_not_current(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(tmp_path)
    (tmp_path / "defaults.yaml").write_text("old")
    capsys.readouterr()

    main(tmp_path)

    assert capsys.readouterr().out == f"{tmp_path}/defaults.yaml\n"
    assert {file.name: file.read_text("utf-8") for file in tmp_path.iterdir()} == printed_files()


def test_example_loads_and_writes_nothing() -> None:
    settings = load_settings(EXAMPLE, {"SYNCD_SANDBOX_TOKEN": "pat-na1-sandbox"})

    assert settings.accounts["hubspot-sandbox"].url == "http://127.0.0.1:8410"
    assert [one.stream.object for one in settings.streams] == ["companies", "contacts", "deals"]
    assert {one.mode for one in settings.streams} == {Mode.OBSERVE}
    assert settings.warnings == ()


def test_example_spells_out_the_defaults() -> None:
    settings = load_settings(EXAMPLE, {"SYNCD_SANDBOX_TOKEN": "t"})

    assert (settings.web, settings.log) == (Settings().web, Settings().log)
    assert settings.guards == Settings().guards.model_copy(update={"stop_file": CONFIG / "syncd.stop"})


def test_printed_defaults_are_the_defaults() -> None:
    data = read_document(defaults_text(), "defaults.yaml").data
    for named in ("accounts", "streams", "rules", "targets", "linked_accounts"):
        del data[named]
    del data["notifications"]["channels"], data["inbound"]["forms"], data["inbound"]["folders"]
    del data["enrichment"]["providers"]

    shape = SettingsFile.model_validate({**data, "store": {}})

    assert shape == SettingsFile()
    assert data["store"] == {"url": "sqlite:///syncd.db", "old_keys": [], "silence": "15s"}


def test_every_setting_is_described() -> None:
    schema = settings_schema()
    definitions = schema["$defs"]

    def is_described(part: dict[str, Any]) -> bool:
        target = definitions.get(part.get("$ref", "").rsplit("/", 1)[-1], {})
        return bool(part.get("description") or target.get("description"))

    parts = {"SettingsFile": schema} | {name: part for name, part in definitions.items() if "Settings" in name}
    settings = [(f"{name}.{key}", part) for name, whole in parts.items() for key, part in whole["properties"].items()]

    assert [name for name, part in settings if not is_described(part)] == []


def test_schema_accepts_the_example_and_refuses_a_mistyped_rule() -> None:
    validator = jsonschema.Draft202012Validator(settings_schema())
    data = read_document(EXAMPLE.read_text(), "example").data

    assert list(validator.iter_errors(data)) == []
    assert list(validator.iter_errors({**data, "rules": {"no_such_rule": "off"}})) != []
    assert list(validator.iter_errors({**data, "rules": dict.fromkeys(catalog(), "off")})) == []


@pytest.mark.parametrize(("crm", "object_name"), [(crm, name) for crm in crms() for name in mapped_objects(crm)])
def test_schema_accepts_the_shipped_mappings(crm: str, object_name: str) -> None:
    file = mapping_file(crm, object_name)
    assert file is not None

    errors = jsonschema.Draft202012Validator(mapping_schema()).iter_errors(
        read_document(file.read_text("utf-8"), file.name).data
    )

    assert list(errors) == []


@pytest.mark.parametrize(
    "answers",
    [
        Answers(account="hubspot-main", crm="hubspot", token="${TOKEN}"),
        Answers("eu", "hubspot", "${TOKEN}", url="http://127.0.0.1:8410", mode=Mode.SUGGEST),
        Answers("eu", "hubspot", "${TOKEN}", store="postgresql://syncd:${TOKEN}@db/syncd"),
    ],
    ids=["plain", "sandbox", "team"],
)
def test_first_file_does_what_the_answers_say(answers: Answers, tmp_path: Path) -> None:
    text = starter_settings(answers)

    settings = parse_settings(text, file="syncd.yaml", folder=tmp_path, env={"TOKEN": "t"})
    assert list(settings.accounts) == [answers.account]
    assert settings.accounts[answers.account].url == (answers.url or None)
    assert {one.mode for one in settings.streams} == {answers.mode}
    assert [one.stream.object for one in settings.streams] == ["companies", "contacts", "deals"]
    assert settings.guards == Settings().guards.model_copy(update={"stop_file": tmp_path / "syncd.stop"})


def test_only_store_address_and_dns_need_a_restart(read: Read) -> None:
    old = read()

    assert changed_needs_restart(old, read("log: {level: debug}\nguards: {canary: 1}\n")) == ()
    assert changed_needs_restart(old, read("web: {port: 1}\nstore: {url: sqlite:///x.db}\n")) == (
        "store.url",
        "web.port",
    )
    assert changed_needs_restart(old, read("dns: {enabled: true, keep: 7d}\n")) == ("dns.enabled", "dns.keep")
