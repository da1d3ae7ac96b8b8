"""How a file of rows is written: its encoding, its separator, its line ends. Found out by looking, never by asking."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from syncd.clean.legacy import best_guess, telling_lines
from syncd.errors import ConfigError, Mistake

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Spreadsheets that write these need a mark to know UTF-8 again.
_MARKED = frozenset({"utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"})
_DELIMITERS = ",;\t|"
_SAMPLE_BYTES = 65_536
_BLOCK_BYTES = 1 << 20
#: Excel's own way of saying which separator follows.
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_ARCHIVE = b"PK\x03\x04"
#: Shares of zeros among the bytes of UTF-16: in the half where plain letters have theirs, and in the other.
_MANY_ZEROS = 0.3
_FEW_ZEROS = 0.02


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written."""

    encoding: str
    delimiter: str
    line_end: str
    #: Whether the first line only names the separator.
    has_separator_line: bool = False
    #: Whether every cell stands in quotes.
    quotes_all: bool = False
    #: Whether the bytes left no doubt of the encoding, or it was given.
    is_sure_of_encoding: bool = True

    @property
    def written_encoding(self) -> str:
        """Return the encoding the result is written in: UTF-8, with a mark in front if there was one."""
        return "utf-8-sig" if self.encoding in _MARKED else "utf-8"


def study(path: Path, *, encoding: str = "", delimiter: str = "") -> Dialect:
    """Return how the file at `path` is written; what is given is not guessed. ConfigError when it holds no rows."""
    if len(delimiter) > 1 or delimiter in {'"', "\r", "\n"}:
        raise ConfigError(f"a separator is one character, not '{delimiter}'", hint="Use `tab` for a tab.")
    try:
        with path.open("rb") as file:
            start = file.read(_SAMPLE_BYTES)
    except OSError as error:
        raise unusable(path, f"cannot be read: {error.strerror}") from error
    if not start.strip():
        raise unusable(path, "is empty")
    if start.startswith(_ARCHIVE):
        raise unusable(path, "is a workbook or an archive, not text", hint="Save it as CSV (UTF-8) first.")
    found, is_sure = (_known(path, encoding), True) if encoding else _encoding_of(path, start)
    sample = _decoded(path, start, found)
    named = _SEPARATOR_LINE.match(sample)
    separator = delimiter or (named[1] if named else _delimiter_of(sample))
    return Dialect(
        encoding=found,
        delimiter=separator,
        line_end=_line_end_of(sample),
        has_separator_line=named is not None,
        quotes_all=_quotes_all(sample[named.end() if named else 0 :], separator),
        is_sure_of_encoding=is_sure,
    )


def unusable(path: Path, message: str, *, hint: str = "") -> ConfigError:
    """Return the error that says what is wrong with a file."""
    return ConfigError([Mistake(str(path), 0, 0, message)], hint=hint)


def _known(path: Path, encoding: str) -> str:
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        return codecs.lookup(encoding).name
    except LookupError:
        raise unusable(path, f"there is no encoding called '{encoding}'", hint="Try utf-8, cp1252 or cp1251.") from None


def _encoding_of(path: Path, start: bytes) -> tuple[str, bool]:
    """Return the encoding, and whether the bytes prove it."""
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding, True
    if b"\0" in start:
        return _wide(path, start), True
    rest = _unproven(path)
    return ("utf-8", True) if rest is None else (best_guess(path, rest), False)


def _wide(path: Path, start: bytes) -> str:
    """Return which UTF-16 a file without a mark is in: the zeros of plain letters stand at odd or at even places."""
    halves = len(start) // 2
    zeros = (start[0::2].count(0), start[1::2].count(0))
    if max(zeros) < _MANY_ZEROS * halves or min(zeros) > _FEW_ZEROS * halves:
        raise unusable(path, "is not text in an encoding that shows", hint="Try --encoding.")
    return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"


def _unproven(path: Path) -> bytes | None:
    """Return lines that show how a file is encoded that is not UTF-8; None when all of it is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return telling_lines(path)
    return None


def _decoded(path: Path, start: bytes, encoding: str) -> str:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(start)
    except UnicodeDecodeError as error:
        raise unusable(path, f"is not {encoding} text ({error.reason})", hint="Leave --encoding out.") from None


def _line_end_of(sample: str) -> str:
    if "\r\n" in sample:
        return "\r\n"
    return "\n" if "\n" in sample or "\r" not in sample else "\r"


def _quotes_all(sample: str, delimiter: str) -> bool:
    """Return whether every cell of the sample that is not empty stands in quotes."""
    try:
        cells = sum(
            bool(cell) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) for cell in row
        )
    except csv.Error:
        return False
    quoted = len(re.findall(rf'(?:^|{re.escape(delimiter)})"(?!"(?:{re.escape(delimiter)}|$))', sample, re.MULTILINE))
    return 0 < cells <= quoted


def _delimiter_of(sample: str) -> str:
    """Return the separator that gives the most columns, the same number on every line."""
    return max(_DELIMITERS, key=lambda one: (_evenness(sample, one), -_DELIMITERS.index(one)))


def _evenness(sample: str, delimiter: str) -> float:
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        return 0.0
    is_cut = not sample.endswith("\n") and len(widths) > 1
    whole = widths[:-1] if is_cut else widths
    if not whole or whole[0] < 2:
        return 0.0
    return whole[0] * sum(width == whole[0] for width in whole) / len(whole)
