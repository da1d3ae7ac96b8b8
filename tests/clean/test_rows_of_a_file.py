from __future__ import annotations

import csv

import pytest

from syncd.clean import Job, clean_file
from syncd.clock import SystemClock
from syncd.errors import ConfigError

HEAD = "First name,Last name,Email,Notes\n"
ROW = "Ada,Lovelace,ada@acme.com,x\n"


def cleaned(tmp_path, text):
    (tmp_path / "in.csv").write_bytes(text.encode())
    return clean_file(Job(tmp_path / "in.csv", tmp_path / "out.csv"), SystemClock())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        # to the end of the file
        (HEAD + ROW * 3 + 'Bob,"Open,bob@acme.com,x\n' + ROW * 3, 5),
        # until the next cell in quotes opens
        (HEAD + ROW + 'Bob,"Open,bob@acme.com,x\n' + ROW * 2 + 'Eve,"Doe, Jr.",eve@acme.com,x\n' + ROW, 3),
        # until a quote that happens to end a cell
        (HEAD + 'Bob,"Open,bob@acme.com,x\n' + ROW * 20 + 'Eve,Doe",eve@acme.com,x\n', 2),
        # longer than any cell
        (HEAD + ROW + 'Bob,"Open,bob@acme.com,x\n' + ROW * 1_500, 3),
        # behind a cell of several lines that is closed
        (HEAD + 'Bob,"two\nlines","open,x\n' + ROW * 3, 3),
    ],
)
def test_quote_that_nobody_closed_is_told_with_its_line_and_nothing_is_written(tmp_path, text, line):
    with pytest.raises(ConfigError, match=f"has a quote in line {line} that is never closed"):
        cleaned(tmp_path, text)

    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    "note",
    [
        '"' + "a line of a letter, with a comma\n" * 40 + '"',
        '"He said ""no"".\nThen he left."',
        '6" of snow',
        '"Bob" Smith',
        '"line\r\nline"',
    ],
)
def test_cell_of_several_lines_or_with_quotes_in_it_is_read(tmp_path, note):
    report = cleaned(tmp_path, f"{HEAD}Ada,Lovelace,ada@acme.com,{note}\n{ROW}")

    assert (report.rows, report.misshapen) == (2, 0)


def test_cells_that_stood_in_quotes_stand_in_quotes(tmp_path):
    cleaned(tmp_path, '"Email","Notes"\n"ada@acme.com",""\n')

    assert (tmp_path / "out.csv").read_text() == '"Email","Notes","syncd_findings"\n"ada@acme.com","",""\n'


def test_return_within_a_cell_ends_no_row(tmp_path):
    cleaned(tmp_path, 'Email,Notes\nada@acme.com,"one\rtwo"\n')

    with (tmp_path / "out.csv").open(newline="") as file:
        assert list(csv.reader(file))[1][:2] == ["ada@acme.com", "one\rtwo"]


def test_file_of_a_separator_line_alone_is_one_clear_sentence(tmp_path):
    with pytest.raises(ConfigError, match="holds no rows"):
        cleaned(tmp_path, "sep=;\n")
