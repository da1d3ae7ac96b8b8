"""What a record says, in the form that its declaration compares, and the keys it is found by."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from quality.declarations import CREATED_AT, Compared, Declaration, Way
from quality.dedupe.known import Known, read_known
from quality.dedupe.text import plain
from syncd.model import Record, Value

#: What stands before a subject that was answered or handed on.
_REPLIES = frozenset({"re", "aw", "wg", "fw", "fwd", "tr", "sv", "vs", "antw", "rv", "enc"})
#: So many links, and so many words of a text, are enough to be found by.
_MOST_LINKS, _MOST_WORDS = 3, 4
_START = 6
#: Dates nearer than this fall into one key or into neighbouring ones.
_FEWEST_DAYS = 1.0


@dataclass(frozen=True, slots=True)
class DeclaredFacts:
    """What is known of a record of any object."""

    #: By what records that may be the same find each other.
    keys: frozenset[str] = frozenset()
    #: What identifies it, by the order of the declaration; empty where it says nothing.
    identity: tuple[str, ...] = ()
    #: What is compared, by the order of the declaration: several values only of links and lists.
    told: tuple[tuple[str, ...], ...] = ()
    #: What it goes by, and which records of linked accounts it names.
    known: Known = field(default_factory=Known)


def read_declared(record: Record, declaration: Declaration) -> DeclaredFacts:
    """Return the facts of a record."""
    identity = tuple(_one(_exact(record.values.get(name))) for name in declaration.identify)
    told = tuple(_told(record, one) for one in declaration.compared)
    known = read_known(record.values)
    keys = _keys(declaration, identity, told, is_linked=bool(known.own))
    return DeclaredFacts(frozenset(keys), identity, told, known)


def words_of(text: str) -> list[str]:
    """Return the words of a text that was read, without what stands before an answer."""
    words = text.split()
    while len(words) > 1 and words[0] in _REPLIES:
        words = words[1:]
    return words


def _one(values: tuple[str, ...]) -> str:
    return values[0] if values else ""


def _told(record: Record, compared: Compared) -> tuple[str, ...]:
    if compared.way is Way.LINK:
        return tuple(record.links.get(compared.field, ()))
    value: Value = record.created_at if compared.field == CREATED_AT else record.values.get(compared.field)
    return _READ[compared.way](value)


def _text(value: Value) -> tuple[str, ...]:
    found = " ".join(words_of(plain(value))) if isinstance(value, str) else ""
    return (found,) if found else ()


def _exact(value: Value) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(sorted({found for part in value for found in _exact(part)}))
    found = "" if value is None else "".join(sign for sign in str(value).casefold() if sign.isalnum())
    return (found,) if found else ()


def _number(value: Value) -> tuple[str, ...]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return (repr(float(value)),) if is_number else ()  # type: ignore[arg-type]  # it is one


def _day(value: Value) -> tuple[str, ...]:
    """Return a moment as days and parts of one, so that days apart are what a clock says."""
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return (repr(aware.timestamp() / 86_400),)
    if isinstance(value, date):
        return (repr(float((value - date(1970, 1, 1)).days)),)
    return ()


_READ: Mapping[Way, Callable[[Value], tuple[str, ...]]] = {
    Way.TEXT: _text,
    Way.EXACT: _exact,
    Way.NUMBER: _number,
    Way.DATE: _day,
}


def _keys(
    declaration: Declaration, identity: Iterable[str], told: tuple[tuple[str, ...], ...], *, is_linked: bool
) -> Iterator[str]:
    """Yield the keys: two records that agree in all lines share one, and so do those of one identity.

    What a single line says is often said by many (deals of one company); of two lines together few say the same. Where
    accounts are linked, those of different ones share one that agree in all lines that tell anything of both.
    """
    for place, value in enumerate(identity):
        if value:
            yield f"is {place} {value}"
    yield from _keys_of_lines(declaration, declaration.lines, told)
    if is_linked:
        yield from _keys_of_lines(declaration, lines_across(declaration), told)


def lines_across(declaration: Declaration) -> tuple[tuple[int, ...], ...]:
    """Return the lines that tell anything of records of two accounts: what they are linked to has other ids there."""
    ways = [one.way for one in declaration.compared]
    return tuple(line for line in declaration.lines if any(ways[place] is not Way.LINK for place in line))


def _keys_of_lines(
    declaration: Declaration, lines: Collection[tuple[int, ...]], told: tuple[tuple[str, ...], ...]
) -> Iterator[str]:
    marks = [_marks_of_line(declaration, line, told) for line in lines]
    if len(marks) == 1:
        yield from marks[0]
    for one, other in itertools.pairwise(marks):
        yield from (f"{mine} & {theirs}" for mine in sorted(one) for theirs in sorted(other))


def _marks_of_line(
    declaration: Declaration, line: Collection[int], told: tuple[tuple[str, ...], ...]
) -> frozenset[str]:
    found = ((place, mark) for place in line for mark in _marks(declaration.compared[place], told[place]))
    return frozenset(f"{place} {mark}" for place, mark in found)


def _marks(compared: Compared, values: tuple[str, ...]) -> Iterator[str]:
    """Yield what two values that agree have in common."""
    if compared.way is Way.TEXT:
        yield from (mark for value in values for mark in _marks_of_text(value))
    elif compared.way is Way.NUMBER and values:
        yield from _marks_of_number(float(values[0]), compared.within)
    elif compared.way is Way.DATE and values:
        step = max(compared.within, _FEWEST_DAYS)
        yield from _two_steps(float(values[0]) / step)
    else:
        yield from values[:_MOST_LINKS]


def _marks_of_text(text: str) -> Iterator[str]:
    """Yield the starts of the longest words, whose slips are mostly further on, and all letters in order."""
    words = [word for word in words_of(text) if not word.isdigit()]
    for word in sorted(set(words), key=lambda word: (-len(word), word))[:_MOST_WORDS]:
        yield word[:_START]
    yield "".join(sorted(text.replace(" ", "")))


def _marks_of_number(number: float, within: float) -> Iterator[str]:
    if not within or not number:
        yield repr(number)
        return
    sign = "-" if number < 0 else ""
    yield from (sign + step for step in _two_steps(math.log(abs(number)) / -math.log1p(-within)))


def _two_steps(place: float) -> Iterator[str]:
    """Yield two steps of a ladder: of two places at most a step apart, one is the same."""
    below = math.floor(place)
    yield str(below)
    yield str(below + 1)
