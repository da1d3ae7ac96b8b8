"""Reads the list of an object by several chains of pages side by side, and hands the pages on one by one.

Each page of a list names the next, so that one chain brings one page per answer's time, whatever the limits. Several
chains, each through a stretch of ids of its own (`stretches`), bring as many as the limits let through. No more pages
are asked for than can be under way: who takes them slowly is waited for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Generator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from connectors.hubspot import query
from connectors.hubspot.forward import Forward
from connectors.hubspot.stretches import Stretch, Stretches
from connectors.width import Width
from syncd.model import Gone, SourceRecord

#: One search finds where a stretch begins: it has to pay for itself by so many pages at least. No stretch can be longer
#: than a search reaches.
_PAGES_A_CUT = 28
_LONGEST = query.SEARCH_REACH // query.LIST_PAGE - 1
#: Fewer chains would leave the list waiting while a page of it is on its way.
_LEAST = 2
#: Chains beyond those that keep up with the pace when all answers take as long as they usually do.
_SPARE = 1.2


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the list."""

    records: tuple[SourceRecord, ...]
    gone: tuple[Gone, ...]
    #: The ids the list named, in its order; some may be gone by the time they are read.
    ids: tuple[int, ...]
    #: The place of the next page, as the list names it.
    following: str | None
    #: The CRM's own time.
    moment: datetime | None

    def only(self, ids: Collection[int]) -> Sheet:
        """Return the page without the records that belong to another stretch."""
        if len(ids) == len(self.ids):
            return self
        others = {str(id_) for id_ in self.ids}.difference(map(str, ids))
        return replace(self, records=tuple(one for one in self.records if one.ref.id not in others))


@dataclass(frozen=True, slots=True)
class Cuts:
    """How a base of some size is cut: so often, into stretches of so many records."""

    count: int
    records: int

    @classmethod
    def of(cls, total: int | None, chains: int) -> Cuts:
        """Return how to cut a base of so many records for so many chains; not at all when nobody says how many, or
        when one chain is all that is followed."""
        pages = -(-(total or 0) // query.LIST_PAGE)
        count = min(pages // _PAGES_A_CUT, max(chains, -(-pages // _LONGEST)) - 1) if chains > 1 else 0
        return cls(count, min(_LONGEST, -(-pages // (count + 1))) * query.LIST_PAGE)


def chains_for(pace: float, answer_seconds: float) -> int:
    """Return how many chains bring as many pages a second as the limits let through, when an answer takes so long."""
    return max(_LEAST, math.ceil(min(pace * answer_seconds * _SPARE, query.SEARCH_REACH)))


class Chains:
    """One walk through a list. For one thread at a time."""

    def __init__(
        self,
        threads: Executor,
        width: Width,
        fetch: Callable[[str | None], Sheet],
        find: Callable[[str, int], int | None],
    ) -> None:
        """`fetch`: the page at a place; `find`: the id of the record that so many from a place on come before."""
        self._threads = threads
        self._width = width
        self._fetch = fetch
        self._find = find
        self._paths: dict[Stretch, Forward] = {}
        self._under_way: dict[Future[Any], Stretch | None] = {}

    def sheets(self, walk: Stretches, cuts: Cuts) -> Generator[Sheet, None, None]:
        """Yield pages as they come; after each, `walk` tells what is left. A walk with nothing left has ended."""
        left = cuts.count
        try:
            while walk.open:
                if self._begin(walk, cuts, left):
                    left -= 1
                done, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
                for future in done:
                    stretch = self._under_way.pop(future)
                    if stretch is None:
                        walk.cut(future.result())
                        continue
                    sheet: Sheet = future.result()
                    counting = self._counting(walk, stretch, sheet)
                    self._begin(walk, cuts, 0)
                    if counting or not walk.open:
                        yield sheet.only(counting)
        finally:
            for future in self._under_way:
                future.cancel()
            wait(self._under_way)

    def _counting(self, walk: Stretches, stretch: Stretch, sheet: Sheet) -> Collection[int]:
        """Note a page; return which of its ids count. BrokenPromiseError when the list turns in a circle."""
        path = self._paths.pop(stretch, None) or Forward("HubSpot's list", stretch.place)
        counting = walk.took(stretch, sheet.ids, sheet.following)
        if stretch.is_sure and stretch.place == sheet.following:
            path.step(sheet.following, [{"id": id_} for id_ in sheet.ids[-1:]])
            self._paths[stretch] = path
        return counting

    def _begin(self, walk: Stretches, cuts: Cuts, left: int) -> bool:
        """Ask for all that may be under way; return whether a new stretch is looked for among it."""
        busy = {stretch for stretch in self._under_way.values() if stretch is not None}
        for stretch in walk.open:
            if stretch not in busy and len(self._under_way) < self._width.calls:
                self._under_way[self._threads.submit(self._fetch, stretch.place)] = stretch
        is_looking = None in self._under_way.values()
        base = walk.base
        if left <= 0 or is_looking or base is None or len(self._under_way) >= self._width.calls:
            return False
        # Counted from where a page begins, so that the last page of the stretch ends where the next one begins.
        self._under_way[self._threads.submit(self._find, base, cuts.records)] = None
        return True
