"""A table in a file: a company list, a price list, an extract of an ERP. Read again when it changes.

A row is found by its key in an index on the disk, so that a large file costs no memory. A key that stands there twice,
with different values, tells nothing: which row is right nobody knows.
"""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from connectors.providers.protocol import Context, Found, ProviderOptions, ProviderType
from quality.providing import form_of
from syncd.errors import RefusedError, RetryableError

#: Rows written to the index at once.
_BATCH = 5_000
#: Seconds between two looks at whether the file has changed.
_LOOK_S = 1.0
_SNIFFED = 16_384
_PUT = (
    "INSERT INTO found VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET said = CASE WHEN said IS excluded.said "
    "THEN said END"
)


class CsvOptions(ProviderOptions):
    """A CSV file."""

    file: Path
    """The file; a relative path is below the folder of this file, and may not lead out of it."""
    columns: dict[str, str] = {}  # noqa: RUF012 - pydantic copies it
    """The columns that hold what it is asked by, where they are not called so: {domain: Website}."""
    separator: str | None = None
    """The sign between two columns; found out if nothing is said."""
    encoding: str = "utf-8-sig"
    """How the file is encoded: utf-8-sig, cp1252."""


class CsvProvider:
    """One file, and the index of what it was last read as."""

    def __init__(self, options: CsvOptions, context: Context) -> None:
        self._options = options
        self._context = context
        self._index: sqlite3.Connection | None = None
        self._rows = 0
        self._edition = ""
        self._looked_at: float | None = None

    @property
    def edition(self) -> str:
        """Return which state of the file is known; reads it when it has changed."""
        now = self._context.clock.monotonic()
        if self._looked_at is None or now - self._looked_at >= _LOOK_S:
            self._looked_at = now
            if self._stamp() != self._edition:
                self._read()
        return self._edition

    def ask(self, by: Mapping[str, str]) -> Found | None:
        """Return what the row of this key holds."""
        key = _packed([by[name] for name in self._context.by])
        if not self.edition or self._index is None:
            raise RetryableError("the file could not be read")
        row = self._index.execute("SELECT said FROM found WHERE key = ?", (key,)).fetchone()
        return None if row is None or row[0] is None else dict(json.loads(row[0]))

    def check(self) -> str:
        """Read the file."""
        self._read()
        return f"{self._rows} rows with a key in {self._options.file.name}"

    def close(self) -> None:
        """Drop the index."""
        if self._index is not None:
            self._index.close()
            self._index = None

    def _stamp(self) -> str:
        try:
            state = self._options.file.stat()
        except OSError as error:
            raise RetryableError(f"{self._options.file.name} cannot be read: {error.strerror}") from None
        return f"{state.st_mtime_ns}-{state.st_size}"

    def _read(self) -> None:
        """Read the whole file into a new index; the old one serves until then."""
        stamp = self._stamp()
        # A database without a name lies in a file that nobody else sees, and that goes with it.
        index = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        index.execute("CREATE TABLE found (key TEXT PRIMARY KEY, said TEXT) WITHOUT ROWID")
        index.execute("BEGIN")
        try:
            with self._options.file.open(encoding=self._options.encoding, newline="") as file:
                self._fill(index, file)
            index.execute("COMMIT")
        except (OSError, UnicodeError, LookupError, csv.Error) as error:
            index.close()
            told = error.strerror if isinstance(error, OSError) else str(error)
            raise RefusedError(f"{self._options.file.name} cannot be read: {told}") from None
        except BaseException:
            index.close()
            raise
        self.close()
        self._index, self._edition = index, stamp
        self._rows = index.execute("SELECT count(*) FROM found").fetchone()[0]

    def _fill(self, index: sqlite3.Connection, file: IO[str]) -> None:
        rows = csv.reader(file, delimiter=self._separator(file))
        heading = next(rows, None) or []
        places = {name: self._column(heading, name) for name in self._context.places}
        keys = [self._column(heading, self._options.columns.get(name, name)) for name in self._context.by]
        batch: list[tuple[str, str]] = []
        for row in rows:
            said = {name: row[at].strip() for name, at in places.items() if at < len(row)}
            forms = [
                form_of(name, row[at] if at < len(row) else None)
                for name, at in zip(self._context.by, keys, strict=True)
            ]
            if all(forms):
                batch.append((_packed(forms), json.dumps(said)))
            if len(batch) >= _BATCH:
                index.executemany(_PUT, batch)
                batch.clear()
                if self._context.stop.is_set():
                    raise RetryableError("syncd is stopping")
        index.executemany(_PUT, batch)

    def _column(self, heading: list[str], name: str) -> int:
        known = [one.strip() for one in heading]
        if name not in known:
            raise RefusedError(
                f"{self._options.file.name} has no column {name!r}", hint=f"Its columns: {', '.join(known)[:500]}."
            )
        return known.index(name)

    def _separator(self, file: IO[str]) -> str:
        if self._options.separator:
            return self._options.separator
        start = file.read(_SNIFFED)
        file.seek(0)
        first = start.partition("\n")[0]
        return max((",", ";", "\t", "|"), key=first.count)


def _packed(forms: list[str]) -> str:
    return "\n".join(forms)


def _mistakes(options: CsvOptions, by: object) -> Iterator[tuple[tuple[str, ...], str]]:
    del by
    if options.separator is not None and len(options.separator) != 1:
        yield ("separator",), "should be one sign"


PROVIDER = ProviderType(CsvOptions, CsvProvider, goes_to=lambda _options: "", mistakes=_mistakes)
