"""Ids by which systems know each other's records: whoever names another record is that one, unless all else denies it.

An id may be stale, or somebody's mistake: where two records have nothing in common, a person has to say.
A record of a linked account goes by its ref, `account/object/id`, and may name records of other accounts by theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from quality.declarations import CREATED_AT
from syncd.model import Value

#: Where a reader finds them among the values: the record's own ref, and those it names, a line each.
OWN_REF, KNOWN_REFS = "own_ref", "known_refs"
#: And whether it was somebody else until all of it was written over.
WRITTEN_OVER = "written_over"
#: The level of evidence that only pairs have of which one names the other; and what it counts: more than all else.
KNOWN, NAMED, DENIED, KNOWN_POINTS = "known", "named", "denied", 30.0
#: What all else may count against the id of a person, or company, at most. Of 1,600 pairs of generated records that are
#: one none counts that much; of pairs at random 99 in 100 do.
_DENIED_BELOW = {"person": -2.0, "company": -6.0}
#: Whose ids are held against all else that is known of them.
KINDS_DENIED = frozenset(_DENIED_BELOW)
_KEY = "known "
#: What levels of fields that tell of the record itself begin with.
_TELLING = ("text_", "number_", "date_")


@dataclass(frozen=True, slots=True)
class Known:
    """What a record goes by, and which records of linked accounts it names."""

    own: str = ""
    names: tuple[str, ...] = ()
    #: Whether it was somebody else until all of it was written over: whose it is now, only a person can say.
    is_written_over: bool = False

    @property
    def account(self) -> str:
        """Return the account of the record; empty where accounts are not linked."""
        return self.own.partition("/")[0]

    @property
    def place(self) -> str:
        """Return the account and the object of the record."""
        return self.own.rpartition("/")[0]


def read_known(values: Mapping[str, Value]) -> Known:
    """Return what a record goes by and names."""
    own = values.get(OWN_REF)
    if not isinstance(own, str):
        return _NOBODY
    names = values.get(KNOWN_REFS)
    told = tuple(names.split("\n")) if isinstance(names, str) else ()
    return Known(own, told, is_written_over=values.get(WRITTEN_OVER) is True)


_NOBODY = Known()


def is_named(ours: Known, theirs: Known) -> bool:
    """Return whether one of two records names the other."""
    return (bool(ours.names) and theirs.own in ours.names) or (bool(theirs.names) and ours.own in theirs.names)


def level_of(kind: str, score: float, levels: Mapping[str, str]) -> str:
    """Return how far an id is to be trusted where all else comes to `score`.

    Of records that are compared by what was declared, the names differ, and no number agrees; where none is told, no
    day. Links and choices say nothing: they are each account's own.
    """
    if kind in _DENIED_BELOW:
        return DENIED if score < _DENIED_BELOW[kind] else NAMED
    told = [level for name, level in levels.items() if level.startswith(_TELLING) and name != CREATED_AT]
    numbers = [level for level in told if level.startswith("number_")]
    rest = [level for level in told if not (numbers and level.startswith("date_"))]
    agrees = any(level.endswith(("_same", "_alike")) for level in rest)
    return DENIED if "text_differ" in told and not agrees else NAMED


def known_key(ref: str) -> str:
    """Return the key under which a record stands, and whoever names it."""
    return _KEY + ref


def known_keys(known: Known) -> Iterator[str]:
    """Yield the keys of a record of a linked account."""
    if known.own:
        yield known_key(known.own)
        yield from map(known_key, known.names)
