"""Golden records as files: CSV that no spreadsheet runs, and Parquet; a row at a time, and there only when complete."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from quality.fields import is_empty
from quality.golden import GoldenRecord, GoldenValue
from syncd.clean.formulas import neutralise
from syncd.clean.writing import appearing

if TYPE_CHECKING:
    from syncd.model import Value

Write = Callable[[GoldenRecord], None]
#: As much memory as making the Parquet file may take.
_MEMORY = "256MB"


@dataclass(frozen=True, slots=True)
class Shown:
    """Which fields are told of each golden record, and whether with their origins."""

    fields: tuple[str, ...]
    with_origins: bool = False

    @property
    def head(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        origins = [f"{name}_{what}" for name in self.fields for what in ("origin", "at")] if self.with_origins else []
        return ("records", "accounts", *self.fields, *origins)

    def row(self, golden: GoldenRecord) -> list[str | None]:
        """Return the cells of a golden record; None for what is empty."""
        held = golden.values
        cells: list[str | None] = [
            ";".join(map(str, golden.members)),
            str(len({ref.account for ref in golden.members})),
        ]
        cells += [_text(held[name].value) if name in held else None for name in self.fields]
        for name in self.fields if self.with_origins else ():
            one = held.get(name)
            is_told = one is not None and not is_empty(one.value)
            cells += [str(one.origin), one.at.isoformat() if one.at else None] if one and is_told else [None, None]
        return cells


def data_of(golden: GoldenRecord, shown: Shown) -> dict[str, Any]:
    """Return a golden record as JSON data."""
    held = {name: golden.values[name] for name in shown.fields if name in golden.values}
    told = {name: one for name, one in held.items() if not is_empty(one.value)}
    values = {name: one.value for name, one in told.items()}
    origins = {"origins": {name: origin_of(one) for name, one in told.items()}} if shown.with_origins else {}
    return {"records": [str(ref) for ref in golden.members], "kind": golden.kind, "values": values, **origins}


def origin_of(one: GoldenValue) -> dict[str, Any]:
    """Return where a value is from, why it won, and what it stands against."""
    return {
        "from": str(one.origin),
        "at": one.at,
        "by": one.by.value,
        "why": one.reason,
        "losers": [{"record": str(loser.ref), "why": loser.reason} for loser in one.losers],
    }


@contextmanager
def written_to(csv_file: Path | None, parquet_file: Path | None, shown: Shown) -> Iterator[Write]:
    """Yield what writes a golden record to the files that are wanted; they appear when all went well."""
    with ExitStack() as files:
        writers: list[Callable[[Sequence[str | None]], None]] = []
        if csv_file is not None:
            rows = csv.writer(files.enter_context(appearing(csv_file, "utf-8")), lineterminator="\r\n")
            rows.writerow(shown.head)
            writers.append(lambda cells: rows.writerow([neutralise(one) if one else "" for one in cells]))
        if parquet_file is not None:
            writers.append(files.enter_context(_parquet(parquet_file, shown)))

        def write(golden: GoldenRecord) -> None:
            cells = shown.row(golden) if writers else ()
            for one in writers:
                one(cells)

        yield write


@contextmanager
def _parquet(target: Path, shown: Shown) -> Iterator[Callable[[Sequence[str | None]], None]]:
    """Yield what takes rows; they are gathered in a file beside, and turned into Parquet at the end.

    All columns are texts, as they are in CSV: a base with one odd value is told like any other.
    """
    import duckdb

    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".golden-") as name:
        folder = Path(name)
        gathered, made = folder / "rows.json", folder / "golden.parquet"
        with gathered.open("wb") as file:
            yield lambda cells: _gather(file, shown, cells)
        columns = ", ".join(f"{_quoted(one)}: 'VARCHAR'" for one in shown.head)
        rows = f"read_json({_quoted(str(gathered))}, format='newline_delimited', columns={{{columns}}})"
        base = duckdb.connect(config={"memory_limit": _MEMORY, "threads": 1, "temp_directory": str(folder / "spilled")})
        try:
            base.from_query(f"select * from {rows}").write_parquet(str(made))  # noqa: S608 - all of it quoted
        finally:
            base.close()
        made.replace(target)


def _gather(file: BinaryIO, shown: Shown, cells: Sequence[str | None]) -> None:
    file.write(orjson.dumps(dict(zip(shown.head, cells, strict=True)), option=orjson.OPT_APPEND_NEWLINE))


def _quoted(text: str) -> str:
    """Return a name or a path as SQL spells texts."""
    return "'" + text.replace("'", "''") + "'"


def _text(value: Value) -> str | None:
    """Return a value as a cell."""
    if is_empty(value):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ";".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)
