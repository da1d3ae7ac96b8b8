"""The queue on the command line and as a file: what a person names wrongly is told, and nothing is decided."""

from __future__ import annotations

import csv

import pytest

from syncd.cli import ExitCode, run_command
from syncd.cli.reviewing.file import read_decisions, write_review
from syncd.errors import ConfigError
from syncd.model import Action, Change, Fix, FixState, Ref
from syncd.review import Queued

SETTINGS = """\
accounts: {main: {crm: hubspot, token: "${TOKEN}"}}
streams: {main/contacts: {}}
"""
FIXES = tuple(
    Fix(
        id=f"fix{number}",
        ref=Ref("main", "contacts", str(number)),
        action=Action.UPDATE,
        changes=(Change("city", "city", "MÜNCHEN", "München", ("city_case",), ("all capitals",)),),
        state=FixState.PROPOSED,
    )
    for number in (1, 2, 3)
)
QUEUED = tuple(Queued(fix, ()) for fix in FIXES)


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", "pat-na1-a-token-of-a-test")
    file = tmp_path / "syncd.yaml"
    file.write_text(SETTINGS, "utf-8")
    return str(file)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "review.csv"


def known(_ids):
    return {fix.id for fix in FIXES}


def decide(file, decisions, *, encoding="utf-8-sig", delimiter=",", before=""):
    """Fill in the decisions and save the file as some spreadsheet does."""
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    with file.open("w", encoding=encoding, newline="") as out:
        out.write(before)
        writer = csv.DictWriter(out, rows[0], delimiter=delimiter)
        writer.writeheader()
        writer.writerows({**row, "decision": decisions.get(row["fix"], "")} for row in rows)


@pytest.mark.parametrize(
    ("encoding", "delimiter", "before"),
    [
        ("utf-8", ",", ""),
        ("utf-8-sig", ";", ""),
        ("cp1252", ";", ""),
        ("utf-16", "\t", ""),
        ("utf-8-sig", ";", "sep=;\r\n"),
    ],
)
def test_decisions_are_read_however_a_spreadsheet_saved_them(file, encoding, delimiter, before):
    write_review(file, QUEUED)
    decide(file, {"fix1": "Approve", "fix2": " dismiss "}, encoding=encoding, delimiter=delimiter, before=before)

    decisions = read_decisions(file, known)

    assert (decisions.approve, decisions.dismiss) == (("fix1",), ("fix2",))


def test_exported_file_says_why(file):
    write_review(file, QUEUED)

    row = next(csv.DictReader(file.read_text("utf-8-sig").splitlines()))

    assert row["why"] == "all capitals"


def test_every_wrong_line_of_a_file_is_told(file):
    write_review(file, (*QUEUED, QUEUED[0]))
    decide(file, {"fix1": "aprove", "fix2": "perhaps", "fix3": "approve"})

    with pytest.raises(ConfigError) as raised:
        read_decisions(file, lambda _ids: {"fix1", "fix2"})

    told = [str(mistake).rpartition("/")[2] for mistake in raised.value.mistakes]
    assert told == [
        "review.csv:2:1: a decision is approve, dismiss or empty, not 'aprove' (did you mean 'approve'?)",
        "review.csv:3:1: a decision is approve, dismiss or empty, not 'perhaps'",
        "review.csv:4:2: there is no fix 'fix3'",
        "review.csv:5:1: a decision is approve, dismiss or empty, not 'aprove' (did you mean 'approve'?)",
    ]


def test_file_with_decisions_is_not_overwritten(config, file, capsys):
    file.write_text("decision,fix\napprove,fix1\n")

    code = run_command(["review", "export", str(file), "--config", config])

    assert code == ExitCode.CONFIGURATION
    assert "is not overwritten" in capsys.readouterr().err
    assert file.read_text() == "decision,fix\napprove,fix1\n"


def test_file_that_cannot_be_written_is_one_sentence(config, tmp_path, capsys):
    code = run_command(["review", "export", str(tmp_path / "no" / "such.csv"), "--config", config])

    assert code == ExitCode.CONFIGURATION
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["approve", "dismiss"])
def test_unknown_fix_is_told_and_nothing_decided(config, capsys, command):
    code = run_command(["review", command, "nothing", "--config", config])

    assert code == ExitCode.USAGE
    assert "There is no fix 'nothing'; nothing was decided." in capsys.readouterr().err


@pytest.mark.parametrize("command", [["list"], ["approve"], ["export", "x.csv"]])
def test_unknown_rule_is_told_with_a_guess(config, capsys, command):
    code = run_command(["review", *command, "--rule", "phone_frm", "--config", config])

    assert code == ExitCode.USAGE
    assert "There is no rule 'phone_frm'." in (told := capsys.readouterr().err)
    assert "Did you mean phone_form?" in told


def test_fixes_are_named_or_described_not_both(config, capsys):
    code = run_command(["review", "approve", "fix1", "--rule", "phone_form", "--config", config])

    assert code == ExitCode.USAGE
    assert "not both" in capsys.readouterr().err


def test_fixes_of_any_state_can_be_listed(config, capsys):
    code = run_command(["review", "list", "--state", "rejected", "--config", config])

    assert code == ExitCode.OK
    assert capsys.readouterr().out.startswith("Rejected: 0")
