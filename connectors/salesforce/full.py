"""The full pull: every record once. Small objects by queries, 2,000 rows a call; large ones by a bulk job.

A place in it survives a restart: an id, or a job with a piece of its results.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connectors.protocol import Survey, Want
from connectors.salesforce import query
from connectors.salesforce.bulk import FETCHED, BulkFailedError, BulkPlace, BulkQuery
from connectors.salesforce.client import Client
from connectors.salesforce.errors import TooMuchAskedError
from connectors.salesforce.objects import Objects
from connectors.salesforce.records import Records
from connectors.salesforce.rows import Rows
from connectors.salesforce.wire import id_of
from syncd.errors import BrokenPromiseError
from syncd.model import Cursor, Page, SourceRecord

#: More records than this are read by a bulk job: a query costs a call for each 2,000, a job some ten calls in all and
#: its waiting in a queue.
BULK_FROM = 50_000

_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


#: Calls of a bulk job besides those for its pieces: making it, and asking how far it is.
_CALLS_OF_A_JOB = 8


def calls_for(records: int) -> int:
    """Return how many calls a full pull of so many records makes."""
    if is_large(records):
        return 1 + _CALLS_OF_A_JOB + -(-records // FETCHED)
    return 1 + -(-records // query.PAGE)


def is_large(records: int) -> bool:
    """Return whether so many records are read by a job."""
    return records > BULK_FROM


@dataclass(frozen=True, slots=True)
class _Start:
    """When a pull began, by the CRM's clock, and how many records there were."""

    moment: datetime
    total: int | None
    is_large: bool


class FullPull:
    """One walk through all records of an object."""

    def __init__(
        self, account: str, client: Client, objects: Objects, bulk: BulkQuery, want: Want, overlap: timedelta
    ) -> None:
        self._client = client
        self._objects = objects
        self._bulk = bulk
        self._want = want
        self._overlap = overlap
        self._records = Records(account, client, objects, want)
        self._walked_at = _FIRST_MOMENT

    def pages(self, cursor: Cursor | None) -> Iterator[Page]:
        """Yield all pages, or those behind the cursor's place."""
        start = self._start()
        since = cursor.since if cursor is not None else max(start.moment - self._overlap, _FIRST_MOMENT)
        # What was read before an interruption was read at `since` or later; nothing more is known of it.
        self._walked_at = since if cursor is not None else start.moment
        after = (cursor.after if cursor is not None else None) or ""
        place = BulkPlace.parse(after)
        if place is not None or (not after and start.is_large):
            try:
                yield from self._in_bulk(since, place, start)
            except BulkFailedError:
                # Whatever is wrong with the job: queries do the same, in more calls. Rows seen twice are harmless.
                after = ""
            else:
                return
        yield from self._by_queries(since, after, start)

    def survey(self, place: str) -> Iterator[Survey]:
        """Yield the same by queries from a place on, whatever there is: only they are in the order of ids."""
        rows = Rows(self._client, self._objects, self._want.object, self._records.fields)
        for sheet in rows.by_id(place):
            records = tuple(self._records.of(sheet.found.rows, sheet.found.settled))
            yield Survey(records, (), None if sheet.is_last else id_of(sheet.found.rows[-1]))

    def _by_queries(self, since: datetime, after: str, start: _Start) -> Iterator[Page]:
        rows = Rows(self._client, self._objects, self._want.object, self._records.fields)
        for sheet in rows.by_id(after):
            records = tuple(self._records.of(sheet.found.rows, sheet.found.settled))
            place = None if sheet.is_last else id_of(sheet.found.rows[-1])
            yield self._page(records, since, place, start)

    def _in_bulk(self, since: datetime, place: BulkPlace | None, start: _Start) -> Iterator[Page]:
        soql = query.select(self._want.object, self._records.fields)
        types = self._objects.known(self._want.object).types
        for piece in self._bulk.pieces(soql, types, place, rows=query.PAGE):
            # When a job read which row is not told, only that it was after this pull had begun.
            records = tuple(self._records.of(piece.rows, since))
            yield self._page(records, since, None if piece.next is None else str(piece.next), start)

    def _page(self, records: tuple[SourceRecord, ...], since: datetime, place: str | None, start: _Start) -> Page:
        if place is None:
            return Page(records, Cursor(since, None, walked_at=self._walked_at), is_last=True, total=start.total)
        return Page(records, Cursor(since, place), is_last=False, total=start.total)

    def _start(self) -> _Start:
        """Ask how many records there are: that tells Salesforce's time, too."""
        try:
            reply = self._client.query(query.count(self._want.object))
        except TooMuchAskedError:
            # Too many to be counted in time: too many for single queries as well.
            reply = self._client.query(query.select(self._want.object, (query.ID,), limit=1))
            return _Start(reply.moment or _FIRST_MOMENT, None, is_large=True)
        total = reply.body.get("totalSize") if isinstance(reply.body, dict) else None
        if not isinstance(total, int):
            raise BrokenPromiseError("Salesforce does not say how many records there are")
        return _Start(reply.moment or _FIRST_MOMENT, total, is_large=is_large(total))
