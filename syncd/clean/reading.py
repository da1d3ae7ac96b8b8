"""The rows of a file as they were written. A quote that nobody closed is found before it swallows what follows."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from syncd.clean.dialect import Dialect, unusable

#: A cell of more lines, or more characters, is a quote that was never closed.
CELL_LINES = 1_000
CELL_CHARACTERS = 1 << 20
#: So many lines of a cell that all look like rows are rows.
_ROWS_IN_A_CELL = 10
#: In files of fewer columns a line of prose may look like a row.
_MIN_WIDTH = 3
_MOST = 0.9
_QUOTED = re.compile(r'"(?:[^"]++|"")*+"')


@dataclass(frozen=True, slots=True)
class _QuotedCell:
    """A cell in quotes: the line of its record that it opens in, counted from 0, and how many lines it goes down."""

    line: int
    height: int
    is_sound: bool


class _OpenQuoteError(Exception):
    """A record goes on and on."""


class _Lines:
    """The lines of a file, and those that the record under way is made of."""

    def __init__(self, source: Iterable[str]) -> None:
        self._source = iter(source)
        self.held: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        held = self.held
        try:
            line = next(self._source)
        except StopIteration:
            if held:
                raise _OpenQuoteError from None
            raise
        if len(held) > CELL_LINES:
            raise _OpenQuoteError
        held.append(line)
        return line


def rows_of(path: Path, source: TextIO, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with the numbers a spreadsheet gives them, the head first, empty lines left out.

    Raises ConfigError that names the line when a quote stays open: what follows would be read as one cell.
    """
    csv.field_size_limit(CELL_CHARACTERS)
    if dialect.has_separator_line:
        source.readline()
    first = 2 if dialect.has_separator_line else 1
    lines = _Lines(source)
    reader = csv.reader(lines, delimiter=dialect.delimiter)
    begun, width = first, 0
    try:
        for number, row in enumerate(reader, start=first):
            if len(lines.held) > 1:
                _check(lines.held, dialect.delimiter, width)
            begun += len(lines.held)
            lines.held.clear()
            if row:
                width = width or len(row)
                yield number, row
    except (csv.Error, _OpenQuoteError) as error:
        place = _place_of_quote("".join(lines.held), dialect.delimiter)
        if place is None:
            raise unusable(path, f"cannot be read beyond line {begun}: {error}") from error
        message = f"has a quote in line {begun + place} that is never closed"
        raise unusable(path, message, hint="Close it, double it or take it away in a text editor.") from error
    except UnicodeDecodeError as error:
        raise unusable(path, f"is not {dialect.encoding} text ({error.reason})", hint="Leave --encoding out.") from None


def _check(lines: Sequence[str], delimiter: str, width: int) -> None:
    """Raise when a record of several lines is rather several records behind a stray quote."""
    if any(not cell.is_sound for cell in _quoted_cells("".join(lines), delimiter)):
        raise _OpenQuoteError
    inner = lines[1:-1]
    alike = sum(line.count(delimiter) == width - 1 for line in inner)
    if width >= _MIN_WIDTH and len(inner) >= _ROWS_IN_A_CELL and alike > _MOST * len(inner):
        raise _OpenQuoteError


def _place_of_quote(text: str, delimiter: str) -> int | None:
    """Return in which line of a record the quote opens that is to blame; None when there is none."""
    cells = list(_quoted_cells(text, delimiter))
    open_ones = [cell for cell in cells if not cell.is_sound]
    tall = max(cells, key=lambda cell: cell.height, default=None)
    if open_ones:
        return open_ones[0].line
    return tall.line if tall is not None and tall.height else None


def _quoted_cells(text: str, delimiter: str) -> Iterator[_QuotedCell]:
    """Yield the quoted cells of a record. One that ends nowhere, or in the midst of another cell, is not sound."""
    ends = re.compile(f"[{re.escape(delimiter)}\r\n]")
    place = 0
    while place < len(text):
        if text[place] == '"':
            line = text.count("\n", 0, place)
            found = _QUOTED.match(text, place)
            if found is None:
                yield _QuotedCell(line, text.count("\n", place), is_sound=False)
                return
            height = found[0].count("\n")
            after = text[found.end() : found.end() + 1]
            yield _QuotedCell(line, height, is_sound=not height or not after or after in {delimiter, "\r", "\n"})
            place = found.end()
        end = ends.search(text, place)
        place = len(text) if end is None else end.end()
