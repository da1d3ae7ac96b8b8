"""One row in, one row out: read its cells, judge it, put right what is surely right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mappings import canonical_fields
from mappings.values import READERS, UnfitError
from quality import ChoiceError, RuleChoice, Ruleset, Surroundings, compile_ruleset, evaluate, resolve
from syncd.clean.columns import Columns
from syncd.clean.formulas import neutralise
from syncd.errors import ConfigError, Mistake
from syncd.model import Finding, Link, Mode, Record, Ref, Removal, Severity, Value

#: The column that is added; it is taken over when the file has one from an earlier run.
FINDINGS_COLUMN = "syncd_findings"
FIXED, SUGGESTED, OPEN = "fixed", "suggested", "open"


@dataclass(frozen=True, slots=True)
class RowFinding:
    """One finding on a row."""

    field: str
    rule: str
    severity: Severity
    message: str
    #: `fixed`, `suggested` (a person decides) or `open`.
    outcome: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class CleanRow:
    """What became of a row."""

    cells: tuple[str, ...]
    findings: tuple[RowFinding, ...]
    is_changed: bool
    #: Rules that broke on this row.
    broken: tuple[str, ...] = ()

    @property
    def was_clean(self) -> bool:
        """Return whether nothing of weight was wrong with it."""
        return all(found.severity < Severity.WARNING for found in self.findings)

    @property
    def is_clean(self) -> bool:
        """Return whether nothing of weight is wrong with it any more."""
        return all(found.outcome == FIXED or found.severity < Severity.WARNING for found in self.findings)


class Cleaner:
    """Judges rows of one file. Every sure proposal is applied; suggestions are only told."""

    def __init__(self, columns: Columns, now: datetime, *, without: Collection[str] = ()) -> None:
        self._kind = columns.kind
        self._positions = columns.by_field
        types = canonical_fields(columns.kind)
        self._readers = {field: READERS[types[field].type] for field in self._positions}
        self._ruleset = _ruleset(columns.kind, without)
        self._surroundings = Surroundings(now)

    def clean(self, number: int, cells: Sequence[str]) -> CleanRow:
        """Return what becomes of the cells of row `number`."""
        record = self._record(number, cells)
        judgement = evaluate(self._ruleset, record, self._surroundings)
        applied = resolve(record, judgement.findings).update_in(Mode.APPLY)
        cleaned = list(cells)
        for field, proposed in applied.items():
            cleaned[self._positions[field]] = _text(proposed.after)
        fixed = {(field, rule) for field, proposed in applied.items() for rule in proposed.rules}
        findings = tuple(self._told(found, fixed, cells) for found in judgement.findings)
        broken = tuple(failure.rule for failure in judgement.failures)
        return CleanRow(tuple(map(neutralise, cleaned)), findings, cleaned != list(cells), broken)

    def _record(self, number: int, cells: Sequence[str]) -> Record:
        """Read the row. A cell that does not hold what its field holds is as if it had not been fetched."""
        values: dict[str, Value] = {}
        for field, position in self._positions.items():
            if position >= len(cells):
                continue
            cell = _without_apostrophe(cells[position])
            try:
                values[field] = self._readers[field](cell) if cell else None
            except UnfitError:
                continue
        return Record(Ref("file", self._kind, str(number)), self._kind, values)

    def _told(self, found: Finding, fixed: Collection[tuple[str, str]], cells: Sequence[str]) -> RowFinding:
        outcome = OPEN
        if (found.field, found.rule) in fixed:
            outcome = FIXED
        elif found.has_proposal:
            outcome = SUGGESTED
        position = self._positions.get(found.field, len(cells))
        return RowFinding(
            field=found.field,
            rule=found.rule,
            severity=found.severity,
            message=found.message,
            outcome=outcome,
            before=cells[position] if position < len(cells) else "",
            after=_text(found.proposal) if found.has_proposal else "",
        )


def _ruleset(kind: str, without: Collection[str]) -> Ruleset:
    try:
        return compile_ruleset(kind, {name: RuleChoice(enabled=False) for name in without}, Mode.APPLY)
    except ChoiceError as error:
        raise ConfigError([Mistake("--without", 0, 0, str(error))]) from None


def _without_apostrophe(cell: str) -> str:
    """Take back what `neutralise` did in an earlier run."""
    bare = cell[1:]
    return bare if cell.startswith("'") and neutralise(bare) == cell else cell


def _text(value: Value | Link | Removal) -> str:
    """Write a value as a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return ";".join(value)
    if isinstance(value, Removal):
        return "(to be let go)"
    return str(value.to) if isinstance(value, Link) else str(value)
