"""Right values, and what people and programs do to them: what `rule_errors.py` measures the rules on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as part

from syncd.model import Value

DAMAGES: Mapping[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "swapped": str.swapcase,
    "blanks": lambda text: f" {text.replace(' ', '  ')}\u00a0",
}


@dataclass(frozen=True, slots=True)
class Word:
    """One right value of a field, the rest of its record, and what may be done to it."""

    text: str
    kind: str
    field: str
    locale: str
    others: Mapping[str, Value] = part(default_factory=dict)
    damages: Mapping[str, Callable[[str], str]] = part(default_factory=lambda: DAMAGES)
