"""What speaks for a word being a given name or a surname: lists of names, and the person's e-mail address."""

from __future__ import annotations

import functools
import re
from enum import Enum

from quality.subjects import mail
from quality.words import folded, word_set

_BETWEEN = re.compile(r"[._-]+")
_DIGITS = re.compile(r"\d+$")


class Order(Enum):
    """In which order an address names a person."""

    GIVEN_FIRST = "given name first"
    SURNAME_FIRST = "surname first"
    UNKNOWN = ""


@functools.lru_cache(maxsize=16384)
def is_only_given_name(word: str) -> bool:
    """Return whether a word is a given name to many and a surname to few."""
    return folded(word) in word_set("given_names")


@functools.lru_cache(maxsize=16384)
def is_only_surname(word: str) -> bool:
    """Return whether a word is a surname to many and a given name to few."""
    return folded(word) in word_set("surnames")


@functools.lru_cache(maxsize=8192)
def order_in(address: str, one: str, other: str) -> Order:
    """Return which of two names comes first in an address that spells one in full and the other at least by initial."""
    repaired = mail.repaired(address)
    local = _DIGITS.sub("", mail.local_of(repaired)) if repaired else ""
    one, other = _key(one), _key(other)
    if not local or len(one) < 2 or len(other) < 2 or one == other:
        return Order.UNKNOWN
    parts = [folded(part) for part in _BETWEEN.split(local) if part]
    if parts == [one, other] or parts in ([one + other], [one[0], other], [one[0] + other]):
        return Order.GIVEN_FIRST
    turned = ([other + one], [other[0], one], [other[0] + one], [other, one[0]], [other + one[0]])
    if parts == [other, one] or parts in turned:
        return Order.SURNAME_FIRST
    return Order.UNKNOWN


def _key(name: str) -> str:
    return folded(name).replace(" ", "")
