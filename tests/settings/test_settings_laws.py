"""Laws of reading what people write: it is read, or told; nothing else happens."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mappings import parse_mapping
from mappings.shipped import mapping_file
from syncd.errors import ConfigError, Mistake
from syncd.settings import Settings, parse_settings

CONFIG = Path(__file__).parents[2] / "config"
EXAMPLE = re.sub(r"(?m)#.*$\n?", "", (CONFIG / "syncd.example.yaml").read_text("utf-8"))
ENV = {"SYNCD_SANDBOX_TOKEN": "hunter2"}
#: A law holds on a busy machine too.
untimed = settings(deadline=None)
_SNIPPETS = [*"\t:{}[]'\"|>?%@`\x00é", "- ", "&a ", "*a", "!x ", "${", "null", "010", "<<: ", "file:", "---\n"]
_DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _read(text: str) -> Settings:
    return parse_settings(text, file="syncd.yaml", folder=Path("/nowhere"), env=ENV)


def _read_or_told(text: str) -> tuple[Settings | None, tuple[Mistake, ...]]:
    try:
        return _read(text), ()
    except ConfigError as error:
        return None, error.mistakes


@untimed
@given(st.integers(0, len(EXAMPLE)), st.integers(0, 12), st.sampled_from(_SNIPPETS) | st.text(max_size=3))
def test_damaged_settings_are_read_or_refused_and_never_show_a_secret(at: int, length: int, snippet: str) -> None:
    text = EXAMPLE[:at] + snippet + EXAMPLE[at + length :]

    read, mistakes = _read_or_told(text)

    assert "hunter2" not in repr(read) + "".join(str(mistake) for mistake in mistakes)


@untimed
@given(st.sampled_from(["accounts", "streams", "rules", "guards", "store", "web", "log"]), _DATA)
def test_any_data_in_any_section_is_read_or_refused(section: str, data: Any) -> None:
    document = {"accounts": {"main": {"crm": "hubspot", "token": "${SYNCD_SANDBOX_TOKEN}"}}, section: data}

    read, mistakes = _read_or_told(json.dumps(document))  # JSON is YAML

    assert all(mistake.line for mistake in mistakes)
    assert read is None or list(read.accounts) == ["main"]


@untimed
@given(st.data())
def test_damaged_mapping_is_read_or_refused(data: st.DataObject) -> None:
    file = mapping_file("hubspot", "deals")
    assert file is not None
    text = file.read_text("utf-8")
    at = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 12))

    damaged = text[:at] + data.draw(st.sampled_from(_SNIPPETS)) + text[at + length :]

    with contextlib.suppress(ConfigError):
        assert parse_mapping(damaged, "deals.yaml").object
