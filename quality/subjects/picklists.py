"""What is known of lists of values: which of a list's values a free text stands for."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from quality.words import folded, word_table

#: Fields whose usual words are known: what `quality/data/synonyms_<field>.txt` holds.
WITH_SYNONYMS = frozenset({"lead_source", "type", "outcome"})
#: Shorter words are one slip away from too many others.
_SHORTEST_TYPO = 6

Reading = Mapping[str, str]


def reading_of(values: Sequence[str], aliases: Mapping[str, Iterable[str]], synonyms: str) -> Reading:
    """Return the value of the list for each folded word that means it.

    Values and their aliases come first. Words of a line of `synonyms` (the name of a field, or nothing) mean the one
    value of the list that is on the line; where two are, each means itself only.
    """
    own = {folded(value): value for value in values}
    named = {folded(alias): value for value, words in aliases.items() for alias in words}
    found: dict[str, str] = {}
    for words in _lines(synonyms):
        meant = {{**named, **own}[word] for word in words if word in own or word in named}
        if len(meant) == 1:
            found.update(dict.fromkeys(words, *meant))
    found.update(named)
    found.update(own)
    found.pop("", None)
    return MappingProxyType(found)


@functools.cache
def _lines(synonyms: str) -> tuple[tuple[str, ...], ...]:
    """Return the lines of a table of synonyms, each with the word it begins with."""
    if synonyms not in WITH_SYNONYMS:
        return ()
    table = word_table(f"synonyms_{synonyms}")
    return tuple(tuple(dict.fromkeys(folded(word) for word in (name, *words))) for name, words in table.items())


def value_for(text: str, reading: Reading) -> str:
    """Return the value of the list that a text surely stands for; empty when there is none."""
    return reading.get(folded(text), "")


def likely_value_for(text: str, reading: Reading) -> str:
    """Return the one value whose name or synonym a text is one slip away from; empty when there is none."""
    from rapidfuzz.distance import OSA

    key = folded(text)
    if len(key) < _SHORTEST_TYPO:
        return ""
    near = {
        value
        for word, value in reading.items()
        if len(word) >= _SHORTEST_TYPO and abs(len(word) - len(key)) < 2 and OSA.distance(key, word, score_cutoff=1) < 2
    }
    return near.pop() if len(near) == 1 else ""
