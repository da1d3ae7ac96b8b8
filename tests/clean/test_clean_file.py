from __future__ import annotations

import csv
import tracemalloc

import pytest

from syncd.clean import FINDINGS_COLUMN, Job, clean_file
from syncd.clock import SystemClock
from syncd.errors import ConfigError


@pytest.fixture
def job(tmp_path):
    def make(text: str, **options) -> Job:
        (tmp_path / "in.csv").write_bytes(text.encode(options.pop("written", "utf-8")))
        return Job(tmp_path / "in.csv", tmp_path / "out.csv", **options)

    return make


def rows_of(path, delimiter=","):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def clean(job):
    return clean_file(job, SystemClock())


def test_sure_fixes_are_applied_and_told(job):
    work = job("First name,Email,Country\nADA, Ada@Example.COM ,Germany\n")

    report = clean(work)

    head, row = rows_of(work.target)
    assert head == ["First name", "Email", "Country", FINDINGS_COLUMN]
    assert row[:3] == ["Ada", "ada@example.com", "DE"]
    assert "Email: not in lower case, or something stands around the address (email_form, fixed)" in row[3]
    assert (report.rows, report.changed) == (1, 1)


def test_columns_nobody_knows_pass_through_unchanged(job):
    work = job('Email,Notes\nada@example.com,"two\nlines, and a ""quote"""\n')

    clean(work)

    assert rows_of(work.target)[1][1] == 'two\nlines, and a "quote"'


def test_cleaning_the_result_again_changes_nothing(job, tmp_path):
    work = job("Email,Phone,Country,Notes\n Ada@Example.COM ,030 1234567,Germany,=1+1\n@x,+49 30 1234567,DE,-\n")
    clean(work)

    again = clean_file(Job(work.target, tmp_path / "again.csv"), SystemClock())

    first, second = rows_of(work.target), rows_of(tmp_path / "again.csv")
    assert [row[:4] for row in first] == [row[:4] for row in second]
    assert again.changed == 0
    assert first[0].count(FINDINGS_COLUMN) == second[0].count(FINDINGS_COLUMN) == 1


def test_formulas_are_neutralised_in_both_files(job, tmp_path):
    work = job("Email,=HEAD()\n=cmd|'/C calc'!A0,+SUM(A1)\n", findings=tmp_path / "findings.csv")

    clean(work)

    cells = [cell for path in (work.target, work.findings) for row in rows_of(path) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_separator_line_ends_and_mark_stay_as_they_were(job):
    work = job("Vorname;E-Mail\r\nJürgen;j@example.com\r\n", written="utf-8-sig")

    clean(work)

    written = work.target.read_bytes()
    assert written.startswith(b"\xef\xbb\xbfVorname;E-Mail;syncd_findings\r\n")


def test_row_of_another_length_keeps_its_cells(job):
    work = job("First name,Email\nAda\nBob,bob@example.com,extra\n")

    report = clean(work)

    _, short, long = rows_of(work.target)
    assert short[:2] == ["Ada", ""]
    assert [*long[:2], long[3]] == ["Bob", "bob@example.com", "extra"]
    assert report.misshapen == 2


def test_findings_file_names_the_row_a_spreadsheet_shows(job, tmp_path):
    work = job("First name,Email\nAda,ada@example.com\n\nBob,not an address\n", findings=tmp_path / "findings.csv")

    clean(work)

    head, *found = rows_of(work.findings)
    assert head[:3] == ["row", "column", "field"]
    assert ["4", "Email", "email", "email_valid"] in [row[:4] for row in found]
    assert {row[0] for row in found} <= {"2", "4"}


def test_rule_that_is_left_out_stays_silent(job):
    work = job("First name\nADA\n", without=("person_name_case",))

    clean(work)

    assert rows_of(work.target)[1][0] == "ADA"


def test_unknown_rule_is_one_clear_sentence(job):
    with pytest.raises(ConfigError, match="there is no rule of this name; did you mean 'person_name_case'"):
        clean(job("First name\nADA\n", without=("person_name_cas",)))


def test_file_that_fails_half_way_leaves_no_result(job):
    work = job('Email\nada@example.com\n"open' + "x" * (1 << 21))

    with pytest.raises(ConfigError, match="a quote in line 3 that is never closed"):
        clean(work)

    assert [path.name for path in work.target.parent.iterdir()] == ["in.csv"]


def test_file_is_never_written_over_itself(job):
    work = job("Email\nada@example.com\n")

    with pytest.raises(ConfigError, match="different ones"):
        clean(Job(work.source, work.source))


def test_folder_that_is_not_there_is_one_clear_sentence(job, tmp_path):
    work = job("Email\nada@example.com\n")

    with pytest.raises(ConfigError, match="cannot be written"):
        clean(Job(work.source, tmp_path / "nowhere" / "out.csv"))


def test_memory_does_not_grow_with_the_file(job, tmp_path):
    head = "First name,Notes\n"
    small, large = job(head + "Ada,x\n" * 200), tmp_path / "large.csv"
    large.write_text(head + f"Ada,{'x' * 200}\n" * 20_000)
    clean(small)

    tracemalloc.start()
    clean(Job(large, tmp_path / "large_out.csv"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert large.stat().st_size > 4_000_000
    assert peak < 3_000_000
