"""Reads records by id, and what they are linked to, as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.protocol import Reading, Want
from connectors.salesforce import query
from connectors.salesforce.client import Client
from connectors.salesforce.ids import is_id, long_id
from connectors.salesforce.merges import Merges
from connectors.salesforce.objects import Objects
from connectors.salesforce.records import Records
from connectors.salesforce.roles import Roles, between
from connectors.salesforce.rows import Rows
from connectors.salesforce.wire import Found, id_of, is_deleted, is_written_by, is_young, linked
from syncd.errors import RefusedError
from syncd.model import Gone, Ref

#: The log of deletions reaches back fifteen days; asked for a little less, as ours and Salesforce's clocks differ.
_LOG_REACHES = timedelta(days=14, hours=23)


class Reader:
    """Reads from one org."""

    def __init__(self, account: str, client: Client, objects: Objects, merges: Merges) -> None:
        self._account = account
        self._client = client
        self._objects = objects
        self._merges = merges

    def read(self, want: Want, ids: Sequence[str]) -> Reading:
        """Return every id asked for, as a record or as gone, and the records that these were merged into."""
        made = Records(self._account, self._client, self._objects, want)
        asked = list(dict.fromkeys(long_id(id_) for id_ in ids))
        pages = list(self._pages(want.object, made.fields, asked))
        rows = [row for page in pages for row in page.rows]
        gone = list(self._merges.gone(want.object, rows, rows))
        there = {id_of(row) for row in rows}
        masters = {one.merged_into for one in gone if one.merged_into is not None} - there
        pages += self._pages(want.object, made.fields, sorted(masters))
        # An id without a row was deleted for good, or never was.
        gone += [Gone(Ref(self._account, want.object, id_)) for id_ in asked if id_ not in there]
        records = tuple(record for page in pages for record in made.of(page.rows, page.settled))
        return Reading(records, tuple(gone), self._fresh(pages))

    def links_of(self, object_name: str, to_object: str, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return what each record refers to."""
        found: dict[str, tuple[str, ...]] = {long_id(id_): () for id_ in ids}
        lies = between(object_name, to_object)
        if lies is not None:
            return Roles(self._client, self._objects, lies).of(list(found))
        held_in = self._objects.held_in(object_name, to_object)
        fields = (*query.system_fields(object_name), held_in.field)
        for row in self._rows(object_name, fields, list(found)):
            if not is_deleted(row):
                found[id_of(row)] = linked(row, held_in.field, held_in.prefix)
        return found

    def census(self, object_name: str) -> Iterator[tuple[str, ...]]:
        """Yield all ids, 2,000 a call."""
        for sheet in Rows(self._client, self._objects, object_name, (query.ID,)).by_id():
            yield tuple(id_of(row) for row in sheet.found.rows)

    def removed(self, object_name: str) -> Iterator[tuple[Gone, ...]]:
        """Yield what lies in the recycle bin, then what the log of deletions knows besides."""
        rows = Rows(self._client, self._objects, object_name, query.system_fields(object_name))
        seen: set[str] = set()
        moment: datetime | None = None
        for sheet in rows.by_id(where=f"{query.IS_DELETED} = true", with_deleted=True):
            moment = moment or sheet.found.moment
            gone = tuple(self._merges.gone(object_name, sheet.found.rows))
            seen.update(one.ref.id for one in gone)
            yield gone
        if moment is not None:
            yield from self._purged(object_name, seen, moment)

    def _purged(self, object_name: str, seen: set[str], now: datetime) -> Iterator[tuple[Gone, ...]]:
        try:
            body = self._client.deleted(object_name, _literal(now - _LOG_REACHES), _literal(now)).body
        except RefusedError:
            # Not every object keeps such a log; the sweep of ids finds the same later.
            return
        told = [long_id(str(row.get("id") or "")) for row in body.get("deletedRecords") or ()]
        purged = [id_ for id_ in dict.fromkeys(told) if id_ not in seen and is_id(id_)]
        # The log also names what was taken out of the bin again.
        there = {id_of(row) for row in self._rows(object_name, query.system_fields(object_name), purged)}
        gone = tuple(Gone(Ref(self._account, object_name, id_)) for id_ in purged if id_ not in there)
        if gone:
            yield gone

    def _fresh(self, pages: Sequence[Found]) -> frozenset[str]:
        """Return the ids of rows whose stamp may not be over yet, and was not left by us."""
        young = [row for page in pages for row in page.rows if is_young(row, page.settled)]
        user = self._client.ask_user() if young else ""
        return frozenset(id_of(row) for row in young if not is_written_by(row, user))

    def _pages(self, object_name: str, fields: Sequence[str], ids: Sequence[str]) -> Iterator[Found]:
        if ids:
            yield from Rows(self._client, self._objects, object_name, fields).of(ids)

    def _rows(self, object_name: str, fields: Sequence[str], ids: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        for page in self._pages(object_name, fields, ids):
            yield from page.rows


def _literal(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
