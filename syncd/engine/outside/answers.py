"""What a provider found becomes values of ours: read by type, in our words, put through the rules, with how sure it is.

What was found is hostile until then: a web page in a name, a number that is none, a list where a text should be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mappings.values import READERS, ValueType, read_datetime, read_text
from quality.providing import proper_values
from syncd.model import Offered, Raw, Value

_PER_CENT = 100.0


@dataclass(frozen=True, slots=True)
class OfferedField:
    """Where a value stands, and what becomes of it."""

    at: str
    type: ValueType
    #: The provider's words on the left, ours on the right.
    words: Mapping[str, str] = field(default_factory=dict)
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How the answers of one provider are understood."""

    kind: str
    #: By our field.
    fields: Mapping[str, OfferedField]
    confidence: float
    confidence_at: str = ""
    as_of: str = ""

    @property
    def places(self) -> tuple[str, ...]:
        """Return every place that is looked at."""
        named = [one.at for one in self.fields.values()] + [self.confidence_at, self.as_of]
        return tuple(dict.fromkeys(one for one in named if one))

    def understood(self, found: Mapping[str, Any] | None, now: datetime) -> dict[str, Offered]:
        """Return the values that may be offered; none when nothing was found, or nothing that is of use."""
        if not found:
            return {}
        values = {name: _value(one, found.get(one.at)) for name, one in self.fields.items()}
        proper = proper_values(self.kind, {name: one for name, one in values.items() if one is not None}, now)
        told, as_of = self._told(found), self._as_of(found, now)
        return {name: Offered(value, round(min(self._sure(name), told), 4), as_of) for name, value in proper.items()}

    def _sure(self, name: str) -> float:
        own = self.fields[name].confidence
        return self.confidence if own is None else own

    def _told(self, found: Mapping[str, Any]) -> float:
        """Return how sure the provider says it is; not at all where it says what nobody can understand."""
        raw = found.get(self.confidence_at) if self.confidence_at else 1.0
        try:
            number = float(raw)  # type: ignore[arg-type]  # whatever it is
        except (TypeError, ValueError):
            return 0.0
        if not math.isfinite(number) or not 0 <= number <= _PER_CENT:
            return 0.0
        return number / _PER_CENT if number > 1 else number

    def _as_of(self, found: Mapping[str, Any], now: datetime) -> datetime | None:
        raw = found.get(self.as_of) if self.as_of else None
        try:
            moment = None if not _is_raw(raw) or raw is None else read_datetime(raw)
        except ValueError:
            return None
        return moment if moment is None or moment <= now else None


def _value(one: OfferedField, raw: Any) -> Value:
    """Return what a place holds, by the type of the field; None where it holds nothing of this type."""
    if raw is None or not _is_raw(raw):
        return None
    said: Raw = raw
    if one.words or one.type is ValueType.TEXT:
        said = read_text(raw).strip()
        said = one.words.get(said, said)
    try:
        value = READERS[one.type](said)
    except ValueError:
        return None
    return None if value in ("", ()) else value


def _is_raw(raw: Any) -> bool:
    if isinstance(raw, float):
        return math.isfinite(raw)
    return raw is None or isinstance(raw, str | int | bool)
