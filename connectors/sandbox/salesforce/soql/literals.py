"""Reading the values a query is written with."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from connectors.sandbox.salesforce.soql.nodes import Period

_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_WILD = re.compile(r"\\(u[0-9a-fA-F]{4}|.)|[%_]", re.DOTALL)


def unescaped(raw: str) -> str:
    """Return the text a string literal stands for; ValueError names an escape that means nothing."""
    return _ESCAPE.sub(lambda found: _character(found[1]), raw) if "\\" in raw else raw


def like_pattern(raw: str) -> re.Pattern[str]:
    """Return what LIKE matches: `%` is anything, `_` one character, escaped ones themselves; case does not count."""
    pieces: list[str] = []
    end = 0
    for found in _WILD.finditer(raw):
        pieces += re.escape(raw[end : found.start()].lower()), _piece(found)
        end = found.end()
    pieces.append(re.escape(raw[end:].lower()))
    return re.compile("".join(pieces), re.DOTALL)


def moment(text: str) -> datetime:
    """Read a datetime literal; ValueError where there is no such day or hour."""
    return datetime.fromisoformat(text.upper())


def day(text: str) -> date:
    """Read a date literal; ValueError where there is no such day."""
    return date.fromisoformat(text)


def number(text: str) -> Decimal:
    """Read a number."""
    return Decimal(text)


def period(text: str) -> Period:
    """Read a date literal such as `TODAY` or `LAST_N_DAYS:30`."""
    name, _, count = text.partition(":")
    return Period(name.strip().upper(), int(count or 0))


def _piece(found: re.Match[str]) -> str:
    if found[1] is None:
        return "." if found[0] == "_" else ".*"
    return re.escape(found[1] if found[1] in "%_" else _character(found[1]).lower())


def _character(escape: str) -> str:
    if len(escape) == 5:
        return chr(int(escape[1:], 16))
    if escape not in _PLAIN:
        raise ValueError(f"Invalid string literal. Illegal character sequence '\\{escape}' in string literal.")
    return _PLAIN[escape]
