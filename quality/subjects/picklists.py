"""What is known of lists of values: which of a list's values a free text stands for."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from quality.words import folded, word_table

#: Fields whose usual words are known: what `quality/data/synonyms_<field>.txt` holds.
WITH_SYNONYMS = frozenset({"lead_source", "type", "outcome"})
#: Shorter words are one slip away from too many others.
_SHORTEST_TYPO = 6
#: Between the values of a field that holds several, in both CRMs; and what people write in its place.
SEPARATOR = ";"
_MOST_PARTS = 50
_BETWEEN = re.compile(r"\s*[;,|\n]\s*")

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


def values_for(text: str, reading: Reading) -> tuple[str, ...]:
    """Return the values of the list that the parts of a text surely stand for; none when any part means none."""
    rest = [part for part in _BETWEEN.split(text.strip()) if part]
    found: dict[str, None] = {}
    while rest and len(rest) <= _MOST_PARTS:
        # As many parts as make a value together: some have a comma within (`Asia, Pacific`).
        meant, count = next(_beginnings(rest, reading), ("", 0))
        if not meant:
            return ()
        found[meant] = None
        rest = rest[count:]
    return () if rest else tuple(found)


def _beginnings(parts: Sequence[str], reading: Reading) -> Iterator[tuple[str, int]]:
    for count in range(len(parts), 0, -1):
        if meant := value_for(" ".join(parts[:count]), reading):
            yield meant, count


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
