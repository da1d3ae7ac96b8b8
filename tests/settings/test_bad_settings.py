"""Each file in `bad` has the mistakes it is named after; its first lines say how they are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from syncd.errors import ConfigError
from syncd.settings import load_settings

Tell = Any
BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))


def _announced(path: Path) -> list[str]:
    head, _, _ = path.read_text().partition("\n\n")
    return [line.removeprefix("# ") for line in head.splitlines()]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_broken_settings_are_refused_with_every_mistake_and_its_place(path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(path, {"TOKEN": "t", "FORM": 32 * "f"})

    assert [str(mistake).removeprefix(f"{path}:") for mistake in caught.value.mistakes] == _announced(path)


def test_mistakes_of_a_mapping_are_told_with_those_of_the_settings(tell: Tell, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("crm: hubspot\nobject: contacts\nkind: person\nfields: {}\n")

    told = tell("web: {prot: 1}\nstreams: {main/contacts: {mapping: own.yaml}}\n")

    assert told == [
        f"{tmp_path}/own.yaml:1:1: examples: is missing",
        f"{tmp_path}/own.yaml:4:9: fields: should have at least 1",
        "2:7: web.prot: unknown key (did you mean 'port'?)",
    ]


def test_mapping_outside_of_the_folder_is_refused(tell: Tell, tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to("/etc/hostname")

    told = tell("streams:\n  main/contacts: {mapping: ../own.yaml}\n  main/deals: {mapping: link.yaml}\n")

    assert told == [
        "3:28: streams.main/contacts.mapping: leads out of the folder of this file",
        "4:25: streams.main/deals.mapping: leads out of the folder of this file",
    ]


def test_mapping_of_another_object_is_refused(tell: Tell, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "{crm: hubspot, object: contacts, kind: person, fields: {email: {source: email}}, "
        "examples: [{given: {}, becomes: {}}]}"
    )

    assert tell("streams: {main/deals: {mapping: own.yaml}}\n") == [
        "2:33: streams.main/deals.mapping: is a mapping of hubspot contacts, not of hubspot deals"
    ]
