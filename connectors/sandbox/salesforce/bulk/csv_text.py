"""CSV as Bulk API writes and reads it: every value quoted on the way out; strict about quotes on the way in."""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Iterator
from functools import lru_cache


class BadCsvError(ValueError):
    """Text that is no CSV: a quote in the wrong place, most often with a blank beside it."""


class Lines:
    """Takes rows, and keeps them as text in which each line is found again."""

    def __init__(self, delimiter: str, ending: str) -> None:
        self._text = bytearray()
        self._ends = array("Q", [0])
        self._writer = csv.writer(self, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL)
        #: Adds a row.
        self.add = self._writer.writerow

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self._ends) - 1

    def write(self, line: str) -> None:
        """Take a line from the writer."""
        self._text += line.encode()
        self._ends.append(len(self._text))

    def part(self, start: int, end: int) -> bytes:
        """Return some lines."""
        return bytes(memoryview(self._text)[self._ends[start] : self._ends[end]])

    def whole(self) -> bytes:
        """Return all lines."""
        return bytes(self._text)


def read(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield rows, blank lines passed over; `BadCsvError` where a quote stands beside anything but a delimiter."""
    row: list[str] = []
    place = 0
    value = _value(delimiter)
    while place < len(text):
        found = value.match(text, place)
        if found is None:
            line = text.count("\n", 0, place) + 1
            raise BadCsvError(f"Failed to parse CSV: unexpected quote or blank beside one in line {line}")
        place = found.end()
        quoted, plain, end = found.groups()
        row.append(plain if quoted is None else quoted.replace('""', '"'))
        if end != delimiter:
            if row != [""]:
                yield row
            row = []
    if row:
        # The last line ended with a delimiter.
        yield [*row, ""]


@lru_cache
def _value(delimiter: str) -> re.Pattern[str]:
    mark = re.escape(delimiter)
    return re.compile(rf'(?:"([^"]*(?:""[^"]*)*)"|([^"{mark}\r\n]*))({mark}|\r\n|\n|\r|\Z)')
