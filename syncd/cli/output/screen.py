"""How results look: tables and colours on a terminal, plain lines in a pipe. Nothing a CRM holds can drive either."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import chain, repeat
from typing import Any, TextIO

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from syncd.controls import HIDDEN, escape_controls

#: What JSON allows in a text but a terminal obeys.
_NOT_IN_JSON = re.compile(f"[\x7f-\x9f{HIDDEN}]")
#: What is no longer than this is not folded within a word, where the terminal has room for it: `observe`, `to review`.
_SHORT = 10
#: What a column that is folded takes at least, to be read with ease.
_LEAST = 10


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
        what somebody will copy and are never folded; a terminal too narrow for them gets each row as lines. `styles`
        colour the first cell of each row.
        """
        if self.is_terminal:
            told = [[_cell(value) for value in row] for row in rows]
            kept = {*whole, *_short(columns, told)}
            if _least(columns, told, kept) > self.console.width:
                self._stacked(columns, told, title, styles)
            else:
                self.console.print(_table(columns, told, title, numbers, styles, kept), soft_wrap=False)
            self.line()
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

    def _stacked(
        self, columns: Sequence[str], rows: Sequence[Sequence[str]], title: str, styles: Sequence[str]
    ) -> None:
        """Write a table that the terminal is too narrow for: each row on lines of its own."""
        if title:
            self.heading(title)
        for row, style in zip(rows, chain(styles, repeat("")), strict=False):
            first, *rest = row
            self.line(first.replace("\n", " "), style or "bold")
            told = [f"{name}: {cell}" if name else cell for name, cell in zip(columns[1:], rest, strict=True) if cell]
            for line in told:
                self.line("  " + line.replace("\n", "\n  "))

    def _plain(self, text: str) -> None:
        self._stream.write("\t".join(escape_controls(part) for part in text.split("\t")) + "\n")


def error_screen() -> Screen:
    """Return the screen of standard error."""
    return Screen(sys.stderr)


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Return what each column takes when nothing is folded."""
    lines = [[cell.splitlines() for cell in row] for row in (columns, *rows)]
    return [max((cell_len(line) for row in lines for line in row[place]), default=0) for place in range(len(columns))]


def _short(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [name for name, width in zip(columns, _widths(columns, rows), strict=True) if width <= _SHORT]


def _least(columns: Sequence[str], rows: Sequence[Sequence[str]], whole: Collection[str]) -> int:
    """Return how many columns of a terminal a table needs to be read with ease."""
    widths = zip(columns, _widths(columns, rows), strict=True)
    return sum((width if name in whole else min(width, _LEAST)) + 2 for name, width in widths) - 2


def _table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    title: str,
    numbers: Sequence[str],
    styles: Sequence[str],
    whole: Collection[str],
) -> Table:
    table = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        header_style="bold",
        # No frame: its lines would take a third of a narrow terminal.
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        collapse_padding=True,
    )
    for column in columns:
        justify: JustifyMethod = "right" if column in numbers else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=column in whole)
    for row, style in zip(rows, chain(styles, repeat("")), strict=False):
        first, *rest = [Text(cell) for cell in row]
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
