"""The files that are written: fixed rows, and one line a finding. Each takes its place only when it is complete."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from syncd.clean.columns import Columns
from syncd.clean.dialect import Dialect, unusable
from syncd.clean.formulas import neutralise
from syncd.clean.rows import FINDINGS_COLUMN, CleanRow, RowFinding

_FINDINGS_HEAD = ("row", "column", "field", "rule", "severity", "outcome", "message", "before", "after")
_END = "\r\n"


class Target:
    """The fixed rows, with a column of findings behind the columns of the head; nothing at all without a path."""

    def __init__(self, path: Path | None, dialect: Dialect, columns: Columns) -> None:
        self._path = path
        self._dialect = dialect
        self._headings = columns.headings
        self._of_field = {field: columns.headings[place] for field, place in columns.by_field.items()}
        self._width = len(columns.headings)
        #: Where the findings go: into the column of an earlier run, or behind the others.
        self._place = self._headings.index(FINDINGS_COLUMN) if FINDINGS_COLUMN in self._headings else self._width
        self._writer: Any = None

    @contextmanager
    def opened(self) -> Iterator[Target]:
        """Open for writing; the file appears when all went well."""
        if self._path is None:
            yield self
            return
        with appearing(self._path, self._dialect.written_encoding) as file:
            self._writer = writer_of(file, self._dialect)
            head = [neutralise(heading) for heading in self._headings]
            head[self._place : self._place + 1] = [FINDINGS_COLUMN]
            self._writer.writerow(head)
            yield self

    def write(self, row: CleanRow) -> None:
        """Write a row; cells beyond the head stay, behind the findings."""
        if self._writer is None:
            return
        cells = [*row.cells, *[""] * (self._width - len(row.cells))]
        told = neutralise(" | ".join([self._told(found) for found in row.findings])) if row.findings else ""
        if self._place < self._width:
            cells[self._place] = told
        else:
            cells.insert(self._place, told)
        self._writer.writerow(cells)

    def _told(self, found: RowFinding) -> str:
        where = self._of_field.get(found.field, found.field)
        said = f"{found.message} ({found.rule}, {found.outcome})"
        return f"{where}: {said}" if where else said


class Notes:
    """One line a finding; nothing at all without a path."""

    def __init__(self, path: Path | None, dialect: Dialect, columns: Columns) -> None:
        self._path = path
        self._dialect = dialect
        self._of_field = {field: columns.headings[place] for field, place in columns.by_field.items()}
        self._writer: Any = None

    @contextmanager
    def opened(self) -> Iterator[Notes]:
        """Open for writing, when it is wanted at all."""
        if self._path is None:
            yield self
            return
        with appearing(self._path, self._dialect.written_encoding) as file:
            self._writer = writer_of(file, self._dialect)
            self._writer.writerow(_FINDINGS_HEAD)
            yield self

    def write(self, number: int, row: CleanRow) -> None:
        """Write the findings of a row; `number` is the row a spreadsheet shows it in."""
        if self._writer is None:
            return
        for found in row.findings:
            place = (self._of_field.get(found.field, ""), found.field, found.rule, found.severity.name.lower())
            told = (found.outcome, found.message, found.before, found.after)
            self._writer.writerow([number, *map(neutralise, (*place, *told))])


@contextmanager
def appearing(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open a file that takes its place only when it is complete."""
    beside = path.with_name(f".{path.name}.part")
    try:
        file = beside.open("w", encoding=encoding, newline="")
    except OSError as error:
        raise unusable(path, f"cannot be written: {error.strerror}") from error
    try:
        with file:
            yield file
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


class _Ended:
    """Takes rows as the writer ends them and ends them as the file does.

    The writer quotes a cell for the sake of a line end in it only where that sign ends rows as well; with both signs
    as its end it quotes all that need it.
    """

    def __init__(self, file: TextIO, end: str) -> None:
        self._write = file.write
        self._end = end

    def write(self, text: str) -> None:
        self._write(text.removesuffix(_END) + self._end)


def writer_of(file: TextIO, dialect: Dialect) -> Any:
    """Return a writer of rows that are written as those of the file that was read."""
    sink = file if dialect.line_end == _END else _Ended(file, dialect.line_end)
    if dialect.quotes_all:
        return csv.writer(sink, delimiter=dialect.delimiter, lineterminator=_END, quoting=csv.QUOTE_ALL)
    return csv.writer(sink, delimiter=dialect.delimiter, lineterminator=_END)
