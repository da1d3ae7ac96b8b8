"""A whole file: read row by row, judged, written beside the result and put in its place at the end."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from syncd.clean.columns import Columns, guess_columns
from syncd.clean.dialect import Dialect, study, unusable
from syncd.clean.formulas import neutralise
from syncd.clean.rows import FINDINGS_COLUMN, FIXED, SUGGESTED, Cleaner, CleanRow
from syncd.clock import Clock
from syncd.errors import ConfigError

_FINDINGS_HEAD = ("row", "column", "field", "rule", "severity", "outcome", "message", "before", "after")
#: Rows between two tellings of how far it is.
_TELL_EVERY = 2_000


@dataclass(slots=True)
class Counts:
    """What one rule found, and what became of it."""

    found: int = 0
    fixed: int = 0
    suggested: int = 0


@dataclass(slots=True)
class CleanReport:
    """What became of a file."""

    dialect: Dialect
    columns: Columns
    rows: int = 0
    changed: int = 0
    #: Rows with nothing of weight wrong, before and after.
    clean_before: int = 0
    clean_after: int = 0
    #: Rows with more or fewer cells than the head has.
    misshapen: int = 0
    rules: dict[str, Counts] = field(default_factory=dict)
    #: Rows on which a rule broke, by rule.
    broken: Counter[str] = field(default_factory=Counter)

    def add(self, row: CleanRow) -> None:
        """Count a row."""
        self.rows += 1
        self.changed += row.is_changed
        self.clean_before += row.was_clean
        self.clean_after += row.is_clean
        self.broken.update(row.broken)
        for found in row.findings:
            counts = self.rules.setdefault(found.rule, Counts())
            counts.found += 1
            counts.fixed += found.outcome == FIXED
            counts.suggested += found.outcome == SUGGESTED


@dataclass(frozen=True, slots=True)
class Job:
    """What to clean, and how."""

    source: Path
    target: Path
    #: Also write one line a finding here.
    findings: Path | None = None
    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    #: Fields by heading, where the guess would be wrong.
    given: Mapping[str, str] = field(default_factory=dict)
    #: Rules that stay silent.
    without: Collection[str] = ()


def clean_file(job: Job, clock: Clock, *, tell: Callable[[int, int], object] | None = None) -> CleanReport:
    """Clean a file in bounded memory. `tell` hears of rows done and bytes read. ConfigError when it cannot be used."""
    _keep_apart(job)
    dialect = study(job.source, encoding=job.encoding, delimiter=job.delimiter)
    with ExitStack() as open_files:
        source = open_files.enter_context(_reading(job.source, dialect))
        rows = _rows(job.source, source, dialect)
        _, head = next(rows)
        columns = guess_columns(head, kind=job.kind, given=job.given)
        report = CleanReport(dialect, columns)
        cleaner = Cleaner(columns, clock.now(), without=job.without)
        target = open_files.enter_context(_Target(job.target, dialect, head).opened())
        notes = open_files.enter_context(_Notes(job.findings, dialect, head, columns).opened())
        for number, cells in rows:
            report.misshapen += len(cells) != len(head)
            row = cleaner.clean(number, cells)
            report.add(row)
            target.write(row)
            notes.write(number, row)
            if tell is not None and report.rows % _TELL_EVERY == 0:
                tell(report.rows, source.buffer.tell())
    return report


class _Target:
    """The fixed rows, with a column of findings behind the columns of the head."""

    def __init__(self, path: Path, dialect: Dialect, head: Sequence[str]) -> None:
        self._path = path
        self._dialect = dialect
        self._head = head
        self._width = len(head)
        #: Where the findings go: into the column of an earlier run, or behind the others.
        self._place = head.index(FINDINGS_COLUMN) if FINDINGS_COLUMN in head else self._width

    @contextmanager
    def opened(self) -> Iterator[_Target]:
        """Open for writing; the file appears when all went well."""
        with _appearing(self._path, self._dialect.written_encoding) as file:
            self._writer = csv.writer(file, delimiter=self._dialect.delimiter, lineterminator=self._dialect.line_end)
            head = [neutralise(heading) for heading in self._head]
            head[self._place : self._place + 1] = [FINDINGS_COLUMN]
            self._writer.writerow(head)
            yield self

    def write(self, row: CleanRow) -> None:
        """Write a row; cells beyond the head stay, behind the findings."""
        cells = [*row.cells, *[""] * (self._width - len(row.cells))]
        told = " | ".join(f"{found.rule}: {found.message} ({found.outcome})" for found in row.findings)
        if self._place < self._width:
            cells[self._place] = told
        else:
            cells.insert(self._place, told)
        self._writer.writerow(cells)


class _Notes:
    """One line a finding."""

    def __init__(self, path: Path | None, dialect: Dialect, head: Sequence[str], columns: Columns) -> None:
        self._path = path
        self._dialect = dialect
        self._headings = {name: head[place] for name, place in columns.by_field.items()}

    @contextmanager
    def opened(self) -> Iterator[_Notes]:
        """Open for writing, when it is wanted at all."""
        self._writer = None
        if self._path is None:
            yield self
            return
        with _appearing(self._path, self._dialect.written_encoding) as file:
            self._writer = csv.writer(file, delimiter=self._dialect.delimiter, lineterminator=self._dialect.line_end)
            self._writer.writerow(_FINDINGS_HEAD)
            yield self

    def write(self, number: int, row: CleanRow) -> None:
        """Write the findings of a row; `number` is the row a spreadsheet shows it in."""
        if self._writer is None:
            return
        for found in row.findings:
            place = (self._headings.get(found.field, ""), found.field, found.rule, found.severity.name.lower())
            told = (found.outcome, found.message, found.before, found.after)
            self._writer.writerow([number, *map(neutralise, (*place, *told))])


def _reading(path: Path, dialect: Dialect) -> TextIO:
    return path.open(encoding=dialect.encoding, newline="")


def _rows(path: Path, source: TextIO, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with the numbers a spreadsheet gives them, the head first, empty lines left out."""
    if dialect.has_separator_line:
        source.readline()
    reader = csv.reader(source, delimiter=dialect.delimiter)
    first = 2 if dialect.has_separator_line else 1
    try:
        for number, row in enumerate(reader, start=first):
            if row:
                yield number, row
    except csv.Error as error:
        hint = "A quote may be open that never closes."
        raise unusable(path, f"cannot be read beyond line {reader.line_num}: {error}", hint=hint) from error
    except UnicodeDecodeError as error:
        raise unusable(path, f"is not {dialect.encoding} text ({error.reason})", hint="Leave --encoding out.") from None


@contextmanager
def _appearing(path: Path, encoding: str) -> Iterator[TextIO]:
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


def _keep_apart(job: Job) -> None:
    """Refuse to write over what is read."""
    places = [path.resolve() for path in (job.source, job.target, job.findings) if path is not None]
    if len(set(places)) < len(places):
        raise ConfigError("the file to read and the files to write have to be different ones")
