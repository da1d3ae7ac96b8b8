"""One row in, one row out: read its cells, judge it, put right what is surely right."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mappings import RecordMapping, ValueType, canonical_fields
from mappings.values import READERS, UnfitError
from quality import (
    ChoiceError,
    FieldPolicy,
    Judgement,
    Rule,
    RuleChoice,
    Ruleset,
    Surroundings,
    compile_ruleset,
    evaluate,
    resolve,
)
from syncd.clean.columns import Columns
from syncd.clean.formulas import SIGNS, neutralise
from syncd.errors import ConfigError, Mistake
from syncd.model import Create, Deed, Finding, Link, Mode, Record, Ref, Removal, Severity, Value

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
    #: The cells as they were.
    before: Sequence[str] = ()
    #: The fields that hold something else now, and those whose cells do not hold what their field holds.
    fixed: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()
    #: What the row says now, read.
    values: Mapping[str, Value] = dataclasses.field(default_factory=dict)
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


@dataclass(frozen=True, slots=True)
class Choices:
    """What an admin chose for rows of one kind: see `quality.compile_ruleset`."""

    rules: Mapping[str, RuleChoice] = dataclasses.field(default_factory=dict)
    #: All rules there are; None: those that come with syncd.
    catalog: Mapping[str, Rule] | None = None
    policies: Mapping[str, FieldPolicy] = dataclasses.field(default_factory=dict)


class Cleaner:
    """Judges rows of one file. Every sure proposal is applied; suggestions are only told."""

    def __init__(self, columns: Columns, ruleset: Ruleset, now: datetime, mapping: RecordMapping | None = None) -> None:
        self._kind = columns.kind
        self._positions = columns.by_field
        types = _types(columns.kind, mapping)
        #: Text is what a cell holds already: nothing has to be read.
        self._texts = tuple((name, at) for name, at in self._positions.items() if types[name] is ValueType.TEXT)
        self._others = tuple(
            (name, at, READERS[types[name]])
            for name, at in self._positions.items()
            if types[name] is not ValueType.TEXT
        )
        self._ruleset = ruleset
        self._surroundings = Surroundings(now)

    def clean(self, number: int, cells: Sequence[str]) -> CleanRow:
        """Return what becomes of the cells of row `number`."""
        values, unfit = self._read(cells)
        record = Record(Ref("file", self._kind, str(number)), self._kind, values)
        judgement = evaluate(self._ruleset, record, self._surroundings)
        found = judgement.findings
        if not found:
            return CleanRow(_neutral(cells), (), False, cells, (), unfit, values, _broken(judgement))
        applied = resolve(record, found).update_in(Mode.APPLY)
        cleaned = list(cells)
        for name, proposed in applied.items():
            cleaned[self._positions[name]] = _text(proposed.after)
            values[name] = proposed.after
        fixed = {(name, rule) for name, proposed in applied.items() for rule in proposed.rules}
        findings = tuple([self._told(one, fixed, cells) for one in found])
        is_changed = cleaned != list(cells)
        return CleanRow(
            _neutral(cleaned), findings, is_changed, cells, tuple(applied), unfit, values, _broken(judgement)
        )

    def _read(self, cells: Sequence[str]) -> tuple[dict[str, Value], tuple[str, ...]]:
        """Read the row. A cell that does not hold what its field holds is as if it had not been fetched."""
        width = len(cells)
        values: dict[str, Value] = {}
        for name, at in self._texts:
            if at < width:
                cell = cells[at]
                values[name] = (_without_apostrophe(cell) if cell[:1] == "'" else cell) or None
        unfit: tuple[str, ...] = ()
        for name, at, read in self._others:
            if at < width:
                try:
                    values[name] = read(_without_apostrophe(cells[at])) if cells[at] else None
                except UnfitError:
                    unfit = (*unfit, name)
        return values, unfit

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


def ruleset_of(kind: str, choices: Choices, without: Collection[str] = ()) -> Ruleset:
    """Return the rules for rows of a kind, all of them free to apply what they may; ConfigError names a wrong one."""
    silent = {name: RuleChoice(enabled=False) for name in without}
    rules = {**choices.rules, **silent}
    try:
        return compile_ruleset(kind, rules, Mode.APPLY, rules=choices.catalog, policies=choices.policies)
    except ChoiceError as error:
        raise ConfigError([Mistake("--without", 0, 0, str(error))]) from None


def _types(kind: str, mapping: RecordMapping | None) -> dict[str, ValueType]:
    own = {name: one.type for name, one in mapping.fields.items()} if mapping else {}
    return {**own, **{name: spec.type for name, spec in canonical_fields(kind).items()}}


def _neutral(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple([neutralise(cell) if cell[:1] in SIGNS else cell for cell in cells])


def _broken(judgement: Judgement) -> tuple[str, ...]:
    return tuple(failure.rule for failure in judgement.failures)


def _without_apostrophe(cell: str) -> str:
    """Take back what `neutralise` did in an earlier run."""
    bare = cell[1:]
    return bare if cell.startswith("'") and neutralise(bare) == cell else cell


def _deed(deed: Deed) -> str:
    match deed:
        case Removal():
            return "(to be let go)"
        case Create():
            return f"(to be made in {deed.stream.name})"
        case Link():
            return str(deed.to)
        case _:
            return str(deed.into)


def _text(value: Value | Deed) -> str:
    """Write a value, or what is to be done, as a cell."""
    if isinstance(value, Deed):
        return _deed(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return ";".join(value) if isinstance(value, tuple) else str(value)
