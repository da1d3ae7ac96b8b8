"""Walks the search index: late, out of order, capped at 10,000 rows an answer, and still every row is seen.

No query is ever paged by offset. Ids never change, so a window of time is walked in the order of ids, each query
starting above the last id seen; a page that is out of order is not trusted, and its range of ids is halved until each
half fits one page, where order does not matter. Each query has to move forward, or the walk ends with an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from connectors.hubspot import query
from connectors.hubspot.client import Client
from connectors.hubspot.query import Window
from connectors.hubspot.wire import Seen, next_of, results_of, seen_of
from syncd.errors import BrokenPromiseError


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the index."""

    rows: tuple[Seen, ...]
    #: Rows that matched, whether they are on the page or not.
    total: int
    #: The CRM's own time.
    moment: datetime | None
    #: Whether the answer names a further page.
    has_next: bool = False

    @property
    def is_all(self) -> bool:
        """Return whether nothing is missing from the page: neither the count nor the page itself says there is more."""
        return self.total <= len(self.rows) and not self.has_next


class Index:
    """The search index of one object."""

    def __init__(self, client: Client, object_name: str) -> None:
        self._client = client
        self._object = object_name

    def newest(self, since: datetime) -> Found:
        """Return what was changed last, newest first as far as the index can be trusted."""
        return self._ask(query.newest(self._object, Window(since)))

    def count_within(self, window: Window) -> int:
        """Return how many records were changed last within a window."""
        return self._ask(query.newest(self._object, window)).total

    def count(self) -> int:
        """Return how many records there are."""
        return self._ask(query.count()).total

    def counted(self) -> Found:
        """Return how many records there are, and the CRM's time."""
        return self._ask(query.count())

    def id_behind(self, place: str, count: int) -> int | None:
        """Return the id of the record that so many others from `place` on come before; None when there is none."""
        rows = self._ask(query.id_behind(place, count)).rows
        return int(rows[0].id) if rows else None

    def walk(self, window: Window) -> Iterator[Found]:
        """Yield pages that hold each row of the window once. The first page's total is that of the window."""
        while True:
            found = self._ask(query.by_id(self._object, window))
            ids = [int(row.id) for row in found.rows]
            if any(later <= earlier for earlier, later in zip([window.above, *ids], ids, strict=False)):
                yield from self._halve(window, found)
                return
            yield found
            if found.is_all or not ids:
                return
            window = replace(window, above=ids[-1])

    def _halve(self, window: Window, found: Found) -> Iterator[Found]:
        """Yield the rows of a window whose page came out of order."""
        pending = [(window, found)]
        total: int | None = found.total
        while pending:
            window, found = pending.pop()
            ids = sorted({int(row.id) for row in found.rows})
            if ids and not (window.above < ids[0] and (window.up_to is None or ids[-1] <= window.up_to)):
                raise BrokenPromiseError("HubSpot's search answered with records that were not asked for")
            if found.is_all or not ids:
                # The total of the whole stands on the first page, as in a walk that was in order.
                yield replace(found, total=found.total if total is None else total)
                total = None
                continue
            if len(ids) < 2:
                raise BrokenPromiseError("HubSpot's search does not move forward")
            middle = ids[(len(ids) - 1) // 2]
            halves = (replace(window, above=middle), replace(window, up_to=middle))
            pending.extend((half, self._ask(query.by_id(self._object, half))) for half in halves)

    def _ask(self, body: dict[str, Any]) -> Found:
        reply = self._client.search(self._object, body)
        rows = tuple(seen_of(self._object, row) for row in results_of(reply.body))
        total = reply.body.get("total")
        if not isinstance(total, int):
            raise BrokenPromiseError("HubSpot's search does not say how many records match")
        return Found(rows, total, reply.moment, next_of(reply.body) is not None)
