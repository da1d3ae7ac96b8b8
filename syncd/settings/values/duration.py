"""Durations as people write them: `90s`, `10m`, `1h30m`, `1d`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_UNITS = {"ms": timedelta(milliseconds=1), "s": timedelta(seconds=1), "m": timedelta(minutes=1)}
_UNITS |= {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_PATTERN = r"^(\d{1,6}(ms|s|m|h|d|w))+$"
_PART = re.compile(r"(\d+)(ms|s|m|h|d|w)", re.ASCII)


def parse_duration(given: object) -> timedelta:
    """Understand `90s`, `10m`, `1h30m`, `1d`; a bare number is a mistake, because nobody knows of what."""
    if isinstance(given, timedelta):
        return given
    if not isinstance(given, str) or not re.fullmatch(_PATTERN, given, re.ASCII):
        raise ValueError("a duration is a number with a unit: 90s, 10m, 1h, 1d")
    return sum((int(count) * _UNITS[unit] for count, unit in _PART.findall(given)), timedelta())


def spell_duration(duration: timedelta) -> str:
    """Return the shortest spelling that `parse_duration` understands."""
    for unit in ("w", "d", "h", "m", "s"):
        if duration >= _UNITS[unit] and duration % _UNITS[unit] == timedelta():
            return f"{duration // _UNITS[unit]}{unit}"
    return f"{duration // _UNITS['ms']}ms"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(spell_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _PATTERN}),
]
