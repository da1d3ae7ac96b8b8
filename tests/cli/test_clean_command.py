from __future__ import annotations

import json

import pytest

from syncd.cli import ExitCode, run_command


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("First name,Email,Notes\nADA, Ada@Lovelace-Engines.COM ,x\n")
    return path


def test_summary_says_what_was_understood_and_done(file, tmp_path, capsys):
    code = run_command(["clean", str(file), "-o", str(tmp_path / "out.csv")])

    told = capsys.readouterr().out
    assert code == ExitCode.OK
    assert "Rows are taken for: person" in told
    assert "Notes\t-\tleft alone\t" in told
    assert "First name\tfirst_name\tsure\t" in told
    assert "email_form\t1\t1\t0\t0" in told
    assert "1 rows, 1 changed; clean: 0.0 % before, 100.0 % after." in told


def test_json_is_one_document(file, tmp_path, capsys):
    run_command(["clean", str(file), "-o", str(tmp_path / "out.csv"), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert told["columns"] == {"First name": "first_name", "Email": "email", "Notes": None}
    assert (told["rows"], told["changed"]) == (1, 1)


def test_column_can_be_named(file, tmp_path, capsys):
    run_command(["clean", str(file), "-o", str(tmp_path / "out.csv"), "--map", "Notes=job_title", "--map", "Email="])

    told = capsys.readouterr().out
    assert "Notes\tjob_title\tyou said so" in told
    assert "Email\t-\tyou said so" in told


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--map", "nonsense"], ExitCode.USAGE),
        (["--map", "Nots=email"], ExitCode.CONFIGURATION),
        (["--kind", "persons"], ExitCode.CONFIGURATION),
        (["--delimiter", ";;"], ExitCode.CONFIGURATION),
        (["--without", "email_frm"], ExitCode.CONFIGURATION),
        (["--against", "hubspot/contact"], ExitCode.CONFIGURATION),
        (["--against", "hubspot/deals"], ExitCode.CONFIGURATION),
        (["--config", "nowhere.yaml"], ExitCode.CONFIGURATION),
        (["--check"], ExitCode.USAGE),
    ],
)
def test_wrong_option_is_one_sentence_and_writes_nothing(file, tmp_path, capsys, arguments, code):
    assert run_command(["clean", str(file), "-o", str(tmp_path / "out.csv"), *arguments]) == code

    assert "Traceback" not in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_missing_file_is_one_sentence(tmp_path, capsys):
    code = run_command(["clean", str(tmp_path / "no.csv"), "-o", str(tmp_path / "out.csv")])

    assert code == ExitCode.CONFIGURATION
    assert "no.csv: cannot be read: No such file or directory" in capsys.readouterr().err


def test_guessed_encoding_is_told(tmp_path, capsys):
    (tmp_path / "in.csv").write_bytes("Vorname;E-Mail\nJürgen;j@example.com\n".encode("cp1252"))

    run_command(["clean", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv")])

    assert "read as cp1252" in capsys.readouterr().out
    assert "Jürgen" in (tmp_path / "out.csv").read_text("utf-8")


def test_command_without_a_place_for_the_rows_says_so(file, capsys):
    assert run_command(["clean", str(file)]) == ExitCode.USAGE

    assert "--output" in capsys.readouterr().err


@pytest.mark.parametrize(("notes", "code"), [("Notes=", ExitCode.OK), ("Notes=birth_date", ExitCode.LEFT_TO_DO)])
def test_check_passes_or_tells_what_is_in_the_way(tmp_path, capsys, notes, code):
    (tmp_path / "in.csv").write_text("FirstName,LastName,Email,Notes\nAda,Lovelace,ada@lovelace-engines.com,x\n")

    told = run_command(["clean", str(tmp_path / "in.csv"), "--check", "--against", "salesforce/Lead", "--map", notes])

    assert told == code
    shown = capsys.readouterr().out
    assert ("salesforce Lead has no property for it" in shown) is (code == ExitCode.LEFT_TO_DO)
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_check_is_told_as_data(file, capsys):
    run_command(["clean", str(file), "--check", "--json"])

    told = json.loads(capsys.readouterr().out)["check"]
    assert told["passes"] is False
    assert told["required_without_column"] == ["last_name"]
    assert told["fits"]["Email"] == {"fits": True, "property": None, "reason": ""}


SETTINGS = """
accounts: {main: {crm: hubspot, token: "${SYNCD_TEST_NO_SUCH_TOKEN}"}}
streams:
  main/contacts:
    mode: apply
    properties: {job_function: team_of_person}
    rules: {person_name_case: {enabled: false}}
rules: {email_form: {mode: suggest}}
"""
OWN_RULE = """
description: Notes of ours are in capitals.
kind: person
field: job_function
change: upper
mode: apply
examples:
  - {given: {job_function: sales}, becomes: SALES}
  - {given: {job_function: SALES}, is_right: true}
"""


@pytest.mark.parametrize("against", [[], ["--against", "main/contacts"]])
def test_rules_of_a_configuration_are_followed_your_own_included(file, tmp_path, capsys, against):
    (tmp_path / "syncd.yaml").write_text(SETTINGS)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "x_shout.yaml").write_text(OWN_RULE)
    file.write_text("First name,Email,team_of_person\nADA, Ada@Lovelace-Engines.COM ,sales\n")
    arguments = ["--config", str(tmp_path / "syncd.yaml"), "--map", "team_of_person=job_function", "--json", *against]

    run_command(["clean", str(file), "-o", str(tmp_path / "out.csv"), *arguments])

    rules = json.loads(capsys.readouterr().out)["rules"]
    assert rules["x_shout"] == {"found": 1, "fixed": 1, "suggested": 0}
    assert rules["email_form"] == {"found": 1, "fixed": 0, "suggested": 1}
    assert "person_name_case" not in rules
