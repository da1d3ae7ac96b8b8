from __future__ import annotations

import json

import pytest

from syncd.cli import ExitCode, run_command

ROW = "Ada,Lovelace,ada@lovelace-engines.com,x\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(f"First name,Last name,Email,Notes\n{ROW}{ROW}Grace,Hopper,grace@navy.mil,\n")
    return path


def test_summary_says_what_was_understood_and_found(file, tmp_path, capsys):
    code = run_command(["match", str(file), "-o", str(tmp_path / "out.csv")])

    told = capsys.readouterr().out
    assert code == ExitCode.OK
    assert "Rows are taken for: person" in told
    assert "Notes\t-\tleft alone\t" in told
    assert "likely one\t1\t2" in told
    assert "3 rows; merging what is beyond doubt leaves 2." in told


def test_json_is_one_document(file, tmp_path, capsys):
    run_command(["match", str(file), "-o", str(tmp_path / "out.csv"), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["groups"], told["merges"], told["questions"]) == (3, 1, 1, 0)
    assert told["columns"]["person"]["Notes"] is None


def test_column_can_be_named(file, tmp_path, capsys):
    run_command(["match", str(file), "-o", str(tmp_path / "out.csv"), "--map", "Notes=full_name", "--map", "Email="])

    told = capsys.readouterr().out
    assert "Notes\tfull_name\tyou said so" in told
    assert "Email\t-\tyou said so" in told


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--map", "nonsense"], ExitCode.USAGE),
        (["--map", "Nots=email"], ExitCode.CONFIGURATION),
        (["--kind", "deal"], ExitCode.CONFIGURATION),
        (["--delimiter", ";;"], ExitCode.CONFIGURATION),
        (["--encoding", "utf-9"], ExitCode.CONFIGURATION),
    ],
)
def test_wrong_option_is_one_sentence_and_writes_nothing(file, tmp_path, capsys, arguments, code):
    assert run_command(["match", str(file), "-o", str(tmp_path / "out.csv"), *arguments]) == code

    assert "Traceback" not in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_missing_file_is_one_sentence(tmp_path, capsys):
    code = run_command(["match", str(tmp_path / "no.csv"), "-o", str(tmp_path / "out.csv")])

    assert code == ExitCode.CONFIGURATION
    assert "no.csv: cannot be read: No such file or directory" in capsys.readouterr().err
