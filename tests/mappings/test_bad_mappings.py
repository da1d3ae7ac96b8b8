"""Each file in `bad` has the mistakes it is named after; its first lines say how they are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappings import load_mapping
from syncd.errors import ConfigError

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))


def _announced(path: Path) -> list[str]:
    head, _, _ = path.read_text().partition("\n\n")
    return sorted(line.removeprefix("# ") for line in head.splitlines())


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_broken_mapping_is_refused_with_every_mistake_and_its_place(path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_mapping(path)

    assert sorted(str(mistake).removeprefix(f"{path}:") for mistake in caught.value.mistakes) == _announced(path)


def test_there_are_at_least_twelve_kinds_of_broken_mappings() -> None:
    assert len(BAD) >= 12


def test_missing_mapping_file_is_one_clear_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_mapping(tmp_path / "nowhere.yaml")


def test_mapping_file_that_is_no_text_is_one_clear_mistake(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        load_mapping(tmp_path / "own.yaml")
