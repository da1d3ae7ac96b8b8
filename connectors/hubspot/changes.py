"""The incremental pull: what was changed since the cursor, in as few calls as the index allows.

The index only says which records to look at; values are read by id. What the store holds in that version already is not
read again. Where so much has changed that the list of everything takes fewer calls, that is read instead. The cursor
moves only when the index's own count says that every row was seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.hubspot import query
from connectors.hubspot.listing import Everything, Listing
from connectors.hubspot.query import Window
from connectors.hubspot.reading import Reader
from connectors.hubspot.walk import Found, Index
from connectors.hubspot.wire import Seen
from connectors.protocol import Known, Reading, Want
from syncd.model import Cursor, Page

#: Ids read together: as many as one associations call takes.
_READ_TOGETHER = query.LINKS_READ
#: Records handed on as one page.
_KEPT_TOGETHER = 500
#: After this many overlaps the window is walked even if its counts look as if nothing had happened.
_WALK_AFTER_OVERLAPS = 3


class ChangesPull:
    """One look at what is new."""

    def __init__(
        self,
        index: Index,
        reader: Reader,
        everything: Everything,
        want: Want,
        cursor: Cursor,
        known: Known,
        overlap: timedelta,
    ) -> None:
        self._index = index
        self._reader = reader
        self._everything = everything
        self._want = want
        self._cursor = cursor
        self._known = known
        self._overlap = overlap
        self._since = max(cursor.since, query.FIRST_MOMENT)
        self._repeated_count = 0
        #: Rows that the index counts and did not show.
        self._short_count = 0
        self._is_idle = True

    def pages(self) -> Iterator[Page]:
        """Yield what changed. Only the last page moves the cursor: until then, a restart begins where this pull did."""
        probe = self._index.newest(self._since)
        started = self._started(probe)
        if self._is_nothing_new(probe, started):
            yield Page((), self._cursor, is_last=True, repeated_count=len(probe.rows), asked_at=probe.moment)
            return
        held = Page((), self._cursor, is_last=False)
        for page in self._changed_pages(probe, started):
            self._is_idle = False
            if held.records or held.gone:
                yield held
            held = page
        yield replace(
            held,
            cursor=self._moved(started),
            is_last=True,
            repeated_count=self._repeated_count,
            asked_at=probe.moment,
            short_count=self._short_count,
        )

    def _changed_pages(self, probe: Found, started: datetime) -> Iterator[Page]:
        """Yield what changed, from the list or by the index, whichever takes fewer calls."""
        listing = Listing(self._index, self._everything, self._want, self._since)
        if not probe.is_all and listing.is_shorter(probe.total, self._known):
            for sheet in listing.sheets(probe, started):
                yield Page(sheet.records, self._cursor, is_last=False, gone=sheet.gone)
            if listing.is_whole():
                return
        yield from self._pages_of(self._unknown(self._rows(probe, started)))

    def _is_nothing_new(self, probe: Found, started: datetime) -> bool:
        """Tell by the counts that a window too large for one page holds nothing new."""
        walked_at = self._cursor.walked_at
        if probe.is_all or walked_at is None or started - walked_at >= _WALK_AFTER_OVERLAPS * self._overlap:
            return False
        if next(iter(self._changed(probe.rows)), None) is not None:
            return False
        return probe.total <= self._known.count_since(self._since)

    def _rows(self, probe: Found, started: datetime) -> Iterator[Iterable[Seen]]:
        """Yield every row of the window; some twice when the index was caught out of order."""
        yield probe.rows
        if probe.is_all:
            return
        seen = {row.id for row in probe.rows}
        oldest = min((row.modified_at for row in probe.rows), default=started)
        for found in self._index.walk(Window(self._since, oldest)):
            yield [row for row in found.rows if row.id not in seen]
            seen.update(row.id for row in found.rows)
        if len(seen) < probe.total:
            yield from self._moved_on(started, seen, probe.total - len(seen))

    def _moved_on(self, started: datetime, seen: Collection[str], short: int) -> Iterator[Iterable[Seen]]:
        """Yield the rows that changed while the window was walked, and so left it; walk again when they are too few.

        A row that was made since then explains nothing: it was never in the window.
        """
        now = self._index.newest(max(started, self._since))
        if now.is_all and _moved(now, started, seen) >= short:
            yield now.rows
        else:
            yield from self._walk_again(started)

    def _walk_again(self, started: datetime) -> Iterator[Iterable[Seen]]:
        """Yield the whole window: the newest rows were not the newest, or many have moved on since."""
        seen: set[str] = set()
        total: int | None = None
        for found in self._index.walk(Window(self._since, max(started, self._since))):
            total = found.total if total is None else total
            seen.update(row.id for row in found.rows)
            yield found.rows
        # What changed during the walk left the window for the next one. Rows that are short beyond those are missing:
        # the index contradicts itself, and the cursor stays.
        short = (total or 0) - len(seen)
        if short > 0:
            now = self._index.newest(max(started, self._since))
            self._short_count = max(0, short - (_moved(now, started, seen) if now.is_all else now.total))
            yield now.rows

    def _unknown(self, pages: Iterable[Iterable[Seen]]) -> Iterator[Reading]:
        """Yield what has to be read, many records together; the first are read while the last are looked for."""
        gathering = self._reader.gather(self._want)
        for rows in pages:
            for id_ in self._changed(rows):
                gathering.add(id_)
                if len(gathering) == _READ_TOGETHER:
                    yield gathering.finish()
                    gathering = self._reader.gather(self._want)
        if len(gathering):
            yield gathering.finish()

    def _changed(self, rows: Iterable[Seen]) -> Iterator[str]:
        rows = tuple(rows)
        held = self._known.versions([row.id for row in rows]) if rows else {}
        for row in rows:
            version = held.get(row.id)
            if version is None or version < row.modified_at:
                yield row.id
            else:
                self._repeated_count += 1

    def _pages_of(self, readings: Iterable[Reading]) -> Iterator[Page]:
        for reading in readings:
            gone = reading.gone
            for start in range(0, max(1, len(reading.records)), _KEPT_TOGETHER):
                records = reading.records[start : start + _KEPT_TOGETHER]
                yield Page(records, self._cursor, is_last=False, gone=gone)
                gone = ()

    def _started(self, probe: Found) -> datetime:
        """Return when this pull began, by the CRM's clock; without one, the newest change stands for it."""
        return probe.moment or max((row.modified_at for row in probe.rows), default=self._since)

    def _moved(self, started: datetime) -> Cursor:
        walked_at = self._cursor.walked_at
        # While nothing happens the cursor rests, so that there is nothing to store; the window grows a little instead.
        is_fresh = walked_at is not None and started - walked_at < self._overlap
        if self._short_count or (self._is_idle and is_fresh):
            return self._cursor
        return Cursor(max(self._cursor.since, started - self._overlap), None, walked_at=started)


def _moved(now: Found, started: datetime, seen: Collection[str]) -> int:
    """Count the rows that were there before a moment, changed since, and were not seen where they had been."""
    return sum(one.id not in seen and (one.created_at or started) < started for one in now.rows)
