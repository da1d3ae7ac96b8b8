"""One raw value ↔ one of ours, by type. Whatever cannot be understood is an UnfitError, never a guess (FM-10)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from syncd.model import Raw, Value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
#: Epoch milliseconds, so long that it cannot be a date written without hyphens.
_MILLISECONDS = re.compile(r"-?\d{9,16}|0", re.ASCII)
_TRUTHS = {"true": True, "false": False}
_LIST_SEPARATOR = ";"
#: Longer whole numbers are read as the float they may come from: no CRM counts that far.
_MAX_DIGITS = 16


class UnfitError(ValueError):
    """The value does not fit the type."""


class ValueType(StrEnum):
    """What a canonical field holds."""

    TEXT = "text"
    BOOL = "bool"
    DATETIME = "datetime"
    DATE = "date"
    NUMBER = "number"
    LIST = "list"


def read_text(raw: Raw) -> str:
    """Return text as it is; numbers and truth values as a CRM would write them."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return _number_text(raw) if raw is not None else ""


def read_bool(raw: Raw) -> bool:
    """Understand `true` and `false`, as JSON or as text."""
    if isinstance(raw, bool):
        return raw
    known = _TRUTHS.get(raw.strip().lower()) if isinstance(raw, str) else None
    if known is None:
        raise UnfitError("is neither true nor false")
    return known


def read_number(raw: Raw) -> int | float:
    """Understand one plain number with a point; no separators, no units, no infinities."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        text = repr(raw)
    else:
        text = raw.strip() if isinstance(raw, str) else ""
    if not _NUMBER.fullmatch(text):
        raise UnfitError("is not a number")
    number = int(text) if _WHOLE.fullmatch(text) and len(text) < _MAX_DIGITS else float(text)
    if number in {float("inf"), float("-inf")}:
        raise UnfitError("is too large a number")
    return number


def read_datetime(raw: Raw) -> datetime:
    """Understand ISO 8601 (UTC where it names no zone) and epoch milliseconds."""
    if not isinstance(raw, str):
        if raw is None or isinstance(raw, bool):
            raise UnfitError("is not a moment")
        return _from_milliseconds(raw)
    text = raw.strip()
    if text[4:5] != "-" and _MILLISECONDS.fullmatch(text):
        return _from_milliseconds(int(text))
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is UTC:
            return moment
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UnfitError("is not a moment") from None


def read_date(raw: Raw) -> date:
    """Understand `YYYY-MM-DD`, and moments, of which the day in UTC is kept."""
    try:
        return read_datetime(raw).date()
    except ValueError:
        raise UnfitError("is not a date") from None


def read_list(raw: Raw) -> tuple[str, ...]:
    """Split at semicolons; empty parts (a leading semicolon) are none."""
    return tuple(part for part in read_text(raw).split(_LIST_SEPARATOR) if part)


def write_text(value: Value) -> str:
    """Return text as it is."""
    if not isinstance(value, str):
        raise UnfitError("should be text")
    return value


def write_bool(value: Value) -> bool:
    """Return the truth value."""
    if not isinstance(value, bool):
        raise UnfitError("should be true or false")
    return value


def write_number(value: Value) -> int | float:
    """Return the number, whole where it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnfitError("should be a number")
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def write_datetime(value: Value) -> str:
    """Return ISO 8601 in UTC with milliseconds."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise UnfitError("should be a moment with its zone")
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_date(value: Value) -> str:
    """Return `YYYY-MM-DD`."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise UnfitError("should be a date")
    return value.isoformat()


def write_list(value: Value) -> str:
    """Join with semicolons, never with one in front: HubSpot would add to the list instead of setting it."""
    if not isinstance(value, tuple) or any(_LIST_SEPARATOR in part or not part for part in value):
        raise UnfitError("should be a list of texts without semicolons")
    return _LIST_SEPARATOR.join(value)


def _from_milliseconds(count: float) -> datetime:
    try:
        return _EPOCH + timedelta(milliseconds=count)
    except (OverflowError, ValueError):
        raise UnfitError("is not a moment") from None


def _number_text(number: float) -> str:
    """Write without an exponent, which CRMs do not read, and without a fraction of nothing."""
    return str(number) if isinstance(number, int) else format(Decimal(repr(number)).normalize(), "f")


READERS: Mapping[ValueType, Callable[[Raw], Value]] = MappingProxyType(
    {
        ValueType.TEXT: read_text,
        ValueType.BOOL: read_bool,
        ValueType.NUMBER: read_number,
        ValueType.DATETIME: read_datetime,
        ValueType.DATE: read_date,
        ValueType.LIST: read_list,
    }
)
WRITERS: Mapping[ValueType, Callable[[Value], Raw]] = MappingProxyType(
    {
        ValueType.TEXT: write_text,
        ValueType.BOOL: write_bool,
        ValueType.NUMBER: write_number,
        ValueType.DATETIME: write_datetime,
        ValueType.DATE: write_date,
        ValueType.LIST: write_list,
    }
)
