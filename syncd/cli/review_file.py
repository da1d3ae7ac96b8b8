"""The review queue as a CSV that goes out to a spreadsheet and comes back with decisions."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from syncd.cli.fix_lines import COLUMNS, rows_of
from syncd.errors import ConfigError, Mistake
from syncd.model import Fix

DECISIONS = ("approve", "dismiss", "")


@dataclass(frozen=True, slots=True)
class ReviewDecisions:
    """What a person decided in the file."""

    approve: tuple[str, ...]
    dismiss: tuple[str, ...]


def write_review(file: Path, fixes: Sequence[Fix]) -> None:
    """Write one row for each change. Cells that a spreadsheet would take for a formula are put in quotes."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("decision", *COLUMNS))
        writer.writerows(("", *(_harmless(str(cell)) for cell in row)) for row in rows_of(fixes))


def read_decisions(file: Path) -> ReviewDecisions:
    """Return the decisions; raises ConfigError with every wrong line. Any row of a fix decides it."""
    mistakes: list[Mistake] = []
    decided: dict[str, str] = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source)
            if not {"decision", "fix"} <= set(reader.fieldnames or ()):
                raise ConfigError([Mistake(str(file), 1, 1, "has no columns `decision` and `fix`")])
            for row in reader:
                decision, fix = (row["decision"] or "").strip().lower(), (row["fix"] or "").strip()
                if decision not in DECISIONS:
                    mistakes.append(Mistake(str(file), reader.line_num, 1, "a decision is approve, dismiss or empty"))
                elif decision and decided.setdefault(fix, decision) != decision:
                    mistakes.append(Mistake(str(file), reader.line_num, 1, f"fix {fix} is decided both ways"))
    except OSError as error:
        raise ConfigError([Mistake(str(file), 0, 0, f"cannot be read: {error.strerror}")]) from None
    if mistakes:
        raise ConfigError(mistakes, hint="Nothing was taken from the file.")
    return ReviewDecisions(
        tuple(fix for fix, decision in decided.items() if decision == "approve"),
        tuple(fix for fix, decision in decided.items() if decision == "dismiss"),
    )


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
