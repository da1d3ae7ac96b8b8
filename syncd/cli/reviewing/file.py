"""The review queue as a CSV that goes out to a spreadsheet and comes back with decisions."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from syncd.cli.output.fix_lines import COLUMNS, rows_of, shown
from syncd.cli.output.merges import chance
from syncd.cli.output.sheet_rows import SheetRows
from syncd.cli.output.spreadsheet import harmless, meant, one_line_end
from syncd.errors import ConfigError, Mistake
from syncd.located import did_you_mean
from syncd.model import Action, Fix
from syncd.review import MergeView, Queued

DECISIONS = ("approve", "dismiss", "")
GOES, STAYS = "goes", "stays"
#: Whose value shall stand in a property of a merge.
KEEPS = (GOES, STAYS, "")
#: What a merge has beside what every fix has.
MERGE_COLUMNS = ("action", "sure", "the one that goes has", "keep", "value")
_HEADINGS = ("decision", *COLUMNS, *MERGE_COLUMNS)


@dataclass(frozen=True, slots=True)
class Choice:
    """A person's choice of a value in a merge."""

    line: int
    property: str
    keep: str
    #: A value of their own, that of neither record.
    value: str
    #: What the two records held when the file was written, as it stands there.
    goes: str
    stays: str


@dataclass(frozen=True, slots=True)
class ReviewDecisions:
    """What a person decided in the file."""

    approve: tuple[str, ...]
    dismiss: tuple[str, ...]
    #: By fix.
    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    #: Merges in which the record that was to go stays.
    turned: frozenset[str] = frozenset()
    #: The number of each column, from 1 on.
    columns: Mapping[str, int] = field(default_factory=dict)


def write_review(file: Path, queued: Sequence[Queued]) -> None:
    """Write one row for each change. Cells that a spreadsheet would take for a formula are put in quotes.

    Of a merge there is one row for the merge, and one for each property in which the two records differ.
    Never overwrites a file: somebody's decisions may stand in it.
    """
    try:
        with file.open("x", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(_HEADINGS)
            for one in queued:
                writer.writerows(("", *map(harmless, row)) for row in _rows_out(one.fix, one.view))
    except FileExistsError:
        hint = "Decisions may stand in it: move it away, or choose another name."
        raise ConfigError([Mistake(str(file), 0, 0, "exists already, and is not overwritten")], hint=hint) from None
    except OSError as error:
        raise ConfigError([Mistake(str(file), 0, 0, f"cannot be written: {error.strerror}")]) from error


def read_decisions(file: Path, known: Callable[[Collection[str]], Collection[str]]) -> ReviewDecisions:
    """Return the decisions; raises ConfigError with every wrong line. Any row of a fix decides it.

    A spreadsheet may have saved the file with another separator or encoding. `known` tells which ids are fixes.
    """
    rows = SheetRows(file, ("decision", "fix"), "syncd review export")
    reading = _Reading(rows)
    for line, row in rows:
        reading.take(line, row)
    return reading.result(known)


def _rows_out(fix: Fix, view: MergeView | None) -> Iterator[tuple[object, ...]]:
    if view is None:
        yield from ((*row, fix.action.value, "", "", "", "") for row in rows_of([fix]))
        return
    whole = next(row for row in rows_of([fix]))
    yield (*whole[:-1], "; ".join((*fix.reasons, view.why_asked)), *_of_merge(view))
    for row in view.differing:
        if row.is_open:
            values = (row.name, shown(row.stays), shown(row.result), ", ".join(fix.rules), row.why)
            yield (fix.id, str(fix.changed), *values, Action.MERGE.value, "", shown(row.goes), "", "")


def _of_merge(view: MergeView) -> tuple[str, str, str, str, str]:
    names = " → ".join(filter(None, (view.who_goes, view.who_stays)))
    return (Action.MERGE.value, chance(view.probability), names, "", "")


class _Reading:
    """One walk over the rows of a file that came back."""

    def __init__(self, rows: SheetRows) -> None:
        self._rows = rows
        self._mistakes: list[Mistake] = []
        self._decided: dict[str, str] = {}
        self._lines: dict[str, int] = {}
        self._choices: dict[str, list[Choice]] = {}
        self._turned: set[str] = set()

    def take(self, line: int, row: Mapping[str, str | None]) -> None:
        """Take in what a row says."""
        decision, fix, keep = (_cell(row, name) for name in ("decision", "fix", "keep"))
        decision, keep = decision.lower(), keep.lower()
        if decision not in DECISIONS:
            guess = did_you_mean(decision, DECISIONS[:2])
            self._wrong(line, "decision", f"a decision is approve, dismiss or empty, not '{decision}'{guess}")
        elif decision and self._decided.setdefault(fix, decision) != decision:
            self._wrong(line, "decision", f"fix {fix} is decided both ways")
        self._lines.setdefault(fix, line)
        if keep not in KEEPS:
            guess = did_you_mean(keep, KEEPS[:2])
            self._wrong(line, "keep", f"what is kept is that of the one that goes or stays, not '{keep}'{guess}")
        else:
            self._choose(line, row, fix, keep)

    def _choose(self, line: int, row: Mapping[str, str | None], fix: str, keep: str) -> None:
        """Take in whose value shall stand in a row of a merge; in its own row, which record stays."""
        value, name = _cell(row, "value"), _cell(row, "field")
        if not keep and not value:
            return
        if _cell(row, "action") != Action.MERGE or (value and not name):
            self._wrong(line, "keep", "there is nothing to choose in this row")
        elif keep and value:
            self._wrong(line, "value", "either a record's value is kept, or this one")
        elif name:
            goes, stays = (one_line_end(row[column] or "") for column in ("the one that goes has", "now"))
            self._choices.setdefault(fix, []).append(Choice(line, name, keep, meant(value), goes, stays))
        elif keep == GOES:
            self._turned.add(fix)

    def result(self, known: Callable[[Collection[str]], Collection[str]]) -> ReviewDecisions:
        """Return the decisions; ConfigError with all mistakes when there are any."""
        named = {*self._decided, *self._choices, *self._turned}
        for fix in named - set(known(named)):
            self._wrong(self._lines[fix], "fix", f"there is no fix '{fix}'")
        if self._mistakes:
            raise ConfigError(sorted(self._mistakes), hint="Nothing was taken from the file.")
        return ReviewDecisions(
            self._of("approve"), self._of("dismiss"), self._choices, frozenset(self._turned), self._rows.columns
        )

    def _of(self, decision: str) -> tuple[str, ...]:
        return tuple(fix for fix, decided in self._decided.items() if decided == decision)

    def _wrong(self, line: int, column: str, message: str) -> None:
        self._mistakes.append(Mistake(str(self._rows.file), line, self._rows.columns.get(column, 1), message))


def _cell(row: Mapping[str, str | None], name: str) -> str:
    return (row.get(name) or "").strip()
