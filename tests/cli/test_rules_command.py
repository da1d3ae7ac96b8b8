"""The rules as a person sees them: all of them, one whole, and one tried on a value. No account is needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from quality import catalog, description_of
from quality.rule import Phase
from syncd.cli import ExitCode, run_command

SETTINGS = """\
accounts: {main: {crm: hubspot, token: "${TOKEN}"}}
streams:
  main/contacts:
    mode: suggest
    fields: {mobile: protect}
    rules: {phone_form: {owner: phone team, when: country == "DE"}}
  main/companies: {rules: {phone_form: off}}
rules: {city_case: off}
"""
RULE = """\
description: Lead sources have the spelling of our list.
kind: person
field: lead_source
change: {map: {fair: Trade show}}
owner: marketing
examples:
  - {given: {lead_source: fair}, becomes: Trade show}
  - {given: {lead_source: Trade show}, is_right: true}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOKEN", "secret")
    return tmp_path


@pytest.fixture
def configured(folder: Path) -> Path:
    (folder / "rules").mkdir()
    (folder / "rules" / "x_source.yaml").write_text(RULE)
    (folder / "syncd.yaml").write_text(SETTINGS)
    return folder


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run_command(["rules", *arguments, "--json"]) == ExitCode.OK
    return json.loads(capsys.readouterr().out)


def test_rules_are_listed_in_the_order_they_judge_in_without_any_configuration(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = said(capsys)

    phases = [Phase[one["phase"].upper()] for one in listed]
    assert {one["rule"] for one in listed} == set(catalog())
    assert phases == sorted(phases)
    assert all(one["description"] == description_of(one["rule"]) for one in listed)
    assert not list(folder.iterdir())


def test_list_shows_what_was_chosen_for_each_stream(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = {one["rule"]: one for one in said(capsys)}

    companies, people = listed["phone_form"]["streams"]
    assert not companies["is_on"]
    assert (people["mode"], people["when"], people["owner"]) == ("suggest", 'country == "DE"', "phone team")
    assert people["fields"] == {"phone": "suggest", "mobile": "observe", "fax": "suggest"}
    assert listed["x_source"]["written_by"] == "you"
    assert listed["x_source"]["owner"] == "marketing"
    assert not any(stream["is_on"] for stream in listed["city_case"]["streams"])
    assert (configured / "syncd.db").exists() is False


def test_listed_on_a_terminal_or_in_a_pipe_every_rule_is_one_line(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_command(["rules", "--config", str(configured / "syncd.yaml")])

    lines = capsys.readouterr().out.splitlines()
    (phone,) = [line.split("\t") for line in lines if line.startswith("phone_form\t")]
    assert len(lines) == len(catalog()) + 3  # the own rule, the heading and the sum
    assert phone[:5] == ["phone_form", "in 1 of 2", "suggest", "warning", "phone team"]


@pytest.mark.parametrize("name", ["fake_entry", "x_source", "quality_flags"])
@pytest.mark.usefixtures("configured")
def test_one_rule_is_shown_whole(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    whole = said(capsys, name)
    code = run_command(["rules", name])
    text = capsys.readouterr().out

    assert code == ExitCode.OK
    assert whole["description"] in text
    assert len(whole["examples"]) >= 2
    assert all(parameter in text for parameter in whole["parameters"])
    assert all(one["description"] for one in whole["parameters"].values())


def test_options_that_several_rules_share_are_described_and_removals_told_in_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run_command(["rules", "purge_fake"])

    text = capsys.readouterr().out
    assert "`archive` proposes to remove the record." in text
    assert "becomes a record in the recycle bin" in text
    assert "Removal" not in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("phone_form", "--try", "030 12345678", "--with", "country=DE"), "becomes +493012345678"),
        (("phone_form", "--try", "030 12345678", "--with", "country=FR"), "right"),  # out of the stream's `when`
        (("phone_form", "--try", "+493012345678", "--with", "country=DE"), "right"),
        (("x_source", "--try", "FAIR"), "becomes Trade show"),
        (("email_typo", "--try", "ada@gmial.com"), "probably ada@gmail.com"),
        (("deal_amount", "--try", "-5"), "below zero"),
    ],
)
@pytest.mark.usefixtures("configured")
def test_rule_can_be_tried_on_a_value(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run_command(["rules", *arguments])

    assert code == ExitCode.OK
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("phon_form",), "Did you mean phone_form?"),
        (("phone_form", "--try", "1", "--with", "contry=DE"), "did you mean 'country'?"),
        (("phone_form", "--try", "1", "--with", "country"), "'country' has no value"),
        (("phone_form", "--try", "1", "--kind", "compny"), "did you mean 'company'?"),
        (("phone_form", "--try", "1", "--field", "moblie"), "did you mean 'mobile'?"),
        (("deal_amount", "--try", "much"), "amount is a number"),
        (("--try", "1"), "name the rule to try"),
    ],
)
@pytest.mark.usefixtures("configured")
def test_what_cannot_be_shown_or_tried_is_told(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run_command(["rules", *arguments])

    assert code != ExitCode.OK
    assert told in " ".join(capsys.readouterr().err.split())
