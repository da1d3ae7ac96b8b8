"""How a file of rows is written: its encoding, its separator, its line ends. Found out by looking, never by asking."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from syncd.errors import ConfigError, Mistake

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Tried in this order when a file is not UTF-8. The last one fits any bytes.
_FALLBACKS = ("cp1252", "latin-1")
_DELIMITERS = ",;\t|"
_SAMPLE_BYTES = 65_536
_BLOCK_BYTES = 1 << 20
#: Excel's own way of saying which separator follows.
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_ARCHIVE = b"PK\x03\x04"
#: A longer cell is a quote that was never closed.
_CELL_CHARACTERS = 1 << 20


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written."""

    encoding: str
    delimiter: str
    line_end: str
    #: Whether the first line only names the separator.
    has_separator_line: bool = False

    @property
    def is_sure_of_encoding(self) -> bool:
        """Return whether the bytes prove the encoding; a fallback is a guess."""
        return self.encoding not in _FALLBACKS

    @property
    def written_encoding(self) -> str:
        """Return the encoding the result is written in: UTF-8, with a mark in front if there was one."""
        return "utf-8-sig" if self.encoding in {"utf-8-sig", "utf-16", "utf-32"} else "utf-8"


def study(path: Path, *, encoding: str = "", delimiter: str = "") -> Dialect:
    """Return how the file at `path` is written; what is given is not guessed. ConfigError when it holds no rows."""
    csv.field_size_limit(_CELL_CHARACTERS)
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
    found = _known(path, encoding) if encoding else _encoding_of(path, start)
    sample = _decoded(path, start, found)
    named = _SEPARATOR_LINE.match(sample)
    return Dialect(
        encoding=found,
        delimiter=delimiter or (named[1] if named else _delimiter_of(sample)),
        line_end="\r\n" if "\r\n" in sample else "\n",
        has_separator_line=named is not None,
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


def _encoding_of(path: Path, start: bytes) -> str:
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding
    if b"\0" in start:
        raise unusable(path, "is not text in an encoding that shows", hint="Try --encoding utf-16-le.")
    candidates = ("utf-8", *_FALLBACKS)
    return next(encoding for encoding in candidates if _fits(path, encoding))


def _fits(path: Path, encoding: str) -> bool:
    """Return whether the whole file is valid in `encoding`, read block by block."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(path: Path, start: bytes, encoding: str) -> str:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(start)
    except UnicodeDecodeError as error:
        raise unusable(path, f"is not {encoding} text ({error.reason})", hint="Leave --encoding out.") from None


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
