from __future__ import annotations

import json

import jsonschema
import pytest
from ruamel.yaml import YAML

from syncd.settings import parse_settings, printed_files

PRINTED = ("defaults.yaml", "mapping.schema.json", "rule.schema.json", "syncd.schema.json")


def test_every_printed_file_is_looked_at_here():
    assert set(printed_files()) == set(PRINTED)


@pytest.mark.parametrize("name", PRINTED)
def test_printed_file_is_current(root, name):
    kept = (root / "config" / name).read_text()

    assert kept == printed_files()[name], f"config/{name} is out of date: run `make docs`"


@pytest.mark.parametrize("name", ["syncd.schema.json", "mapping.schema.json"])
def test_schema_is_a_schema(root, name):
    schema = json.loads((root / "config" / name).read_text())

    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", ["config/syncd.example.yaml", "deploy/syncd.container.yaml"])
def test_example_fits_the_schema_that_editors_use(root, name):
    example = YAML(typ="safe", pure=True).load((root / name).read_text())
    schema = json.loads((root / "config/syncd.schema.json").read_text())

    jsonschema.validate(example, schema)


def test_every_shipped_mapping_fits_the_schema_that_editors_use(root):
    schema = json.loads((root / "config/mapping.schema.json").read_text())
    shipped = sorted((root / "mappings").glob("*/*.yaml"))

    mappings = [path for path in shipped if path.parent.name != "canonical" and not path.name.startswith("_")]

    assert mappings
    for path in mappings:
        jsonschema.validate(YAML(typ="safe", pure=True).load(path.read_text()), schema)


def test_example_observes_until_told_otherwise(root):
    text = (root / "config/syncd.example.yaml").read_text()

    settings = parse_settings(text, file="syncd.yaml", folder=root / "config", env={"SYNCD_SANDBOX_TOKEN": "secret"})

    assert {stream.mode.value for stream in settings.streams} == {"observe"}


def test_container_example_is_accepted_once_its_secrets_are_there(root, tmp_path):
    for name, secret in {"hubspot_token": "secret", "store_url": "postgresql://syncd:secret@postgres/syncd"}.items():
        (tmp_path / name).write_text(secret)
        (tmp_path / name).chmod(0o600)
    text = (root / "deploy/syncd.container.yaml").read_text()

    settings = parse_settings(text.replace("/run/secrets", str(tmp_path)), file="syncd.yaml", folder=tmp_path, env={})

    assert {stream.mode.value for stream in settings.streams} == {"observe"}
