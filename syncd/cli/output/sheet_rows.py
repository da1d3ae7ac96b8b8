"""The rows of a CSV of ours that comes back from a spreadsheet, however that has written it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from syncd.errors import ConfigError, Mistake


class SheetRows:
    """The rows of one file, and where its columns are."""

    def __init__(self, file: Path, needed: tuple[str, ...], writes_it: str) -> None:
        """Take a file that has the columns `needed`; `writes_it` is the command that writes such ones."""
        self.file = file
        self._needed = needed
        self._writes_it = writes_it
        #: The number of each column, from 1 on; known with the first row.
        self.columns: dict[str, int] = {}

    def __iter__(self) -> Iterator[tuple[int, Mapping[str, str | None]]]:
        """Yield the rows with their line numbers; ConfigError when a column that is needed is not there."""
        from syncd.clean import study

        dialect = study(self.file)
        with self.file.open(encoding=dialect.encoding, newline="") as source:
            if dialect.has_separator_line:
                source.readline()
            reader = csv.DictReader(source, delimiter=dialect.delimiter)
            self.columns = {name: place for place, name in enumerate(reader.fieldnames or (), start=1)}
            if not {*self._needed} <= self.columns.keys():
                names = " and ".join(f"`{name}`" for name in self._needed)
                hint = f"`{self._writes_it}` writes such a file."
                raise ConfigError([Mistake(str(self.file), 1, 1, f"has no columns {names}")], hint=hint)
            for row in reader:
                yield reader.line_num + dialect.has_separator_line, row
