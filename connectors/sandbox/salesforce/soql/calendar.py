"""Stretches of the calendar, and what can be told of a day.

Weeks begin on Sunday, as in orgs with a US locale. Fiscal years are calendar years.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from connectors.sandbox.salesforce.soql.nodes import Period

#: The first day, and the first day after.
Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class DateFunction:
    """A function of a date: what type its values have, and how they come about."""

    type: str
    apply: Callable[[Any], Any]


def days_of(period: Period, today: date) -> Days:
    """Return the days a date literal speaks of."""
    name, count = period.name, period.count
    if name in _SINGLE_DAYS:
        return _units("DAYS", today, _SINGLE_DAYS[name], 1)
    if name in {"LAST_90_DAYS", "NEXT_90_DAYS"}:
        name, count = name.replace("90", "N"), 90
    words = name.replace("FISCAL_", "").split("_")
    if words[-1] == "AGO":
        return _units(words[1], today, -count, 1)
    if len(words) == 2:
        return _units(words[1] + "S", today, {"LAST": -1, "THIS": 0, "NEXT": 1}[words[0]], 1)
    if words[2] == "DAYS":
        return _units("DAYS", today, -count, count + 1) if words[0] == "LAST" else _units("DAYS", today, 1, count)
    return _units(words[2], today, -count if words[0] == "LAST" else 1, count)


def moments_of(days: Days, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the midnights between which days lie in a time zone."""
    first, after = days
    return datetime.combine(first, time(), zone), datetime.combine(after, time(), zone)


def _units(unit: str, today: date, first: int, count: int) -> Days:
    """Whole units of the calendar, counted from the one today lies in."""
    if unit == "DAYS":
        return _days_on(today, first), _days_on(today, first + count)
    if unit == "WEEKS":
        sunday = today - timedelta(days=(today.weekday() + 1) % 7)
        return _days_on(sunday, 7 * first), _days_on(sunday, 7 * (first + count))
    months = {"MONTHS": 1, "QUARTERS": 3, "YEARS": 12}[unit]
    begun = today.replace(day=1, month=(today.month - 1) // months * months + 1)
    return _months_on(begun, first * months), _months_on(begun, (first + count) * months)


def _days_on(day: date, days: int) -> date:
    """Move a day, not past the first or last there is."""
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))


def _months_on(start: date, months: int) -> date:
    """Move a first of a month; years stay within what dates can be."""
    years, month = divmod(start.month - 1 + months, 12)
    year = min(max(start.year + years, date.min.year), date.max.year)
    return date(year, month + 1, 1)


_SINGLE_DAYS = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}


def _week_in_year(day: date) -> int:
    """The first week runs from January 1 to 7."""
    return (day.timetuple().tm_yday - 1) // 7 + 1


def _only_day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


DATE_FUNCTIONS: dict[str, DateFunction] = {
    "CALENDAR_YEAR": DateFunction("int", lambda day: day.year),
    "CALENDAR_QUARTER": DateFunction("int", lambda day: (day.month - 1) // 3 + 1),
    "CALENDAR_MONTH": DateFunction("int", lambda day: day.month),
    "FISCAL_YEAR": DateFunction("int", lambda day: day.year),
    "FISCAL_QUARTER": DateFunction("int", lambda day: (day.month - 1) // 3 + 1),
    "FISCAL_MONTH": DateFunction("int", lambda day: day.month),
    "DAY_IN_MONTH": DateFunction("int", lambda day: day.day),
    "DAY_IN_WEEK": DateFunction("int", lambda day: (day.weekday() + 1) % 7 + 1),
    "DAY_IN_YEAR": DateFunction("int", lambda day: day.timetuple().tm_yday),
    "DAY_ONLY": DateFunction("date", _only_day),
    "HOUR_IN_DAY": DateFunction("int", lambda moment: moment.hour if isinstance(moment, datetime) else 0),
    "WEEK_IN_MONTH": DateFunction("int", lambda day: (day.day - 1) // 7 + 1),
    "WEEK_IN_YEAR": DateFunction("int", _week_in_year),
}
