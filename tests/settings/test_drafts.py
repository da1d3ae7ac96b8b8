"""A draft is read as the daemon would read it, compared, and put in its file's place only if that is what it was."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.engine.trial import spread
from syncd.errors import ConfigError
from syncd.model import Mode
from syncd.settings import Settings, load_settings
from syncd.settings.reading.drafts import digest_of, draft_of, editable, said_of, with_rule

ENVIRONMENT = {"TOKEN": "pat-na1-of-nobody"}
SETTINGS = """\
# Ours.
accounts:
  main: {crm: hubspot, token: '${TOKEN}'}   # the token stands elsewhere
streams:
  main/contacts: {mode: suggest, mapping: maps/people.yaml}
rules:
  email_form: suggest        # for now
"""
MAPPING = """\
crm: hubspot
object: contacts
kind: person
fields:
  email: {source: email, write: true}
examples:
  - {given: {email: a@b.de}, becomes: {email: a@b.de}}
"""
RULE = """\
description: People of ours have an address.
kind: person
check: email != "" || phone != ""
examples:
  - {given: {email: a@b.de}, is_right: true}
  - {given: {last_name: Berg}, is_right: false}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for name, text in {"syncd.yaml": SETTINGS, "maps/people.yaml": MAPPING, "rules/x_address.yaml": RULE}.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return load_settings(tmp_path / "syncd.yaml", ENVIRONMENT)


def test_settings_rules_and_mappings_beside_them_can_be_drafted_and_nothing_else(settings: Settings) -> None:
    assert editable(settings) == ["syncd.yaml", "maps/people.yaml", "rules/x_address.yaml"]
    assert draft_of(settings, "rules/x_new.yaml", RULE).before == ""
    for name in ("../syncd.yaml", "/etc/passwd", "rules/../../x_a.yaml", "rules/x_a.yaml/..", "maps/other.yaml"):
        with pytest.raises(ConfigError, match="is no file of the settings"):
            draft_of(settings, name, "")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("syncd.yaml", "mode: suggest", "mode: apply"),
        ("maps/people.yaml", "write: true", "write: false"),
        ("rules/x_address.yaml", 'check: email != ""', 'check: email == ""'),
    ],
)
def test_draft_is_read_in_its_place_and_leaves_no_trace(settings: Settings, name: str, before: str, after: str) -> None:
    draft = draft_of(settings, name, draft_of(settings, name, "").before.replace(before, after))
    was = draft.before

    if name.startswith("rules/"):
        with pytest.raises(ConfigError, match=r"^rules/x_address.yaml:") as told:
            draft.read(ENVIRONMENT)
        assert "syncd-draft" not in str(told.value)
    else:
        changed = draft.read(ENVIRONMENT).streams[0]
        assert (changed.mode is Mode.APPLY) != (not changed.mapping.fields["email"].is_writable)
    assert draft.before == was
    assert load_settings(settings.files[0], ENVIRONMENT) == settings


def test_mistakes_are_told_with_the_place_in_the_draft(settings: Settings) -> None:
    draft = draft_of(settings, "syncd.yaml", SETTINGS.replace("mode: suggest", "mode: sugest"))

    with pytest.raises(ConfigError, match=r"^syncd.yaml:5:25: .*suggest"):
        draft.read(ENVIRONMENT)


def test_difference_is_what_patch_takes(settings: Settings, tmp_path: Path) -> None:
    text = SETTINGS.replace("for now", "for ever").rstrip("\n")
    draft = draft_of(settings, "syncd.yaml", text)

    told = draft.difference()
    subprocess.run(["patch", "-p1", "--quiet"], cwd=tmp_path, input=told.encode(), check=True)

    assert (tmp_path / "syncd.yaml").read_text() == text


def test_draft_takes_the_place_of_the_file_it_was_begun_from_and_of_no_other(settings: Settings) -> None:
    base = digest_of(SETTINGS)
    draft, other = (draft_of(settings, "syncd.yaml", SETTINGS + f"# {who}\n") for who in ("ours", "theirs"))
    draft.file.chmod(0o600)

    draft.keep(base)

    assert draft.before.endswith("# ours\n")
    assert draft.file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigError, match="was changed since"):
        other.keep(base)
    assert [file.name for file in draft.file.parent.glob(".*")] == []


def test_new_rule_is_a_new_file(settings: Settings) -> None:
    draft = draft_of(settings, "rules/x_second.yaml", RULE)

    draft.keep(digest_of(""))

    assert "x_second" in load_settings(settings.files[0], ENVIRONMENT).custom_rules


@pytest.mark.parametrize(
    ("said", "expected"),
    [("off", "off"), ("", ""), ("mode: apply\nwhen: country == 'DE'\n", "mode: apply\nwhen: country == 'DE'\n")],
)
def test_what_is_said_of_one_rule_changes_and_comments_stay(said: str, expected: str) -> None:
    text = with_rule(SETTINGS, "phone_form", said)

    assert said_of(text, "phone_form") == expected
    assert said_of(text, "email_form") == "suggest"
    assert "# the token stands elsewhere" in text
    assert with_rule(text, "phone_form", "") == with_rule(SETTINGS, "phone_form", "")


def test_what_is_no_yaml_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^rules.phone_form: not YAML"):
        with_rule(SETTINGS, "phone_form", "mode: [")


@given(
    ids=st.lists(st.text("0123456789", min_size=1, max_size=14), min_size=2, max_size=60, unique=True),
    places=st.integers(2, 30),
)
def test_places_in_a_stream_lie_between_its_ends(ids: list[str], places: int) -> None:
    first, *_, last = sorted(ids)

    found = spread(first, last, places)

    assert found[0] == ""
    assert len(found) <= places
    assert all(one <= last for one in found)


def test_places_of_evenly_given_ids_take_as_many_records_each() -> None:
    ids = [f"{number}" for number in range(20_000_000_000, 20_000_100_000, 7)]

    starts = spread(ids[0], ids[-1], 10)

    shares = [sum(start <= one < end for one in ids) for start, end in zip(starts, [*starts[1:], "3"], strict=True)]
    assert max(shares) <= 1.2 * min(shares)
