"""What is known of dates as people type them: which day is meant, and when nobody can tell."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from types import MappingProxyType

from quality.words import folded


class Order(Enum):
    """Which comes first where both could be the month."""

    #: As in the record's country; never sure.
    BY_COUNTRY = "by_country"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True)
class Day:
    """What a text says of a day: the date in ISO 8601, empty when it says none."""

    form: str = ""
    is_sure: bool = True
    #: Whether a spreadsheet or a program wrote a count of days or milliseconds.
    is_count: bool = False


_NONE = Day()
_ISO = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})(?:([-/.\s])\s?(\d{1,2})\2\s?(\d{1,2})\.?|(\d{2})(\d{2}))")
_CJK = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.\s])\s?(\d{1,2})\2\s?(\d{4}|\d{2})\.?")
_WITH_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s?(?:Z|[+-]\d{2}:?\d{2}|UTC)?")
_MIDNIGHT = re.compile(r"00:00(?::00(?:\.0+)?)?")
_MONTH_SECOND = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?[\s-]*(?:de\s+|of\s+)?([^\W\d_]{3,}\.?)[\s,-]*(?:de\s+|del\s+)?(\d{4})\s?(?:г\.?|р\.?)?"
)
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,}\.?)\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_SERIAL = re.compile(r"[1-5]\d{4}(?:\.0+)?", re.ASCII)
_MILLISECONDS = re.compile(r"-?\d{11,13}", re.ASCII)
_FIRST_DAY = date(1899, 12, 30)
#: Years of two digits below it may be of this century or of the last.
_OF_EITHER_CENTURY = 40
_YEARS = range(1850, 2151)
_LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "hu", "ro", "tr", "ru", "uk",
    "id",
)  # fmt: skip
#: Countries that write the month first.
_MONTH_COUNTRIES = frozenset({"US", "PH", "PR", "GU", "FM", "MH", "PW", "BZ"})


@functools.lru_cache(maxsize=8192)
def read_day(text: str, order: Order, country: str) -> Day:
    """Return the day `text` means; `country` (alpha-2 or empty) hints at the order of day and month."""
    if _ISO.fullmatch(text):
        return _day(text[:4], text[5:7], text[8:])
    tidy = _with_plain_digits(" ".join(text.split())).strip(" ,;")
    if timed := _WITH_TIME.fullmatch(tidy):
        found = read_day(timed.group(1), order, country)
        return Day(found.form, is_sure=_MIDNIGHT.fullmatch(timed.group(2)) is not None)
    if first := _YEAR_FIRST.fullmatch(tidy):
        year, _, month, day, compact_month, compact_day = first.groups()
        return _day(year, month or compact_month, day or compact_day)
    if marked := _CJK.fullmatch(tidy):
        return _day(*marked.groups())
    if last := _YEAR_LAST.fullmatch(tidy):
        return _year_last(*last.groups(), order=order, country=country)
    return _counted(tidy) if tidy.lstrip("-").replace(".", "").isdigit() else _in_words(tidy)


def _with_plain_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)


def _day(year: str, month: str, day: str, *, is_sure: bool = True, is_count: bool = False) -> Day:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return _NONE
    return Day(found.isoformat(), is_sure, is_count) if found.year in _YEARS else _NONE


def _year_last(first: str, sign: str, second: str, year: str, *, order: Order, country: str) -> Day:
    is_sure = True
    if len(year) == 2:
        if int(year) < _OF_EITHER_CENTURY:
            return _NONE
        year = f"19{year}"
        is_sure = False
    if int(first) > 12 or sign == "." or first == second:
        return _day(year, second, first, is_sure=is_sure)
    if int(second) > 12:
        return _day(year, first, second, is_sure=is_sure)
    if order is Order.BY_COUNTRY:
        is_sure = False
        if not country:
            return _NONE
    is_month_first = order is Order.MONTH_FIRST or (order is Order.BY_COUNTRY and country in _MONTH_COUNTRIES)
    month, day = (first, second) if is_month_first else (second, first)
    return _day(year, month, day, is_sure=is_sure)


def _counted(text: str) -> Day:
    """Return the day a spreadsheet's number or a count of milliseconds may stand for; never sure."""
    if _SERIAL.fullmatch(text):
        found = _FIRST_DAY + timedelta(days=int(float(text)))
    elif _MILLISECONDS.fullmatch(text):
        found = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(text))).date()
    else:
        return _NONE
    return Day(found.isoformat(), is_sure=False, is_count=True)


def _in_words(text: str) -> Day:
    if found := _MONTH_SECOND.fullmatch(text):
        day, name, year = found.groups()
    elif found := _MONTH_FIRST.fullmatch(text):
        name, day, year = found.groups()
    else:
        return _NONE
    month = _months().get(folded(name))
    return _day(year, str(month), day) if month else _NONE


@functools.cache
def _months() -> Mapping[str, int]:
    """Return the numbers of months by folded name in many languages; a name two months share is left out."""
    from babel.dates import get_month_names

    found: dict[str, int] = {"sept": 9, "maerz": 3}
    shared: set[str] = set()
    for locale in _LANGUAGES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in get_month_names(width, context=context, locale=locale).items():
                    key = folded(name)
                    if found.setdefault(key, number) != number:
                        shared.add(key)
    return MappingProxyType({key: number for key, number in found.items() if key not in shared and not key.isdigit()})
