"""When two accounts say the same: another spelling is no conflict, another address or number is."""

from __future__ import annotations

from datetime import date, datetime

from quality.fields import is_empty
from quality.survivorship.numbers import is_same_number
from quality.survivorship.policies import is_number, is_same
from quality.survivorship.ranking import plain
from syncd.model import Value

#: Fields of which each sign counts, whatever its case.
_EXACT = frozenset({"email", "domain", "website", "linkedin", "twitter", "facebook", "time_zone"})
NUMBERS = ("phone", "mobile", "fax")


def says_same(field: str, one: Value, other: Value) -> bool:
    """Return whether two values that are there say the same."""
    if field in NUMBERS:
        return is_same_number(one, other)
    if field in _EXACT and isinstance(one, str) and isinstance(other, str):
        return one.strip().casefold().rstrip("/") == other.strip().casefold().rstrip("/")
    return is_same(one, other)


def words_of(value: Value) -> str:
    """Return what a value says, whatever its case, blanks and signs: as short as can be remembered."""
    if is_empty(value):
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if is_number(value):
        return format(value, "g")
    return plain(str(value)) or str(value)
