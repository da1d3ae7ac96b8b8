"""Salesforce ids: 15 characters in which case matters, or 18 in which it does not. Here they are 18 only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?", re.ASCII)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SHORT, _LONG = 15, 18


def is_id(text: str) -> bool:
    """Tell whether this can be an id at all; one that cannot would fail the query it stands in."""
    return _ID.fullmatch(text) is not None


def long_id(text: str) -> str:
    """Return the 18 characters of an id; what is no id stays as it is."""
    return text + _check_sum(text) if len(text) == _SHORT and is_id(text) else text


def in_batches(ids: Iterable[str], size: int) -> Iterator[list[str]]:
    """Cut ids into lists of at most `size`."""
    rest = iter(ids)
    while batch := list(islice(rest, size)):
        yield batch


def _check_sum(text: str) -> str:
    """Return one letter for each five characters: which of them are capitals."""
    fives = (text[start : start + 5] for start in range(0, _SHORT, 5))
    return "".join(_LETTERS[sum(1 << place for place, one in enumerate(five) if "A" <= one <= "Z")] for five in fives)
