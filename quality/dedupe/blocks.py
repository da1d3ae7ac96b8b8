"""The inverted index: key → records. A key that too many share brings nobody together; a narrower one does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

#: More records than this under one key, and the key is generic.
CAP = 30
#: So many records may be alike and still be brought together, each with the first of them.
ALIKE_CAP = 500


def star(members: Collection[str], cap: int = CAP) -> tuple[str, ...]:
    """Return records that are alike, the first of them first, if each is to be compared with that one alone.

    Empty where they are few enough to be compared with each other, or too many to be one.
    """
    return tuple(sorted(members)) if cap < len(members) <= ALIKE_CAP else ()


def recentred(before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the keys whose star came, went, or has another first record."""
    return frozenset(key for key in before.keys() | after.keys() if before.get(key, ())[:1] != after.get(key, ())[:1])


def spokes(star_of: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs that are compared in a star."""
    return ((star_of[0], other) for other in star_of[1:])


class Blocks:
    """Which records share which keys."""

    def __init__(self, cap: int = CAP) -> None:
        self._members: dict[str, set[str]] = {}
        self._cap = cap

    def add(self, record_id: str, keys: Iterable[str]) -> frozenset[str]:
        """Put a record under its keys; return the keys that thereby turned generic."""
        turned = set()
        for key in keys:
            members = self._members.setdefault(key, set())
            members.add(record_id)
            if len(members) == self._cap + 1:
                turned.add(key)
        return frozenset(turned)

    def remove(self, record_id: str, keys: Iterable[str]) -> frozenset[str]:
        """Take a record out; return the keys that thereby are no longer generic."""
        turned = set()
        for key in keys:
            members = self._members[key]
            members.remove(record_id)
            if len(members) == self._cap:
                turned.add(key)
            if not members:
                del self._members[key]
        return frozenset(turned)

    def members(self, key: str) -> frozenset[str]:
        """Return the records under a key, generic or not."""
        return frozenset(self._members.get(key, ()))

    def star(self, key: str) -> tuple[str, ...]:
        """Return the star of the records under a key, where they are one."""
        return star(self._members.get(key, ()), self._cap)

    def is_generic(self, key: str) -> bool:
        """Return whether too many records share a key."""
        return len(self._members.get(key, ())) > self._cap

    def neighbours(self, record_id: str, keys: Iterable[str]) -> set[str]:
        """Return the other records that share a key with this one that is not generic."""
        found: set[str] = set()
        for key in keys:
            members = self._members.get(key)
            if members and len(members) <= self._cap:
                found |= members
        found.discard(record_id)
        return found
