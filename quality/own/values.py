"""What an admin writes as a value, as the value of a field of some type."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from syncd.model import Value


def to_value(given: Any, kind: str) -> Value:
    """Return `given` as a value of a field whose type is `kind`; ValueError says what it should be."""
    if given is None or given == "":
        return None
    made = _READERS[kind](given)
    if made is None:
        raise ValueError(_WANTED[kind])
    return made


def _text(given: Any) -> Value:
    return given if isinstance(given, str) else None


def _truth(given: Any) -> Value:
    return given if isinstance(given, bool) else None


def _number(given: Any) -> Value:
    return given if isinstance(given, int | float) and not isinstance(given, bool) else None


def _date(given: Any) -> Value:
    moment = _datetime(given)
    return moment.date() if isinstance(moment, datetime) else None


def _datetime(given: Any) -> Value:
    try:
        moment = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _list(given: Any) -> Value:
    return tuple(given) if isinstance(given, list) and all(isinstance(one, str) for one in given) else None


_READERS = {"text": _text, "bool": _truth, "number": _number, "date": _date, "datetime": _datetime, "list": _list}
_WANTED = {
    "text": "should be text; quote it",
    "bool": "should be true or false",
    "number": "should be a number",
    "date": "should be a date: 2026-01-31",
    "datetime": "should be a moment: 2026-01-31T12:00:00Z",
    "list": "should be a list of texts",
}
assert _READERS.keys() == _WANTED.keys()  # noqa: S101 - a type without a sentence would fail in front of an admin


def to_moment(given: str) -> datetime | None:
    """Return the moment a text stands for, None when it stands for none."""
    moment = _datetime(given)
    return moment if isinstance(moment, datetime) else None
