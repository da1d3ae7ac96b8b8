"""The gate before an import: what of a file fits a CRM, what does not, and whether it may pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mappings import ReadOnlyFieldError, RecordMapping, UnmappedValueError, canonical_fields, to_source
from quality import Ruleset
from syncd.clean.columns import Column, Columns, Sureness
from syncd.clean.rows import FINDINGS_COLUMN, FIXED, CleanRow
from syncd.model import Severity, Value

#: Pairs of rows shown, of those that share an address or a domain.
_SHOWN = 5
_RULE = "required_fields"
#: What no two rows of a kind should share, and how it is called; deals and tickets share all they have.
_KEYS = {"person": ("email", "e-mail address"), "company": ("domain", "domain")}


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a column has a place in the CRM, in words."""

    fits: bool
    reason: str
    #: The property of the CRM that takes it, where one is known.
    property: str = ""


@dataclass(slots=True)
class Gate:
    """Looks at rows as they would be imported. Remembers two numbers for each address or domain, to find it again."""

    columns: Columns
    ruleset: Ruleset
    #: The share of rows that has to be complete.
    min_complete: float
    #: What the CRM keeps; None: our own fields alone.
    mapping: RecordMapping | None = None
    rows: int = 0
    complete: int = 0
    #: Rows with a value that cannot be right and was not put right.
    wrong: int = 0
    duplicates: int = 0
    #: The first rows that share one: the earlier row and the later one.
    pairs: list[tuple[int, int]] = field(default_factory=list)
    #: Rows that lack a required field, by field.
    lacking: dict[str, int] = field(default_factory=dict)
    #: Cells that do not hold what their field holds, or what the CRM's property takes, by field.
    unfit: dict[str, int] = field(default_factory=dict)
    #: The fields that each row has to have, and those of them that have no column at all.
    required: tuple[str, ...] = field(init=False)
    without_column: tuple[str, ...] = field(init=False)
    _seen: dict[int, int] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        options = next((step.options for step in self.ruleset.steps if step.name == _RULE), None)
        self.required = getattr(options, self.columns.kind, ())
        self.without_column = tuple(name for name in self.required if name not in self.columns.by_field)

    def add(self, number: int, row: CleanRow) -> None:
        """Look at a row."""
        self.rows += 1
        missing = [one.field for one in row.findings if one.rule == _RULE]
        self.complete += not missing and not self.without_column
        for name in missing:
            self.lacking[name] = self.lacking.get(name, 0) + 1
        for name in (*row.unfit, *self._refused(row.values)):
            self.unfit[name] = self.unfit.get(name, 0) + 1
        self.wrong += any(one.severity >= Severity.ERROR and one.outcome != FIXED for one in row.findings)
        if self.columns.kind in _KEYS:
            self._meet(number, row.values.get(_KEYS[self.columns.kind][0]))

    @property
    def complete_share(self) -> float:
        """Return the share of rows that have all required fields."""
        return self.complete / self.rows if self.rows else 1.0

    @property
    def passes(self) -> bool:
        """Return whether the file may be imported."""
        return not self.problems()

    def fits(self) -> tuple[Fit, ...]:
        """Return for each column, in order, whether it has a place in the CRM."""
        return tuple(self._fit(column) for column in self.columns.all)

    def problems(self) -> tuple[str, ...]:
        """Return what keeps the file out, in sentences."""
        columns = zip(self.columns.all, self.fits(), strict=True)
        told = [f"The column '{column.heading}' does not fit: {fit.reason}." for column, fit in columns if not fit.fits]
        told += [f"The required field {name} has no column." for name in self.without_column]
        if self.complete_share < self.min_complete:
            share, least = f"{self.complete_share:.1%}", f"{self.min_complete:.1%}"
            told.append(f"Only {share} of the rows have all required fields; {least} are asked for.")
        headings = {name: self.columns.headings[place] for name, place in self.columns.by_field.items()}
        told += [
            f"{count} cells of '{headings[name]}' do not hold what {name} holds ({self._wanted(name)})."
            for name, count in sorted(self.unfit.items())
        ]
        if self.wrong:
            told.append(f"{self.wrong} rows hold a value that cannot be right.")
        if self.duplicates:
            places = ", ".join(f"{later} (as {earlier})" for earlier, later in self.pairs)
            told.append(f"{self.duplicates} rows have the {_KEYS[self.columns.kind][1]} of an earlier row: {places}.")
        return tuple(told)

    def _fit(self, column: Column) -> Fit:
        name = column.field
        if not name:
            # What is left out on purpose is nobody's mistake; without a CRM to compare with, nor is anything else.
            is_meant = column.sureness is Sureness.SAID or column.heading == FINDINGS_COLUMN or self.mapping is None
            return Fit(is_meant, column.note if is_meant else f"{column.note}; --map 'HEADING=' leaves it out")
        known = canonical_fields(self.columns.kind)
        if name in known and known[name].read_only:
            return Fit(fits=False, reason="the CRM alone sets it")
        if self.mapping is None:
            return Fit(fits=True, reason="")
        found = self.mapping.fields.get(name)
        if found is None:
            return Fit(fits=False, reason=f"{self.mapping.crm} {self.mapping.object} has no property for it")
        reason = "where the account has this property" if found.is_optional else ""
        return Fit(fits=True, reason=reason, property=found.property)

    def _refused(self, values: Mapping[str, Value]) -> list[str]:
        """Return the fields whose values the CRM's properties do not take."""
        if self.mapping is None:
            return []
        refused = []
        for name, value in values.items():
            try:
                to_source(self.mapping, name, value)
            except UnmappedValueError:
                refused.append(name)
            except ReadOnlyFieldError:
                continue
        return refused

    def _meet(self, number: int, told: Value) -> None:
        if not isinstance(told, str) or not told:
            return
        key = hash(told.casefold())
        earlier = self._seen.setdefault(key, number)
        if earlier != number:
            self.duplicates += 1
            if len(self.pairs) < _SHOWN:
                self.pairs.append((earlier, number))

    def _wanted(self, name: str) -> str:
        known = canonical_fields(self.columns.kind)
        return known[name].type.value if name in known else "text"
