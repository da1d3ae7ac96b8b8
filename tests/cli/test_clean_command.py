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
    assert "Notes\t(left as it is)" in told
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
    assert "Notes\tjob_title" in told
    assert "Email\t(left as it is)" in told


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--map", "nonsense"], ExitCode.USAGE),
        (["--map", "Nots=email"], ExitCode.CONFIGURATION),
        (["--kind", "persons"], ExitCode.CONFIGURATION),
        (["--delimiter", ";;"], ExitCode.CONFIGURATION),
        (["--without", "email_frm"], ExitCode.CONFIGURATION),
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
