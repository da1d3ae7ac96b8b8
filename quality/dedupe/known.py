"""Ids by which systems know each other's records: whoever names another record is that one, whatever both say.

A record of a linked account goes by its ref, `account/object/id`, and may name records of other accounts by theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from syncd.model import Value

#: Where a reader finds them among the values: the record's own ref, and those it names, a line each.
OWN_REF, KNOWN_REFS = "own_ref", "known_refs"
#: The level of evidence that only pairs have of which one names the other; and what it counts: more than all else.
KNOWN, NAMED, KNOWN_POINTS = "known", "named", 30.0
_KEY = "known "


@dataclass(frozen=True, slots=True)
class Known:
    """What a record goes by, and which records of linked accounts it names."""

    own: str = ""
    names: tuple[str, ...] = ()

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
    return Known(own, tuple(names.split("\n")) if isinstance(names, str) else ())


_NOBODY = Known()


def is_named(ours: Known, theirs: Known) -> bool:
    """Return whether one of two records names the other."""
    return (bool(ours.names) and theirs.own in ours.names) or (bool(theirs.names) and ours.own in theirs.names)


def known_key(ref: str) -> str:
    """Return the key under which a record stands, and whoever names it."""
    return _KEY + ref


def known_keys(known: Known) -> Iterator[str]:
    """Yield the keys of a record of a linked account."""
    if known.own:
        yield known_key(known.own)
        yield from map(known_key, known.names)
