"""What is known of numbers, truth values and currencies that people type as text."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from types import MappingProxyType

from quality.words import folded, word_table


class DecimalSign(Enum):
    """What stands before the decimals of a field."""

    UNKNOWN = "unknown"
    POINT = "point"
    COMMA = "comma"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as digits with a point before the decimals; empty when there is none."""

    form: str = ""
    is_sure: bool = True


_NONE = Amount()
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_NUMBER = re.compile(
    r"(?P<minus>[-\N{MINUS SIGN}(])?\s*(?:[A-Z]{2,3}\s*)?[$€£¥₹₽]?\s*(?P<sign>-)?\s*"
    r"(?P<digits>[0-9][0-9.,' \u00a0\u202f]*)\s*"
    r"(?P<unit>k|tsd|mio|mn|m|mrd|bn|b)?\.?\s*[$€£¥₹₽]?(?:\s*[A-Z]{3})?\)?",
    re.IGNORECASE,
)
_UNITS = {"k": 3, "tsd": 3, "m": 6, "mn": 6, "mio": 6, "b": 9, "bn": 9, "mrd": 9}
_GROUPS = re.compile(r"[0-9]{1,3}(?:([.,' \u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*")


@functools.lru_cache(maxsize=8192)
def read_amount(text: str, decimal_sign: DecimalSign) -> Amount:
    """Return the number `text` means. One group of three digits behind one sign may be either: never sure."""
    if _PLAIN.fullmatch(text) and not _may_be_group(text, decimal_sign):
        return Amount(text)
    tidy = "".join(str(unicodedata.decimal(sign, sign)) for sign in text.strip())
    found = _NUMBER.fullmatch(tidy)
    if not found or (found.group("minus") == "(") != tidy.endswith(")"):
        return _NONE
    amount = _digits(found.group("digits").strip(" \u00a0\u202f"), decimal_sign)
    if not amount.form:
        return _NONE
    value = Decimal(amount.form).scaleb(_UNITS.get((found.group("unit") or "").lower(), 0))
    is_negative = bool(found.group("minus") or found.group("sign"))
    return Amount(_written(-value if is_negative else value), amount.is_sure)


def _may_be_group(text: str, decimal_sign: DecimalSign) -> bool:
    """Return whether a plain number could be thousands too. It could be one of ours as well: that is never sure."""
    return decimal_sign is DecimalSign.COMMA and "." in text and _GROUPS.fullmatch(text) is not None


def _written(value: Decimal) -> str:
    text = format(value.normalize(), "f")
    return "0" if text in {"-0", "0"} else text


def _digits(text: str, decimal_sign: DecimalSign) -> Amount:
    """Return digits with separators as a plain number."""
    points, commas = text.count("."), text.count(",")
    last = "." if text.rfind(".") > text.rfind(",") else ","
    if points and commas:
        decimal, is_sure = last, True
    elif points + commas == 1:
        is_group = _GROUPS.fullmatch(text) is not None
        decimal = {DecimalSign.POINT: ".", DecimalSign.COMMA: ","}.get(decimal_sign, "" if is_group else last)
        is_sure = not is_group or (decimal_sign is not DecimalSign.UNKNOWN and last == ",")
    else:
        decimal, is_sure = "", True
    whole, sign, part = text.rpartition(decimal) if decimal and decimal in text else (text, "", "")
    bare = re.sub(r"[.,' \u00a0\u202f]", "", whole)
    if not bare or (bare != whole and not _GROUPS.fullmatch(whole)) or (sign and not part.isdigit()):
        return _NONE
    return Amount(f"{bare.lstrip('0') or '0'}.{part}" if sign else bare.lstrip("0") or "0", is_sure)


def is_spreadsheet_number(text: str) -> bool:
    """Return whether a number is in scientific notation, as spreadsheets make it of long ones: digits may be lost."""
    return re.fullmatch(r"\s*-?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]{1,3}\s*", text) is not None


@functools.lru_cache(maxsize=1024)
def truth(text: str) -> bool | None:
    """Return the truth value a word stands for in any of many languages; None when it stands for none."""
    words = word_table("truth_words")
    key = text.strip().casefold()
    return True if key in words["true"] else False if key in words["false"] else None


@functools.lru_cache(maxsize=1024)
def currency(text: str) -> str:
    """Return the ISO 4217 code of the currency `text` surely means; empty when several are called so."""
    if text in _codes():
        return text
    tidy = text.strip()
    if tidy.upper() in _codes():
        return tidy.upper()
    return _currencies().get(tidy) or _currencies().get(folded(tidy), "")


@functools.cache
def _codes() -> frozenset[str]:
    import pycountry

    return frozenset(found.alpha_3 for found in pycountry.currencies)


@functools.cache
def _currencies() -> Mapping[str, str]:
    from babel import Locale

    found: dict[str, str] = {}
    shared: set[str] = set()
    for locale in ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "pl", "ru", "tr", "ja", "ko", "zh"):
        for code, name in Locale.parse(locale).currencies.items():
            if code in _codes() and found.setdefault(folded(name), code) != code:
                shared.add(folded(name))
    for key in (*shared, ""):
        found.pop(key, None)
    for code, names in word_table("currency_aliases").items():
        found.update(dict.fromkeys(names, code))
    return MappingProxyType(found)
