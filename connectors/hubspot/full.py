"""The full pull: lists every record, 100 a call, by several chains of pages. A place in it survives a restart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from connectors.hubspot import query
from connectors.hubspot.chains import Chains, Cuts, Sheet, chains_for
from connectors.hubspot.client import Client
from connectors.hubspot.forward import Forward
from connectors.hubspot.reading import Reader, asked_properties
from connectors.hubspot.stretches import Stretches
from connectors.hubspot.walk import Index
from connectors.hubspot.wire import id_of, inline_links, merged_away, next_of, record_of, results_of
from connectors.protocol import Survey, Want
from syncd.errors import RefusedError
from syncd.model import Cursor, Gone, Page, SourceRecord

#: URLs have been refused from about 8,000 characters on.
_URL_ROOM = 7_000


class FullPull:
    """One walk through all records of an object."""

    def __init__(
        self,
        account: str,
        client: Client,
        reader: Reader,
        want: Want,
        overlap: timedelta,
        threads: Executor,
    ) -> None:
        """`threads`: for pages that are read side by side; none of the reader's, for which they may wait."""
        self._account = account
        self._client = client
        self._reader = reader
        self._want = want
        self._overlap = overlap
        self._threads = threads
        self._properties = asked_properties(want)
        self._fits = len(quote(",".join(self._properties))) <= _URL_ROOM

    def pages(self, cursor: Cursor | None) -> Iterator[Page]:
        """Yield all pages, or those behind the cursor's place, in no order."""
        total, moment = self._counted()
        since = cursor.since if cursor is not None else None
        walk = Stretches(cursor.after if cursor is not None else None)
        for sheet in self._chained(walk, self._cuts(total)):
            if since is None:
                # The earliest moment that is known; without the CRM's clock nothing else is asked for before this page.
                since = self._start(moment or sheet.moment, sheet.records)
            is_last = not walk.open
            place = Cursor(since, None, walked_at=since) if is_last else Cursor(since, str(walk))
            yield Page(sheet.records, place, is_last=is_last, gone=sheet.gone, total=total)

    def sheets(self, total: int) -> Iterator[Sheet]:
        """Yield the same from the beginning, for who knows about how many records there are."""
        return self._chained(Stretches(None), self._cuts(total))

    def calls(self, total: int) -> int:
        """Return how many calls `sheets` makes."""
        return calls_for(self._want, total) - 1 + self._cuts(total).count

    def survey(self, place: str) -> Iterator[Survey]:
        """Yield the same from a place on, without asking how many there are."""
        following = place or None
        path = Forward("HubSpot's list", following)
        while True:
            sheet = self._sheet(following)
            following = path.step(sheet.following, [{"id": id_} for id_ in sheet.ids[-1:]])
            yield Survey(sheet.records, sheet.gone, following)
            if following is None:
                return

    def _chained(self, walk: Stretches, cuts: Cuts) -> Iterator[Sheet]:
        index = Index(self._client, self._want.object)
        return Chains(self._threads, self._client.width, self._sheet, index.id_behind).sheets(walk, cuts)

    def _cuts(self, total: int | None) -> Cuts:
        return cuts_for(self._client, total, self._client.search_seconds)

    def _sheet(self, place: str | None) -> Sheet:
        """Read the page at a place."""
        reply = self._client.list_page(
            self._want.object,
            self._properties if self._fits else [query.ID],
            after=place,
            links=self._want.links,
        )
        rows = results_of(reply.body)
        records, gone = self._read(rows)
        return Sheet(records, gone, tuple(int(id_of(row)) for row in rows), next_of(reply.body), reply.moment)

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

    def _counted(self) -> tuple[int | None, datetime | None]:
        """Ask how many records there are, and what time it is; objects that cannot be searched do not tell."""
        try:
            found = Index(self._client, self._want.object).counted()
        except RefusedError:
            return None, None
        return found.total, found.moment

    def _start(self, moment: datetime | None, records: tuple[SourceRecord, ...]) -> datetime:
        """Return where changes are read from later: by the CRM's clock, or its records' when it shows none."""
        moment = moment or max((record.modified_at for record in records), default=query.FIRST_MOMENT)
        return max(moment - self._overlap, query.FIRST_MOMENT)


def cuts_for(client: Client, records: int | None, answer_seconds: float) -> Cuts:
    """Return how a list of so many records is cut: no more chains than calls may be under way."""
    return Cuts.of(records, min(client.width.most, chains_for(client.pace, answer_seconds)))


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
