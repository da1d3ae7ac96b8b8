"""How results look: tables and colours on a terminal, plain lines in a pipe. Nothing a CRM holds can drive either."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain, repeat
from typing import Any, TextIO

from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from syncd.controls import HIDDEN, escape_controls

#: What JSON allows in a text but a terminal obeys.
_NOT_IN_JSON = re.compile(f"[\x7f-\x9f{HIDDEN}]")
#: Columns of a terminal below which nothing is kept whole: it would be cut off instead of folded.
_WIDE_ENOUGH = 60


class Screen:
    """Where a command writes its results."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self.console = Console(file=self._stream, highlight=False, markup=False, emoji=False, soft_wrap=True)

    @property
    def is_terminal(self) -> bool:
        """Return whether a person is looking."""
        return self.console.is_terminal

    def line(self, text: str = "", style: str = "") -> None:
        """Write one line."""
        self.console.print(Text(escape_controls(text), style=style))

    def heading(self, text: str) -> None:
        """Write a heading."""
        self.line(text, "bold")

    def table(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        title: str = "",
        numbers: Sequence[str] = (),
        styles: Sequence[str] = (),
        whole: Sequence[str] = (),
    ) -> None:
        """Write a table. In a pipe: lines of cells with tabs between them.

        A cell of several lines is a tuple. Columns named in `numbers` are aligned to the right; those in `whole` hold
        what somebody will copy and are never folded; `styles` colour the first cell of each row.
        """
        if self.is_terminal:
            kept = whole if self.console.width >= _WIDE_ENOUGH else ()
            self.console.print(_table(columns, rows, title, numbers, styles, kept), soft_wrap=False)
            return
        if title:
            self._plain(title)
        if any(columns):
            self._plain("\t".join(columns))
        for row in rows:
            self._plain("\t".join(_cell(value).replace("\n", " ") for value in row))

    def json(self, data: Any) -> None:
        """Write data for a script: one JSON document."""
        text = json.dumps(data, ensure_ascii=False, indent=2, default=_for_json)
        self._stream.write(_NOT_IN_JSON.sub(lambda found: json.dumps(found[0])[1:-1], text) + "\n")

    def json_line(self, data: Any) -> None:
        """Write data for a script that reads a line at a time: one JSON document in a line."""
        text = json.dumps(data, ensure_ascii=False, default=_for_json)
        self._stream.write(_NOT_IN_JSON.sub(lambda found: json.dumps(found[0])[1:-1], text) + "\n")

    def failure(self, message: str, hint: str = "") -> None:
        """Write what went wrong and what to do next."""
        first, _, rest = message.partition("\n")
        self.console.print(Text.assemble(("syncd: ", "bold red"), escape_controls(first)))
        for line in rest.splitlines():
            self.line(f"  {line}")
        if hint:
            self.console.print(Text.assemble(("  → ", "bold"), escape_controls(hint)))

    def flush(self) -> None:
        """Let what was written be seen now, in a pipe too."""
        self._stream.flush()

    def _plain(self, text: str) -> None:
        self._stream.write("\t".join(escape_controls(part) for part in text.split("\t")) + "\n")


def error_screen() -> Screen:
    """Return the screen of standard error."""
    return Screen(sys.stderr)


def _table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    title: str,
    numbers: Sequence[str],
    styles: Sequence[str],
    whole: Sequence[str],
) -> Table:
    table = Table(title=title or None, title_justify="left", title_style="bold", header_style="bold")
    for column in columns:
        justify: JustifyMethod = "right" if column in numbers else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=column in whole)
    for row, style in zip(rows, chain(styles, repeat("")), strict=False):
        first, *rest = [Text(_cell(value)) for value in row]
        first.stylize(style)
        table.add_row(first, *rest)
    return table


def _for_json(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "\n".join(_cell(line) for line in value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%SZ}"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return escape_controls(str(value))
