"""Dates of birth as the days they may mean, and how like two are."""

from __future__ import annotations

import functools
import re

from rapidfuzz.distance import OSA

_ISO = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ].*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})")
_APART = 15


@functools.lru_cache(maxsize=16_384)
def read_birth(text: str) -> tuple[str, ...]:
    """Return the days `text` may mean as `YYYYMMDD`, the likelier first."""
    if found := _ISO.fullmatch(text.strip()):
        year, month, day = found.groups()
        return _days(year, month, day) if int(month) <= 12 else ((year + month + day),)
    if found := _YEAR_LAST.fullmatch(text.strip()):
        first, second, year = found.groups()
        year = year if len(year) == 4 else ("19" if int(year) > 25 else "20") + year
        pairs = ((second, first),) if "." in text else ((second, first), (first, second))
        return tuple(dict.fromkeys(day for month, number in pairs for day in _days(year, month, number)))
    from quality.subjects.dates import Order, read_day

    day_read = read_day(text, Order.BY_COUNTRY, "")
    return (day_read.form.replace("-", ""),) if day_read.form else ()


def _days(year: str, month: str, day: str) -> tuple[str, ...]:
    is_day = 1 <= int(month) <= 12 and 1 <= int(day) <= 31 and int(year) > 1880
    return (f"{year}{int(month):02d}{int(day):02d}",) if is_day else ()


@functools.lru_cache(maxsize=32_768)
def birth_level(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    """Return how two dates of birth agree."""
    if not ours or not theirs:
        return "unknown"
    if set(ours) & set(theirs):
        return "same"
    first, second = ours[0], theirs[0]
    if first[:4] == second[:4] and first[4:6] == second[6:] and first[6:] == second[4:6]:
        return "turned"
    return _distance_level(ours, theirs)


def _distance_level(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    """Return how far two different dates are apart, in digits and in years."""
    first, second = ours[0], theirs[0]
    distance = min(OSA.distance(one, other) for one in ours for other in theirs)
    if distance == 1:
        return "slip"
    if abs(int(first[:4]) - int(second[:4])) >= _APART:
        return "generation_apart"
    if distance == 2 or first[4:] == second[4:]:
        return "near"
    return "contradicts"
