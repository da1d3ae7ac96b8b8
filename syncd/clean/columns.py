"""Which column of a file is which of our fields, guessed from the heads of the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mappings import canonical_fields, kinds
from syncd.clean.headings import fields_by_heading, folded
from syncd.errors import ConfigError
from syncd.located import did_you_mean

#: Kinds a file can hold, and the fields that tell: a file with a first name holds people.
_TELLING = {
    "person": ("first_name", "last_name", "job_title", "mobile", "email", "birth_date", "company_name"),
    "company": ("name", "domain", "employee_count", "industry", "website"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file."""

    heading: str
    position: int
    #: Our field; empty when the column is left as it is.
    field: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file, and what its rows are."""

    kind: str
    all: tuple[Column, ...]

    @property
    def by_field(self) -> dict[str, int]:
        """Return the position of each field that has a column."""
        return {column.field: column.position for column in self.all if column.field}


def guess_columns(headings: Sequence[str], *, kind: str = "", given: Mapping[str, str] | None = None) -> Columns:
    """Return the columns; `given` says for some headings which field they are (empty: none). ConfigError if unclear."""
    chosen = given or {}
    kind = _known_kind(kind) if kind else _guess_kind(headings, chosen)
    _check_given(headings, kind, chosen)
    guesses = fields_by_heading(kind, headings)
    taken = {field for field in chosen.values() if field}
    columns = []
    for position, heading in enumerate(headings):
        if heading in chosen:
            field = chosen[heading]
        else:
            guess = guesses.get(folded(heading), "")
            field = "" if guess in taken else guess
            taken.add(guess)
        columns.append(Column(heading, position, field))
    if not any(column.field for column in columns):
        raise ConfigError(
            "No column looks like a field syncd knows.",
            hint=f"Say which is which, for example --map '{headings[0]}={_TELLING[kind][0]}'.",
        )
    return Columns(kind, tuple(columns))


def _guess_kind(headings: Sequence[str], given: Mapping[str, str]) -> str:
    scores = {}
    for kind, telling in _TELLING.items():
        guesses = fields_by_heading(kind, headings)
        fields = set(given.values()) | {guesses.get(folded(heading), "") for heading in headings}
        scores[kind] = sum(len(telling) - place for place, field in enumerate(telling) if field in fields)
    best = max(scores, key=lambda kind: scores[kind])
    if not scores[best]:
        raise ConfigError(
            "The columns do not tell whether the rows are people or companies.",
            hint=f"Say it with --kind person or --kind company. The columns are: {', '.join(headings)}.",
        )
    return best


def _known_kind(kind: str) -> str:
    if kind not in _TELLING:
        raise ConfigError(f"There is no kind '{kind}' of rows{did_you_mean(kind, _TELLING)}", hint="person or company")
    assert kind in kinds(), "every kind of rows is a kind of records"  # noqa: S101 - a promise between two tables
    return kind


def _check_given(headings: Sequence[str], kind: str, given: Mapping[str, str]) -> None:
    for heading, field in given.items():
        if heading not in headings:
            raise ConfigError(f"The file has no column '{heading}'{did_you_mean(heading, headings)}")
        if field and field not in canonical_fields(kind):
            raise ConfigError(f"A {kind} has no field '{field}'{did_you_mean(field, canonical_fields(kind))}")
