"""A query as data: what was asked, in its own words, with the place of each name in the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Text:
    """A string literal, still escaped: LIKE reads escapes differently."""

    raw: str


@dataclass(frozen=True, slots=True)
class Period:
    """A date literal such as `LAST_N_DAYS:30`: a stretch of whole days."""

    name: str
    count: int = 0


#: What may stand on the right of a comparison.
Value = Text | Period | datetime | date | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Path:
    """A field, perhaps of a parent: `Account.Owner.Name`."""

    names: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function of fields: `COUNT(Id)`, `CALENDAR_YEAR(CreatedDate)`, `FIELDS(ALL)`."""

    name: str
    arguments: tuple[Path | Call, ...]
    at: int


Operand = Path | Call


@dataclass(frozen=True, slots=True)
class Chosen:
    """A field or function of the SELECT list."""

    what: Operand
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Children:
    """A query nested in the SELECT list, over a child relationship."""

    query: Query


@dataclass(frozen=True, slots=True)
class When:
    """What TYPEOF shows of one kind of parent."""

    object: str
    paths: tuple[Path, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Typeof:
    """`TYPEOF What WHEN Account THEN Phone ELSE Name END`."""

    relationship: Path
    cases: tuple[When, ...]
    otherwise: tuple[Path, ...] | None
    at: int


@dataclass(frozen=True, slots=True)
class Compared:
    """`field operator value`; the operator is one of `=`, `!=`, `<`, `<=`, `>`, `>=`, `LIKE`."""

    what: Operand
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class Among:
    """`field [NOT] IN (values)`."""

    what: Operand
    values: tuple[Value, ...]
    is_negated: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """`field [NOT] IN (SELECT …)`: a semi-join, or an anti-join."""

    what: Operand
    query: Query
    is_negated: bool


@dataclass(frozen=True, slots=True)
class Including:
    """`field INCLUDES (values)` or EXCLUDES, of a multi-select picklist."""

    what: Operand
    values: tuple[Value, ...]
    is_negated: bool


@dataclass(frozen=True, slots=True)
class Both:
    """All of these hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of these holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """This does not hold."""

    part: Condition


Condition = Compared | Among | Joined | Including | Both | Either | Negation


@dataclass(frozen=True, slots=True)
class Ordered:
    """One entry of ORDER BY."""

    what: Operand
    is_descending: bool = False
    are_nulls_last: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query. `text` is what errors quote; a nested query has that of the outermost."""

    selected: tuple[Chosen | Children | Typeof, ...]
    object: str
    object_at: int
    text: str
    alias: str | None = None
    where: Condition | None = None
    groups: tuple[Operand, ...] = ()
    having: Condition | None = None
    order: tuple[Ordered, ...] = ()
    limit: int | None = None
    offset: int = 0
    #: `USING SCOPE mine`: whose records are looked at; empty: everybody's.
    whose: str = ""
