"""The full pull: lists every record, 100 a call, in the order of ids. A place in it survives a restart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from connectors.hubspot import query
from connectors.hubspot.client import Client
from connectors.hubspot.forward import Forward
from connectors.hubspot.reading import Reader, asked_properties
from connectors.hubspot.walk import Index
from connectors.hubspot.wire import inline_links, merged_away, next_of, record_of, results_of
from connectors.protocol import Survey, Want
from syncd.errors import RefusedError
from syncd.model import Cursor, Gone, Page, SourceRecord

#: URLs have been refused from about 8,000 characters on.
_URL_ROOM = 7_000


class FullPull:
    """One walk through all records of an object."""

    def __init__(self, account: str, client: Client, reader: Reader, want: Want, overlap: timedelta) -> None:
        self._account = account
        self._client = client
        self._reader = reader
        self._want = want
        self._overlap = overlap
        self._properties = asked_properties(want)
        self._fits = len(quote(",".join(self._properties))) <= _URL_ROOM

    def pages(self, cursor: Cursor | None) -> Iterator[Page]:
        """Yield all pages, or those behind the cursor's place."""
        since = cursor.since if cursor is not None else None
        after = cursor.after if cursor is not None else None
        total = self._total()
        for records, gone, place, moment in self._pieces(after):
            if since is None:
                since = self._start(moment, records)
            if place is None:
                yield Page(records, Cursor(since, None, walked_at=since), is_last=True, gone=gone, total=total)
            else:
                yield Page(records, Cursor(since, place), is_last=False, gone=gone, total=total)

    def _pieces(
        self, after: str | None
    ) -> Iterator[tuple[tuple[SourceRecord, ...], tuple[Gone, ...], str | None, datetime | None]]:
        """Yield records, what was merged into them, the place behind them and HubSpot's time, page by page."""
        path = Forward("HubSpot's list", after)
        while True:
            reply = self._client.list_page(
                self._want.object,
                self._properties if self._fits else [query.ID],
                after=after,
                links=self._want.links,
            )
            rows = results_of(reply.body)
            after = path.step(next_of(reply.body), rows)
            records, gone = self._read(rows)
            yield records, gone, after, reply.moment
            if after is None:
                return

    def survey(self, place: str) -> Iterator[Survey]:
        """Yield the same from a place on, without asking how many there are."""
        for records, gone, following, _ in self._pieces(place or None):
            yield Survey(records, gone, following)

    def _read(self, rows: list[dict[str, Any]]) -> tuple[tuple[SourceRecord, ...], tuple[Gone, ...]]:
        if not self._fits:
            # More names than a URL holds: the bodies of batch reads have room for all.
            reading = self._reader.read(self._want, [str(row["id"]) for row in rows])
            return reading.records, reading.gone
        records = self._with_links(rows)
        merged = merged_away(records)
        return records, tuple(merged.values())

    def _with_links(self, rows: list[dict[str, Any]]) -> tuple[SourceRecord, ...]:
        links: list[dict[str, tuple[str, ...]]] = [{} for _ in rows]
        for to in self._want.links:
            told = [inline_links(row, to) for row in rows]
            cut = [str(row["id"]) for row, (_, is_all) in zip(rows, told, strict=True) if not is_all]
            whole: Mapping[str, tuple[str, ...]] = self._reader.links_of(self._want.object, to, cut) if cut else {}
            for row, linked, (ids, _) in zip(rows, links, told, strict=True):
                linked[to] = whole.get(str(row["id"]), ids)
        return tuple(
            record_of(self._account, self._want.object, row, linked) for row, linked in zip(rows, links, strict=True)
        )

    def _total(self) -> int | None:
        """Ask how many records there are; objects that cannot be searched do not tell."""
        try:
            return Index(self._client, self._want.object).count()
        except RefusedError:
            return None

    def _start(self, moment: datetime | None, records: tuple[SourceRecord, ...]) -> datetime:
        """Return where changes are read from later: by the CRM's clock, or its records' when it shows none."""
        moment = moment or max((record.modified_at for record in records), default=query.FIRST_MOMENT)
        return max(moment - self._overlap, query.FIRST_MOMENT)


def calls_for(want: Want, records: int) -> int:
    """Return how many calls a full pull of so many records makes: one a page, and more where names need a body."""
    pages = -(-records // query.LIST_PAGE)
    fits = len(quote(",".join(asked_properties(want)))) <= _URL_ROOM
    return 1 + pages * (1 if fits else 2 + len(want.links))


def archived(client: Client, object_name: str) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of what was archived, page by page."""
    yield from _rows(client, object_name, archived=True)


def present(client: Client, object_name: str) -> Iterator[list[dict[str, Any]]]:
    """Yield the bare rows of what is there, page by page."""
    yield from _rows(client, object_name, archived=False)


def _rows(client: Client, object_name: str, *, archived: bool) -> Iterator[list[dict[str, Any]]]:
    after: str | None = None
    path = Forward("HubSpot's list")
    while True:
        reply = client.list_page(object_name, [query.ID], after=after, archived=archived)
        rows = results_of(reply.body)
        after = path.step(next_of(reply.body), rows)
        yield rows
        if after is None:
            return
