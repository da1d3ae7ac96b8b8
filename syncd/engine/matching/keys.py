"""Which records of a pool share which keys, as one transaction knows it: each key is asked for once.

What the transaction itself moves is counted in by hand. Keys are hashes here, and records their numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from typing import Final

from syncd.store import Transaction

#: More records than the cap stand under a key: it brings nobody together.
_WIDE: Final = None


class KeptKeys:
    """Keys of one pool. Good for one transaction."""

    def __init__(self, tx: Transaction, pool_id: int, cap: int) -> None:
        self._rows, self._pool_id, self._cap = tx.match_rows, pool_id, cap
        self._under: dict[int, set[int] | None] = {}

    def load(self, keys: Iterable[int]) -> None:
        """Have keys at hand, in one look-up for all that are not."""
        missing = {key for key in keys if key not in self._under}
        if missing:
            found = self._rows.members(self._pool_id, missing, self._cap + 1)
            for key in missing:
                self._under[key] = self._narrow(set(found.get(key, ())))

    def wide(self, keys: Collection[int]) -> set[int]:
        """Return the keys that too many records share."""
        self.load(keys)
        return {key for key in keys if self._under[key] is _WIDE}

    def under(self, keys: Collection[int]) -> dict[int, AbstractSet[int]]:
        """Return the records under each key; those that nobody has, or too many share, are left out."""
        self.load(keys)
        return {key: found for key in keys if (found := self._under[key])}

    def move(self, gone: Collection[tuple[int, int]], come: Collection[tuple[int, int]]) -> None:
        """Take records from under keys, and put others under keys: (key, record)."""
        self._rows.rekey(self._pool_id, gone, come)
        for key, number in gone:
            found = self._under.get(key)
            if found is not None:
                found.discard(number)
            else:  # it may be narrow by now: it is asked for anew
                self._under.pop(key, None)
        for key, number in come:
            found = self._under.get(key)
            if found is not None:
                self._under[key] = self._narrow(found | {number})

    def _narrow(self, found: set[int]) -> set[int] | None:
        return found if len(found) <= self._cap else _WIDE
