"""The rows of one file that came in: which column is which field, and what the gate says of each; in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path

from syncd.clean import guess_columns, neutralise, study
from syncd.clean.dialect import unusable
from syncd.clean.reading import rows_of
from syncd.errors import ConfigError
from syncd.inbound.doors import FolderDoor
from syncd.inbound.gate import Checked, Gate
from syncd.settings.reading.inbound import may_come_in

#: Rows that are looked at before it is settled what the columns are.
_FIRST = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One row, checked."""

    #: As a spreadsheet numbers it.
    number: int
    checked: Checked
    #: Whether it brings the evidence of a double opt-in.
    shown: bool


@contextmanager
def rows_in(path: Path, door: FolderDoor, gate: Gate, now: datetime) -> Iterator[Iterator[Row]]:
    """Yield the rows of a file, the head left out; ConfigError when it cannot be read, or holds none of our fields."""
    dialect = study(path)
    with ExitStack() as open_files:
        raw = open_files.enter_context(path.open("rb"))
        source = open_files.enter_context(TextIOWrapper(raw, encoding=dialect.encoding, newline=""))
        rows = rows_of(path, source, dialect)
        head = next((cells for _, cells in rows), None)
        if head is None:
            raise unusable(path, "holds no rows")
        first = list(islice(rows, _FIRST))
        places = _places(door, head, [cells for _, cells in first])
        evidence = head.index(door.evidence) if door.evidence in head else None
        yield (
            Row(
                number,
                gate.check({field: (head[at], _cell(cells, at)) for field, at in places.items()}, now),
                evidence is not None and bool(_cell(cells, evidence).strip()),
            )
            for number, cells in chain(first, rows)
        )


def _places(door: FolderDoor, head: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Return in which column each field stands that may come in."""
    kind = door.stream.stream.kind
    # A column that is to be left alone need not be in every file.
    given = {heading: field for heading, field in door.names.items() if field or heading in head}
    columns = guess_columns(head, kind=kind, given=given, rows=rows, mapping=door.stream.mapping)
    places = {field: at for field, at in columns.by_field.items() if may_come_in(door.stream, field)}
    if not places:
        raise ConfigError("No column is a field that may come in.", hint="Name some under `columns` of the folder.")
    return places


def _cell(cells: Sequence[str], at: int) -> str:
    """Return a cell; the apostrophe is taken back that keeps a spreadsheet from running it."""
    cell = cells[at] if at < len(cells) else ""
    return cell[1:] if cell[:1] == "'" and neutralise(cell[1:]) == cell else cell
