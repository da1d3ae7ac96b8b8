"""The list of everything, read in the place of the index where nearly everything has changed.

One call brings a hundred records with their links, never late; by the index the same hundred take half a search, of
which there are few, a read, and a part of another for their links. Nothing is missed: whoever changes behind the page
they stood on has a stamp from after the beginning, and the next pull starts before that. What the list does not show
is left to the index.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from connectors.hubspot import query
from connectors.hubspot.chains import Sheet
from connectors.hubspot.query import Window
from connectors.hubspot.walk import Found, Index
from connectors.protocol import Known, Want
from syncd.errors import BrokenPromiseError


class Everything(Protocol):
    """The list (`full.FullPull`)."""

    def sheets(self, total: int) -> Iterator[Sheet]:
        """Yield the whole list, page by page."""

    def calls(self, total: int) -> int:
        """Return how many calls that takes."""


class Listing:
    """One reading of the list for what changed since a moment."""

    def __init__(self, index: Index, everything: Everything, want: Want, since: datetime) -> None:
        self._index = index
        self._everything = everything
        self._want = want
        self._since = since
        #: What the index counted when it began, up to when, and how many of those the list showed.
        self._expected = 0
        self._up_to = since
        self._seen = 0
        self._base = 0

    def is_shorter(self, changed: int, known: Known) -> bool:
        """Tell by the counts whether the list takes fewer calls than looking for so many changes and reading them."""
        self._base = max(changed, known.count())
        unread = max(0, changed - known.count_since(self._since))
        searches = _calls(changed - query.SEARCH_PAGE, query.SEARCH_PAGE)
        reads = _calls(unread, query.BATCH) + len(self._want.links) * _calls(unread, query.LINKS_READ)
        return self._everything.calls(self._base) < searches + reads

    def sheets(self, probe: Found, started: datetime) -> Iterator[Sheet]:
        """Yield every page of the list."""
        self._expected, self._seen = probe.total, 0
        self._up_to = max((row.modified_at for row in probe.rows), default=started)
        try:
            for sheet in self._everything.sheets(self._base):
                self._seen += sum(self._since <= one.modified_at <= self._up_to for one in sheet.records)
                yield sheet
        except BrokenPromiseError:
            # A list that leads in a circle: the counts tell what it did not show.
            return

    def is_whole(self) -> bool:
        """Tell whether the list showed as much of what had changed as the index counts, or still counts now.

        Whoever was archived or changed again meanwhile counts in neither any more.
        """
        if self._seen < self._expected:
            self._expected = self._index.count_within(Window(self._since, self._up_to))
        return self._seen >= self._expected


def _calls(records: int, a_call: int) -> int:
    return -(-max(0, records) // a_call)
