"""The inverted index: key → records. A key that too many share brings nobody together; a narrower one does."""

from __future__ import annotations

from collections.abc import Iterable

#: More records than this under one key, and the key is generic.
CAP = 30


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
