"""What became of a file: by row, by column and by rule, with a few values before and after."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from syncd.clean.columns import Columns
from syncd.clean.dialect import Dialect
from syncd.clean.gate import Gate
from syncd.clean.rows import FIXED, SUGGESTED, CleanRow, RowFinding
from syncd.model import Severity

#: Values shown of each rule.
_EXAMPLES = 4


@dataclass(frozen=True, slots=True)
class Example:
    """One value before and after."""

    row: int
    field: str
    before: str
    after: str
    outcome: str


@dataclass(slots=True)
class Counts:
    """What one rule found, and what became of it."""

    severity: Severity = Severity.INFO
    found: int = 0
    fixed: int = 0
    suggested: int = 0
    examples: list[Example] = field(default_factory=list)

    @property
    def open(self) -> int:
        """Return how many of its findings wait for a person, with no value to offer."""
        return self.found - self.fixed - self.suggested

    def add(self, number: int, found: RowFinding) -> None:
        """Count a finding, and keep it for an example while there are few."""
        self.found += 1
        self.fixed += found.outcome == FIXED
        self.suggested += found.outcome == SUGGESTED
        self.severity = max(self.severity, found.severity)
        if len(self.examples) < _EXAMPLES and all(one.before != found.before for one in self.examples):
            self.examples.append(Example(number, found.field, found.before, found.after, found.outcome))


@dataclass(slots=True)
class ColumnCounts:
    """How one column came through, in cells."""

    filled: int = 0
    fixed: int = 0
    #: Cells that were fixed and have nothing of weight wrong any more.
    healed: int = 0
    #: Cells with something of weight that is still wrong.
    left: int = 0
    #: Cells that do not hold what their field holds: not judged, not changed.
    unfit: int = 0


@dataclass(slots=True)
class CleanReport:
    """What became of a file."""

    dialect: Dialect
    columns: Columns
    rows: int = 0
    changed: int = 0
    #: Rows with nothing of weight wrong, before and after.
    clean_before: int = 0
    clean_after: int = 0
    #: Rows with more or fewer cells than the head has.
    misshapen: int = 0
    rules: dict[str, Counts] = field(default_factory=dict)
    #: By position.
    by_column: list[ColumnCounts] = field(init=False)
    #: Rows on which a rule broke, by rule.
    broken: Counter[str] = field(default_factory=Counter)
    #: What stands between the file and an import; None unless it was asked for.
    gate: Gate | None = None

    def __post_init__(self) -> None:
        self.by_column = [ColumnCounts() for _ in self.columns.all]
        self._places = self.columns.by_field
        self._width = len(self.columns.all)

    _places: dict[str, int] = field(init=False, repr=False)
    _width: int = field(init=False, repr=False)

    def add(self, number: int, row: CleanRow) -> None:
        """Count a row."""
        self.rows += 1
        self.changed += row.is_changed
        self.clean_before += row.was_clean
        self.clean_after += row.is_clean
        self.misshapen += len(row.cells) != self._width
        if row.broken:
            self.broken.update(row.broken)
        for column, cell in zip(self.by_column, row.before, strict=False):
            if cell:
                column.filled += 1
        for name in row.unfit:
            self.by_column[self._places[name]].unfit += 1
        if row.findings:
            self._add_findings(number, row)

    def _add_findings(self, number: int, row: CleanRow) -> None:
        """Count what was found; a record may have several findings of one field, and a cell is counted once."""
        left = set()
        for found in row.findings:
            counts = self.rules.get(found.rule)
            if counts is None:
                counts = self.rules[found.rule] = Counts()
            counts.add(number, found)
            if found.outcome != FIXED and found.severity >= Severity.WARNING:
                left.add(found.field)
        for name in left:
            if name in self._places:
                self.by_column[self._places[name]].left += 1
        for name in row.fixed:
            column = self.by_column[self._places[name]]
            column.fixed += 1
            column.healed += name not in left
