"""Which column of a file is which of our fields, guessed from the heads of the columns and from what stands below."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from mappings import RecordMapping, canonical_fields, kinds
from syncd.clean.headings import Heads
from syncd.errors import ConfigError
from syncd.located import did_you_mean

#: Kinds a file can hold, and the fields that tell: a file with a first name holds people.
_TELLING = {
    "person": ("first_name", "last_name", "job_title", "mobile", "email", "birth_date", "company_name"),
    "company": ("name", "domain", "employee_count", "industry", "website"),
    "deal": ("amount", "close_date", "pipeline", "deal_type", "lost_reason"),
    "ticket": ("priority", "channel", "category", "pipeline"),
}
#: Deals and tickets name the company they belong to: that alone makes nobody a person or a company.
_MENTIONED = frozenset({"name", "company_name"})
_ADDRESS = re.compile(r"\s*[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+\s*")
#: More than all that tells of deals and tickets.
_MOST_TELLING = 100
#: So few cells prove nothing; from such a share on they do, and below such a one they speak against a heading.
_FEW_CELLS = 3
_PROOF, _DOUBT = 0.8, 0.2


#: By kind, fields beyond our own, each with headings it is known by.
MoreHeadings = Mapping[str, Mapping[str, str]]


class Sureness(StrEnum):
    """How a column came by its field."""

    SAID = "you said so"
    SURE = "sure"
    GUESSED = "guessed"
    LEFT = "left alone"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file."""

    heading: str
    position: int
    #: Our field; empty when the column is left as it is.
    field: str
    sureness: Sureness = Sureness.SURE
    #: Why it was guessed, or is left alone.
    note: str = ""
    #: The field that its heading means, where another column is that field already.
    meant: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file, and what its rows are."""

    kind: str
    all: tuple[Column, ...]

    @property
    def by_field(self) -> dict[str, int]:
        """Return the position of each field that has a column, of the first where several do."""
        found: dict[str, int] = {}
        for column in self.all:
            if column.field:
                found.setdefault(column.field, column.position)
        return found

    @property
    def headings(self) -> tuple[str, ...]:
        """Return the headings as they stand in the file."""
        return tuple(column.heading for column in self.all)


def guess_columns(
    headings: Sequence[str],
    *,
    kind: str = "",
    given: Mapping[str, str] | None = None,
    rows: Sequence[Sequence[str]] = (),
    mapping: RecordMapping | None = None,
    more: MoreHeadings | None = None,
) -> Columns:
    """Return the columns; `given` says for some headings which field they are (empty: none). ConfigError if unclear.

    `rows` are some of the first: values that are plainly e-mail addresses tell more than a heading nobody knows.
    Names of properties in `mapping` count as headings, and its fields as fields; those of `more` go beyond our own.
    """
    chosen = given or {}
    kind = _known_kind(kind or (mapping.kind if mapping else "") or _guess_kind(headings, chosen))
    further = (more or {}).get(kind, {})
    _check_given(headings, chosen, kind, {*canonical_fields(kind), *(mapping.fields if mapping else ()), *further})
    heads = Heads(kind, headings, mapping, further)
    taken = {field for field in chosen.values() if field}
    columns: list[Column] = []
    for position, heading in enumerate(headings):
        column = _given(position, heading, chosen) or _guessed(position, heading, heads, taken)
        taken.add(column.field)
        columns.append(column)
    cells = [[row[place] for row in rows if place < len(row)] for place in range(len(headings))]
    if "email" in canonical_fields(kind):
        columns = [_weighed(column, cells[column.position], taken) for column in columns]
    if not any(column.field for column in columns):
        raise ConfigError(
            "No column looks like a field syncd knows.",
            hint=f"Say which is which, for example --map '{headings[0]}={_TELLING[kind][0]}'.",
        )
    return Columns(kind, tuple(columns))


def _given(position: int, heading: str, chosen: Mapping[str, str]) -> Column | None:
    if heading not in chosen:
        return None
    note = "" if chosen[heading] else "you said so"
    return Column(heading, position, chosen[heading], Sureness.SAID, note)


def _guessed(position: int, heading: str, heads: Heads, taken: set[str]) -> Column:
    field = heads.exact(heading)
    if field and field not in taken:
        return Column(heading, position, field)
    loose = heads.loose(heading)
    if loose and loose not in taken:
        return Column(heading, position, loose, Sureness.GUESSED, "part of the heading says so")
    known = field or loose
    note = f"another column is the {known}" if known else "no field of this name"
    return Column(heading, position, "", Sureness.LEFT, note, known)


def _weighed(column: Column, cells: Sequence[str], taken: set[str]) -> Column:
    """Let the values have a word in what the column is."""
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) < _FEW_CELLS or column.sureness is Sureness.SAID:
        return column
    share = sum(_ADDRESS.fullmatch(cell) is not None for cell in filled) / len(filled)
    if column.field == "email" and share < _DOUBT:
        return replace(column, sureness=Sureness.GUESSED, note="hardly any value looks like an e-mail address")
    if not column.field and share >= _PROOF and "email" not in taken:
        taken.add("email")
        return replace(column, field="email", sureness=Sureness.GUESSED, note="the values are e-mail addresses")
    return column


def _guess_kind(headings: Sequence[str], given: Mapping[str, str]) -> str:
    scores = {}
    for kind, telling in _TELLING.items():
        heads = Heads(kind, headings)
        fields = {*given.values(), *(heads.exact(heading) or heads.loose(heading) for heading in headings)}
        scores[kind] = sum(len(telling) - place for place, field in enumerate(telling) if field in fields)
        if kind in {"person", "company"} and fields & set(telling) - _MENTIONED:
            scores[kind] += _MOST_TELLING
    best = max(scores, key=lambda kind: scores[kind])
    if not scores[best]:
        raise ConfigError(
            "The columns do not tell whether the rows are people or companies, deals or tickets.",
            hint=f"Say it with --kind {' or --kind '.join(_TELLING)}. The columns are: {', '.join(headings)}.",
        )
    return best


def _known_kind(kind: str) -> str:
    if kind not in _TELLING:
        hint = " or ".join(_TELLING)
        raise ConfigError(f"There is no kind '{kind}' of rows{did_you_mean(kind, _TELLING)}", hint=hint)
    assert kind in kinds(), "every kind of rows is a kind of records"  # noqa: S101 - a promise between two tables
    return kind


def _check_given(headings: Sequence[str], given: Mapping[str, str], kind: str, fields: Collection[str]) -> None:
    for heading, field in given.items():
        if heading not in headings:
            raise ConfigError(f"The file has no column '{heading}'{did_you_mean(heading, headings)}")
        if field and field not in fields:
            raise ConfigError(f"A {kind} has no field '{field}'{did_you_mean(field, sorted(fields))}")
    fields_given = [field for field in given.values() if field]
    twice = sorted({field for field in fields_given if fields_given.count(field) > 1})
    if twice:
        raise ConfigError(f"Two columns cannot both be the {twice[0]}: a row has one.")
