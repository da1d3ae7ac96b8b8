"""Follows the pages of a list, each of which names the next: a list that turns in a circle is noticed, and left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from syncd.errors import BrokenPromiseError

#: Pages in a row without a row, before it is taken for a list that has no end.
_MOST_EMPTY = 20


class Forward:
    """One walk through a list."""

    def __init__(self, what: str, place: str | None = None, *, is_by_id: bool = True) -> None:
        """`place`: where the walk begins, where that is not the list's own beginning."""
        self._what = what
        self._is_by_id = is_by_id
        self._place = place
        #: Names of pages that have no order, as they came.
        self._seen: set[str] = set() if place is None else {place}
        self._last_id = ""
        self._empty_count = 0

    def step(self, following: str | None, rows: Sequence[Mapping[str, Any]]) -> str | None:
        """Return the place of the next page as it was told; BrokenPromiseError unless the walk moves forward.

        Places of a list in the order of ids are ids; any other name must at least be new.
        """
        last_id = str(rows[-1].get("id", "")) if rows else ""
        self._empty_count = 0 if rows else self._empty_count + 1
        is_stuck = bool(last_id) and last_id == self._last_id
        if following is not None and (is_stuck or self._empty_count > _MOST_EMPTY or not self._is_ahead(following)):
            raise BrokenPromiseError(f"{self._what} does not move forward")
        self._last_id = last_id or self._last_id
        self._place = following
        return following

    def _is_ahead(self, following: str) -> bool:
        if self._is_by_id and following.isdecimal() and (self._place or "0").isdecimal():
            return int(following) > int(self._place or 0)
        is_new = following not in self._seen
        self._seen.add(following)
        return is_new
