"""Transforms a mapping may name under `read`: small, pure, and in the order they are written.

They are for what the CRM's own format does to a value. Cleaning is the rules' work: a rule must see the dirt to measure
it, so the shipped text fields name none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from syncd.model import Raw

#: The transform that asks whether there is a value at all; it alone makes a truth value of anything.
IS_SET = "is_set"

_BLANKS = re.compile(r"\s+")
_NOT_DIGITS = re.compile(r"[^0-9]+")


def trim(text: str) -> str:
    """Take away blanks at both ends."""
    return text.strip()


def lower(text: str) -> str:
    """Write in lower case."""
    return text.lower()


def collapse_blanks(text: str) -> str:
    """Make one space of each run of blanks, and none at the ends."""
    return _BLANKS.sub(" ", text).strip()


def digits(text: str) -> str:
    """Keep the digits 0 to 9 only."""
    return _NOT_DIGITS.sub("", text)


def is_set(raw: Raw) -> bool:
    """Tell whether there is a value; a truth value counts as one only when it is true."""
    if isinstance(raw, str):
        return raw.strip().lower() not in {"", "false"}
    return raw is not None and raw is not False


#: Text to text, by the name a mapping uses.
TEXT_TRANSFORMS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {transform.__name__: transform for transform in (trim, lower, collapse_blanks, digits)}
)


def transform_names() -> tuple[str, ...]:
    """Return the names a mapping may use under `read`."""
    return (*TEXT_TRANSFORMS, IS_SET)
