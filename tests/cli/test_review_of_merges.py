"""The queue where two records may be one: what is shown first, what a person sees, and what a word on it does."""

from __future__ import annotations

import csv
import getpass
import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from syncd.cli import ExitCode, run_command
from syncd.model import FixState
from tests.cli.given_merges import ADA, CONTACTS, PHONE, SURE, base, fixes, kept, opened

OWN = "the record that stays keeps its own; the CRM keeps the other address beside it"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def config(tmp_path, monkeypatch):
    return base(tmp_path, monkeypatch)


def listed(capsys, config: str, *options: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run_command(["review", "list", "--json", "--config", config, *options]) == ExitCode.OK
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def said(capsys, *command: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run_command(["review", *command])
    out = capsys.readouterr()
    return code, out.out, out.err


# What comes first


def test_merges_come_first_and_of_them_what_hangs_most_on_and_is_nearest_to_the_line(config, capsys):
    queue = [one["id"] for one in listed(capsys, config)]

    assert queue[-1] == "41"
    assert queue.index("32") < queue.index("12")


def test_more_hanging_on_a_pair_makes_its_decision_worth_more(config, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(SURE, "22", SURE["32"])

    queue = [one["id"] for one in listed(capsys, config)]

    assert queue[:2] == ["22", "32"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--above", "0.85"], {"12", "32"}),
        (["--below", "0.95"], {"12", "22"}),
        (["--above", "0.85", "--below", "0.95"], {"12"}),
        (["--action", "merge"], {"12", "22", "32"}),
        (["--action", "update"], {"41"}),
        (["--field", "phone"], {"12"}),
        (["--rule", "city_case"], {"41"}),
        (["--rule", "city_case", "--above", "0.1"], set()),
    ],
)
def test_queue_is_narrowed_down(config, capsys, options, expected):
    assert {one["id"] for one in listed(capsys, config, *options)} == expected


def test_list_can_be_cut_short_and_says_so(config, capsys):
    _, out, _ = said(capsys, "list", "--first", "1", "--config", config)

    assert out.startswith("Waiting for a decision: 4")
    assert out.splitlines()[-1].startswith("and 3 more")


# What a person sees


@pytest.mark.parametrize("columns", [80, 120])
def test_person_sees_who_is_who_how_sure_it_is_and_why_he_is_asked(config, monkeypatch, columns):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(columns))
    out = Terminal()
    monkeypatch.setattr("sys.stdout", out)

    run_command(["review", "list", "--config", config])

    text = re.sub("\x1b\\[[0-9;]*m", "", out.getvalue())
    assert all(word in text for word in ("→ 11", "90%", "97%", "60%", "phone", "personal", "ada.king@"))
    assert max(map(len, text.splitlines())) <= columns


def test_merge_is_shown_side_by_side_with_reasons_and_what_could_be_taken_back(config, tmp_path, capsys):
    fix = fixes(tmp_path)["12"]

    code, out, _ = said(capsys, "show", fix.id, "--config", config)

    assert code == ExitCode.OK
    lines = out.splitlines()
    assert "goes:  contacts/12  Ada King, ada.king@example-works.com" in lines
    assert "stays: contacts/11  Ada King, ada@example-works.com" in lines
    assert "phone\t+14155550100\t(empty)\t+14155550100\tthe record that stays holds nothing here" in lines
    assert f"email\tada.king@example-works.com\tada@example-works.com\tada@example-works.com\t{OWN}" in lines
    assert "the same in both: firstname, lastname, city" in lines
    assert "That they are one is 90% sure" in lines
    assert "A person has to say so: They have two personal addresses at one employer." in lines
    assert "What an undo brings back" in lines
    assert any("the record that went gets a new id" in line for line in lines)


def test_script_gets_the_same_as_data(config, tmp_path, capsys):
    fix = fixes(tmp_path)["12"]

    _, out, _ = said(capsys, "show", fix.id, "--json", "--config", config)

    data = json.loads(out)
    assert data["into"] == "main/contacts/11"
    assert data["merge"]["probability"] == 0.9
    assert {one["property"]: one["result"] for one in data["merge"]["fields"]}["phone"] == "+14155550100"
    assert data["undo"]["cannot"]
    assert data["pair"]["reasons"]


# What a word does


def test_dismissed_merge_keeps_the_two_apart_for_ever(config, tmp_path, capsys):
    said(capsys, "dismiss", fixes(tmp_path)["12"].id, "--config", config)

    assert fixes(tmp_path)["12"].state is FixState.DISMISSED
    with opened(tmp_path).reading() as tx:
        assert tx.twins.is_apart(CONTACTS, "11", "12")
        assert not tx.twins.is_apart(CONTACTS, "21", "22")


def test_bulk_approval_tells_how_many_and_waits_for_a_yes(config, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))

    code, _, err = said(capsys, "approve", "--rule", "duplicate", "--above", "0.85", "--config", config)

    assert code == ExitCode.INTERRUPTED
    assert "Approve 2 merges (--yes asks nothing)?" in err
    assert {fix.state for fix in fixes(tmp_path).values()} == {FixState.PROPOSED}


def test_bulk_approval_by_a_script_asks_nothing_and_names_who_did_it(config, tmp_path, capsys):
    code, out, _ = said(capsys, "approve", "--rule", "duplicate", "--above", "0.85", "--yes", "--config", config)

    assert (code, out) == (ExitCode.OK, "2 approved\n")
    assert set(fixes(tmp_path, states=[FixState.APPROVED])) == {"12", "32"}
    with opened(tmp_path).reading() as tx:
        assert tx.journal.events(fixes(tmp_path)["12"].id)[-1].by == getpass.getuser()


# There and back as a CSV


def edited(file: Any, change: Any) -> None:
    """Let a person change rows in a spreadsheet."""
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    for row in rows:
        change(row)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def exported(config, tmp_path, capsys):
    file = tmp_path / "review.csv"
    assert run_command(["review", "export", str(file), "--config", config]) == ExitCode.OK
    capsys.readouterr()
    return file


def test_exported_merge_has_a_row_for_itself_and_one_for_each_difference(exported, tmp_path):
    fix = fixes(tmp_path)["12"].id

    rows = [row for row in csv.DictReader(exported.read_text("utf-8-sig").splitlines()) if row["fix"] == fix]

    assert [(row["field"], row["now"], row["the one that goes has"], row["will be"]) for row in rows] == [
        ("", "", "Ada King, ada.king@example-works.com → Ada King, ada@example-works.com", "merge into contacts/11"),
        ("email", "ada@example-works.com", "ada.king@example-works.com", "ada@example-works.com"),
        ("phone", "(empty)", "'+14155550100", "'+14155550100"),
        ("jobtitle", "(empty)", "'=cmd()", "(empty)"),
    ]
    assert (rows[0]["action"], rows[0]["sure"]) == ("merge", "90%")
    assert "They have two personal addresses at one employer." in rows[0]["why"]


def test_decisions_on_merges_come_back(exported, config, tmp_path, capsys):
    decisions = {"12": "approve", "22": "dismiss"}
    edited(exported, lambda row: row.update(decision=decisions.get(row["record"].rpartition("/")[2], "")))

    code, out, _ = said(capsys, "import", str(exported), "--config", config)

    assert (code, out) == (ExitCode.OK, "1 approved, 1 dismissed, 0 had moved on and were left alone\n")
    assert fixes(tmp_path)["12"].changes == (PHONE,)
    with opened(tmp_path).reading() as tx:
        assert tx.twins.is_apart(CONTACTS, "21", "22")


def test_value_chosen_in_the_file_is_what_the_merge_will_write(exported, config, tmp_path, capsys):
    def choose(row):
        row["decision"] = "approve" if row["record"] == "main/contacts/12" else ""
        if row["record"] == "main/contacts/11":
            row["keep"] = {"email": "goes", "phone": "Stays"}.get(row["field"], "")

    edited(exported, choose)

    code, out, _ = said(capsys, "import", str(exported), "--config", config)

    assert code == ExitCode.OK
    assert out.startswith("1 approved, 1 of them with values chosen by hand")
    fix = fixes(tmp_path)["12"]
    assert fix.state is FixState.APPROVED
    assert [(one.field, one.property, one.before, one.after, one.reasons) for one in fix.changes] == [
        ("email", "email", "ada@example-works.com", "ada.king@example-works.com", ("chosen by a person",))
    ]


def test_wrong_cells_are_told_with_row_and_column_and_nothing_is_taken(exported, config, tmp_path, capsys):
    def choose(row):
        row["decision"] = "approve"
        if row["field"] == "email":
            row["keep"] = "gose"
        if row["action"] == "update":
            row["keep"], row["fix"] = "goes", "nothing"

    edited(exported, choose)
    lines = exported.read_text().splitlines()

    code, _, err = said(capsys, "import", str(exported), "--config", config)

    email = next(number for number, line in enumerate(lines, 1) if ",email," in line)
    update = next(number for number, line in enumerate(lines, 1) if ",update," in line)
    assert code == ExitCode.CONFIGURATION
    assert f":{email}:12: what is kept is that of the one that goes or stays, not 'gose' (did you mean 'goes'?)" in err
    assert f":{update}:12: there is nothing to choose in this row" in err
    assert f":{update}:2: there is no fix 'nothing'" in err
    assert {fix.state for fix in fixes(tmp_path).values()} == {FixState.PROPOSED}


def test_choice_of_a_value_that_has_changed_since_is_not_taken(exported, config, tmp_path, capsys):
    kept(tmp_path, "12", {**ADA, "email": "ada@example-labs.com", "phone": "+14155550100"})
    chosen = {"decision": "approve", "keep": "goes"}
    edited(exported, lambda row: row.update(chosen if row["field"] == "email" else {}))

    code, _, err = said(capsys, "import", str(exported), "--config", config)

    assert code == ExitCode.CONFIGURATION
    assert "'email' has changed since the file was written" in err
    assert fixes(tmp_path)["12"] == replace(fixes(tmp_path)["12"], state=FixState.PROPOSED, changes=(PHONE,))
