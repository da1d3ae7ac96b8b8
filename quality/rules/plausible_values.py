"""Dates of birth, years and counts are ones that a person or company can have."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from quality.rule import FINE, Case, Example, Phase, Rule, Surroundings, Verdict, flag
from syncd.model import Value

_UNBORN = "the date of birth is still to come"
_TOO_OLD = "nobody is that old"
_TOO_YOUNG = "a child's date of birth, or a day that only stands for one"
_NO_YEAR = "no year a company can have been founded in"
_NEGATIVE = "a count below zero"
_ABSURD = "larger than that of any company there is"
_OUT_OF_TIME = "a date that no deal can have"

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)", re.ASCII)
_OLDEST, _YOUNGEST = 115, 10
_FIRST_COMPANY = 550
_MOST = {"employee_count": 5_000_000, "annual_revenue": 10**13}
_FIRST_DEAL = datetime(1970, 1, 2, tzinfo=UTC)
_LAST_DEAL = timedelta(days=15 * 366)


def check(case: Case) -> Verdict:
    """Flag what cannot be. Dates that are not in normal form are other rules' to read."""
    if case.value is None or isinstance(case.value, bool):
        return FINE
    if case.field == "birth_date":
        return _birth(case.value, case.surroundings.now.date())
    if case.field == "founded_year":
        return _founded(case.value, case.surroundings.now.year)
    if case.field == "close_date":
        return _closing(case.value, case.surroundings.now)
    return _count(case.value, _MOST.get(case.field, 0))


def _birth(value: Value, today: date) -> Verdict:
    if not isinstance(value, str) or not _ISO.match(value.strip()):
        return FINE
    try:
        born = date.fromisoformat(value.strip()[:10])
    except ValueError:
        return FINE
    if born > today + timedelta(days=1):
        return flag(_UNBORN)
    if born.year < today.year - _OLDEST:
        return flag(_TOO_OLD)
    return flag(_TOO_YOUNG) if born.year > today.year - _YOUNGEST else FINE


def _founded(value: Value, this_year: int) -> Verdict:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit()):
        return FINE
    return FINE if len(text) <= 4 and _FIRST_COMPANY <= int(text) <= this_year + 1 else flag(_NO_YEAR)


def _closing(value: Value, now: datetime) -> Verdict:
    if not isinstance(value, datetime) or value.tzinfo is None:
        return FINE
    return FINE if _FIRST_DEAL <= value <= now + _LAST_DEAL else flag(_OUT_OF_TIME)


def _count(value: Value, most: float) -> Verdict:
    if not isinstance(value, int | float):
        return FINE
    if value < 0:
        return flag(_NEGATIVE)
    return flag(_ABSURD) if value > most else FINE


_AROUND = Surroundings(datetime(2025, 6, 15, tzinfo=UTC))


def _example(kind: str, field: str, value: Value, verdict: Verdict) -> Example:
    return Example(value, verdict, kind=kind, field=field, surroundings=_AROUND)


RULE = Rule(
    check,
    fields={
        "person": ("birth_date",),
        "company": ("founded_year", "employee_count", "annual_revenue"),
        "deal": ("close_date",),
    },
    phase=Phase.VALIDATE,
    depends_on=(),  # and on the moment; but what is plausible once stays so for longer than any process lives
    examples=(
        _example("person", "birth_date", "1985-12-10", FINE),
        _example("person", "birth_date", "2031-01-01", flag(_UNBORN)),
        _example("person", "birth_date", "1885-12-10", flag(_TOO_OLD)),
        _example("person", "birth_date", "2024-01-01", flag(_TOO_YOUNG)),
        _example("person", "birth_date", "1985-02-30", FINE),  # no date at all: not for this rule
        _example("person", "birth_date", "10 декабря 1985", FINE),
        _example("person", "birth_date", None, FINE),
        _example("company", "founded_year", "1847", FINE),
        _example("company", "founded_year", "2050", flag(_NO_YEAR)),
        _example("company", "founded_year", "19999", flag(_NO_YEAR)),
        _example("company", "founded_year", "about 1900", FINE),
        _example("company", "employee_count", 250, FINE),
        _example("company", "employee_count", -1, flag(_NEGATIVE)),
        _example("company", "employee_count", 900_000_000, flag(_ABSURD)),
        _example("company", "annual_revenue", 6.4e11, FINE),
        _example("deal", "close_date", datetime(2026, 1, 1, tzinfo=UTC), FINE),
        _example("deal", "close_date", datetime(2205, 1, 1, tzinfo=UTC), flag(_OUT_OF_TIME)),
        _example("deal", "close_date", datetime(1970, 1, 1, tzinfo=UTC), flag(_OUT_OF_TIME)),  # zero, read as a date
    ),
)
