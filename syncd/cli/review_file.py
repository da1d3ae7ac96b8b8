"""The review queue as a CSV that goes out to a spreadsheet and comes back with decisions."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from syncd.cli.fix_lines import COLUMNS, rows_of
from syncd.errors import ConfigError, Mistake
from syncd.located import did_you_mean
from syncd.model import Fix

DECISIONS = ("approve", "dismiss", "")


@dataclass(frozen=True, slots=True)
class ReviewDecisions:
    """What a person decided in the file."""

    approve: tuple[str, ...]
    dismiss: tuple[str, ...]


def write_review(file: Path, fixes: Sequence[Fix]) -> None:
    """Write one row for each change. Cells that a spreadsheet would take for a formula are put in quotes.

    Never overwrites a file: somebody's decisions may stand in it.
    """
    try:
        with file.open("x", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(("decision", *COLUMNS))
            writer.writerows(("", *(_harmless(str(cell)) for cell in row)) for row in rows_of(fixes))
    except FileExistsError:
        hint = "Decisions may stand in it: move it away, or choose another name."
        raise ConfigError([Mistake(str(file), 0, 0, "exists already, and is not overwritten")], hint=hint) from None
    except OSError as error:
        raise ConfigError([Mistake(str(file), 0, 0, f"cannot be written: {error.strerror}")]) from error


def read_decisions(file: Path, known: Callable[[Collection[str]], Collection[str]]) -> ReviewDecisions:
    """Return the decisions; raises ConfigError with every wrong line. Any row of a fix decides it.

    A spreadsheet may have saved the file with another separator or encoding. `known` tells which ids are fixes.
    """
    mistakes: list[Mistake] = []
    decided: dict[str, str] = {}
    lines: dict[str, int] = {}
    for line, row in _rows(file):
        decision, fix = (row["decision"] or "").strip().lower(), (row["fix"] or "").strip()
        if decision not in DECISIONS:
            guess = did_you_mean(decision, ("approve", "dismiss"))
            message = f"a decision is approve, dismiss or empty, not '{decision}'{guess}"
            mistakes.append(Mistake(str(file), line, 1, message))
        elif decision and decided.setdefault(fix, decision) != decision:
            mistakes.append(Mistake(str(file), line, 1, f"fix {fix} is decided both ways"))
        lines.setdefault(fix, line)
    mistakes += [
        Mistake(str(file), lines[fix], 1, f"there is no fix '{fix}'") for fix in decided.keys() - set(known(decided))
    ]
    if mistakes:
        raise ConfigError(sorted(mistakes), hint="Nothing was taken from the file.")
    return ReviewDecisions(
        tuple(fix for fix, decision in decided.items() if decision == "approve"),
        tuple(fix for fix, decision in decided.items() if decision == "dismiss"),
    )


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Yield the rows with their line numbers, however the spreadsheet has written them."""
    from syncd.clean import study

    dialect = study(file)
    with file.open(encoding=dialect.encoding, newline="") as source:
        if dialect.has_separator_line:
            source.readline()
        reader = csv.DictReader(source, delimiter=dialect.delimiter)
        if not {"decision", "fix"} <= set(reader.fieldnames or ()):
            hint = "`syncd review export` writes such a file."
            raise ConfigError([Mistake(str(file), 1, 1, "has no columns `decision` and `fix`")], hint=hint)
        for row in reader:
            yield reader.line_num + dialect.has_separator_line, row


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
