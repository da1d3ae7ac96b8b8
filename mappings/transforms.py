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
#: The transform that looks for the first property whose value is named; it alone needs `values`.
FIRST_NAMED = "first_named"
#: Transforms that look at several properties, and so stand alone and cannot be written back.
COMBINING = frozenset({IS_SET, FIRST_NAMED})

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


def long_id(text: str) -> str:
    """Write an id of 15 signs, in which case matters, in its form of 18, in which it does not; other text only trimmed.

    The three signs more say which of the 15 are capitals.
    """
    text = text.strip()
    if len(text) != _SHORT or not text.isascii() or not text.isalnum() or text.isdigit():
        return text
    parts = (text[start : start + _PART] for start in range(0, _SHORT, _PART))
    marks = (sum(1 << place for place, sign in enumerate(part) if sign.isupper()) for part in parts)
    return text + "".join(_MARKS[mark] for mark in marks)


_SHORT, _PART, _MARKS = 15, 5, "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def is_set(raw: Raw) -> bool:
    """Tell whether there is a value; a truth value counts as one only when it is true."""
    if isinstance(raw, str):
        return raw.strip().lower() not in {"", "false"}
    return raw is not None and raw is not False


def zone_words(text: str) -> str:
    """Read a time zone spelled in words, as HubSpot does (`america_slash_new_york`); other text stays as it is."""
    if _SLASH not in text:
        return text
    parts = text.replace(_HYPHEN, "-").split(_SLASH)
    return "/".join(_ZONE_NAMES.get(part) or _ZONE_WORD.sub(_cased, part) for part in parts)


def to_zone_words(text: str) -> str:
    """Spell a time zone in words."""
    return text.lower().replace("-", _HYPHEN).replace("/", _SLASH) if "/" in text else text


def _cased(found: re.Match[str]) -> str:
    word = found[0]
    return word if word in _SMALL else word.capitalize()


_SLASH, _HYPHEN = "_slash_", "_hyphen_"
_ZONE_WORD = re.compile(r"[a-z0-9]+")
_SMALL = frozenset({"of", "es", "au"})
#: Parts of zone names with capitals elsewhere than at the beginning of a word.
_ZONE_NAMES = {
    name.lower(): name
    for name in (
        "ACT", "BajaNorte", "BajaSur", "ComodRivadavia", "DeNoronha", "DumontDUrville", "EasterIsland", "GMT",
        "Knox_IN", "LHI", "McMurdo", "NSW", "UCT", "US", "UTC",
    )
}  # fmt: skip

#: Text to text, by the name a mapping uses.
TEXT_TRANSFORMS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {transform.__name__: transform for transform in (trim, lower, collapse_blanks, digits, zone_words, long_id)}
)
#: The way back of those transforms that are a spelling of the CRM's: it is taken before a value is written.
INVERSES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {zone_words.__name__: to_zone_words, long_id.__name__: long_id}
)


def transform_names() -> tuple[str, ...]:
    """Return the names a mapping may use under `read`."""
    return (*TEXT_TRANSFORMS, IS_SET, FIRST_NAMED)
