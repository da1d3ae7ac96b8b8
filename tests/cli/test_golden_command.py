"""Golden records of linked accounts, told on the screen, as CSV, as Parquet, as JSON, and of one record explained."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest

from syncd.cli import ExitCode, run_command
from tests.cli.given_golden import base


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    return base(tmp_path, monkeypatch)


def test_golden_records_are_written_once_each_with_their_origins_and_run_in_no_spreadsheet(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, columns = tmp_path / "golden.csv", tmp_path / "golden.parquet"

    code = run_command(
        ["golden", "person", "--csv", str(table), "--parquet", str(columns), "--origins", "--config", config]
    )

    with table.open(encoding="utf-8", newline="") as file:
        ada, eva = csv.DictReader(file)
    assert code == ExitCode.OK
    assert "2 golden records of the kind person, 1 of them known in several accounts" in capsys.readouterr().out
    assert (ada["records"], ada["accounts"], ada["company_name"]) == ("hub/contacts/1;org/Contact/a", "2", "'=cmd()")
    assert (ada["job_title"], ada["job_title_origin"], ada["city"]) == ("Head of Sales", "org/Contact/a", "Bonn")
    assert ada["job_title_at"] == "2026-03-02T00:00:00+00:00"
    assert (eva["accounts"], eva["job_title"], eva["job_title_origin"]) == ("1", "", "")
    told = duckdb.read_parquet(str(columns)).select("company_name, job_title, city").fetchall()
    assert told == [("=cmd()", "Head of Sales", "Bonn"), ("A B", None, None)]
    assert sorted(one.name for one in tmp_path.iterdir() if "golden" in one.name) == ["golden.csv", "golden.parquet"]


def test_golden_records_are_a_json_document_a_line(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = run_command(["golden", "--json", "--origins", "--config", config])

    ada, _ = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == ExitCode.OK
    assert ada["values"]["job_title"] == "Head of Sales"
    assert ada["origins"]["job_title"] == {
        "from": "org/Contact/a",
        "at": "2026-03-02T00:00:00+00:00",
        "by": "person",
        "why": "it was set last",
        "losers": [{"record": "hub/contacts/1", "why": "another one was set later"}],
    }


def test_record_that_is_explained_tells_what_it_and_its_counterparts_come_to(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run_command(["explain", "hub/contacts", "1", "--config", config])
    told = capsys.readouterr().out
    run_command(["explain", "hub/contacts", "2", "--config", config])
    alone = capsys.readouterr().out

    assert "the same as hub/contacts/1, org/Contact/a: what they come to" in told
    line = next(line for line in told.splitlines() if line.startswith("job_title\tHead of Sales\torg/Contact/a\t"))
    assert line.endswith("newest: it was set last\thub/contacts/1: another one was set later")
    assert "what they come to" not in alone


def test_kind_that_is_not_linked_has_no_golden_records(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = run_command(["golden", "persn", "--config", config])

    assert code != ExitCode.OK
    assert "did you mean 'person'?" in capsys.readouterr().err
