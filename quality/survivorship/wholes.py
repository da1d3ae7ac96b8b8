"""Fields that make up one thing together, as an address, and when those of two records tell of the same thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quality.fields import is_empty
from quality.survivorship.policies import TITLE, is_fuller, is_same, is_short_for
from syncd.model import Value

ADDRESS = ("street", "city", "state", "postal_code", "country")
#: What a title is, and what follows from it.
WORK = (TITLE, "normalised_title", "seniority", "job_function")
NAMES = ("first_name", "last_name")
#: What one of may say the same as another and more.
_IN_WORDS = frozenset({"street", "first_name", "middle_name", "last_name"})
#: What two have to share to be told to be one, where neither says all that the other does.
_TELLING = frozenset({"street", "city", "postal_code", "first_name", "last_name", TITLE, "amount"})

Values = Mapping[str, Value]


def held(block: Sequence[str], values: Values) -> frozenset[str]:
    """Return which fields of a block are filled."""
    return frozenset(name for name in block if not is_empty(values.get(name)))


def is_whole_address(values: Values) -> bool:
    """Return whether somebody could be visited or written to at the address."""
    filled = held(ADDRESS, values)
    return "street" in filled and bool(filled & {"city", "postal_code"})


def is_one(block: Sequence[str], ours: Values, theirs: Values) -> bool:
    """Return whether two may be of one thing: nothing gainsays, and one says all the other does, or they meet.

    A country alone and a street without one may well be of two.
    """
    if not all(agrees(name, ours.get(name), theirs.get(name)) for name in block):
        return False
    mine, others = held(block, ours), held(block, theirs)
    return mine <= others or others <= mine or bool(mine & others & _TELLING)


def agrees(name: str, ours: Value, theirs: Value) -> bool:
    """Return whether two values may be of one thing: one is empty, both are the same, or one says more."""
    if is_empty(ours) or is_empty(theirs) or is_same(ours, theirs):
        return True
    if name == TITLE:
        return is_short_for(ours, theirs) or is_short_for(theirs, ours)
    return name in _IN_WORDS and (is_fuller(str(ours), str(theirs)) or is_fuller(str(theirs), str(ours)))
