"""Pairs in question as a CSV that goes out to a spreadsheet and comes back with decisions."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from syncd.cli.output.merges import chance
from syncd.cli.output.sheet_rows import SheetRows
from syncd.cli.output.spreadsheet import harmless, meant
from syncd.errors import ConfigError, Mistake, UnknownNameError
from syncd.located import did_you_mean
from syncd.model import Ref
from syncd.review import Saying, shown_pair

if TYPE_CHECKING:
    from syncd.settings import Settings
    from syncd.store import PairInQuestion, Transaction

_HEADINGS = ("decision", "record", "who", "other", "who is that", "sure", "why a person is asked")
_DECISIONS = tuple(saying.value for saying in Saying)


def write_pairs(file: Path, pairs: Sequence[PairInQuestion], names: Mapping[Ref, str]) -> None:
    """Write one row a pair. Never overwrites a file: somebody's decisions may stand in it."""
    try:
        with file.open("x", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(_HEADINGS)
            for pair in pairs:
                told = (pair.one, names.get(pair.one, ""), pair.other, names.get(pair.other, ""))
                writer.writerow(("", *map(harmless, (*told, chance(pair.probability), pair.doubt))))
    except FileExistsError:
        hint = "Decisions may stand in it: move it away, or choose another name."
        raise ConfigError([Mistake(str(file), 0, 0, "exists already, and is not overwritten")], hint=hint) from None
    except OSError as error:
        raise ConfigError([Mistake(str(file), 0, 0, f"cannot be written: {error.strerror}")]) from error


def read_sayings(tx: Transaction, settings: Settings, file: Path) -> dict[tuple[str, str], Saying]:
    """Return what the file says of pairs; ConfigError with every wrong line."""
    rows = SheetRows(file, ("decision", "record", "other"), "syncd counterparts --out")
    mistakes: list[Mistake] = []
    found: dict[tuple[str, str], Saying] = {}

    def wrong(line: int, column: str, message: str) -> None:
        mistakes.append(Mistake(str(file), line, rows.columns.get(column, 1), message))

    for line, row in rows:
        decision, one, other = (meant((row.get(name) or "").strip()) for name in ("decision", "record", "other"))
        decision = decision.lower()
        if decision and decision not in _DECISIONS:
            guess = did_you_mean(decision, _DECISIONS)
            wrong(line, "decision", f"a decision is {', '.join(_DECISIONS)} or empty, not '{decision}'{guess}")
        elif decision and found.setdefault((one, other), Saying(decision)) != decision:
            wrong(line, "decision", f"{one} and {other} are decided both ways")
        elif decision:
            try:
                shown_pair(tx, settings, one, other)
            except UnknownNameError as error:
                wrong(line, "record", error.message)
    if mistakes:
        raise ConfigError(sorted(mistakes), hint="Nothing was taken from the file.")
    return found
