"""Asks for rows of one object, in the order of ids or of changes, a page a call.

Each page is a query of its own that begins behind the last row: it needs no cursor of Salesforce's that could run out,
and its place survives a restart. A field that was taken from us in the meantime is left out, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.salesforce import query
from connectors.salesforce.client import Client
from connectors.salesforce.errors import LOCATOR_GONE, TooMuchAskedError, UnknownFieldError
from connectors.salesforce.ids import in_batches, is_id, long_id
from connectors.salesforce.objects import Objects
from connectors.salesforce.query import Place
from connectors.salesforce.wire import Found, found_of, id_of, modified_at
from syncd.errors import BrokenPromiseError, RefusedError, RetryableError


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a walk."""

    found: Found
    #: Whether there is more behind it.
    is_last: bool
    #: Rows of the whole walk, where the first page told.
    total: int | None = None


class Rows:
    """Rows of one object. Made for one walk: what it has to leave out stays out until the next."""

    def __init__(self, client: Client, objects: Objects, object_name: str, fields: Sequence[str]) -> None:
        self._client = client
        self._objects = objects
        self._object = object_name
        self._fields = tuple(fields)
        self._limit = query.ROWS

    def by_id(self, after: str = "", *, where: str = "", with_deleted: bool = False) -> Iterator[Sheet]:
        """Yield the rows behind an id, in the order of ids."""
        while True:
            conditions = " AND ".join(part for part in (where, query.behind_id(after)) if part)
            sheet = self._sheet(conditions, query.ID, with_deleted=with_deleted)
            ids = [id_of(row) for row in sheet.found.rows]
            if any(later <= earlier for earlier, later in zip([after, *ids], ids, strict=False)):
                raise BrokenPromiseError("Salesforce's query by id does not move forward")
            yield sheet
            if sheet.is_last:
                return
            after = ids[-1]

    def changed(self, since: datetime) -> Iterator[Sheet]:
        """Yield what was changed since a moment, deleted rows included, the newest first.

        A row that changes in the meantime moves to a place already passed, for the next walk to find: this one ends.
        """
        place: Place | None = None
        while True:
            where, is_first = query.changed(since, place), place is None
            sheet = self._sheet(where, query.NEWEST_FIRST, with_deleted=True, is_counted=is_first)
            for row in sheet.found.rows:
                here = Place(modified_at(row), id_of(row))
                if place is not None and (here.moment, here.id) >= (place.moment, place.id):
                    raise BrokenPromiseError("Salesforce's query of changes does not move forward")
                place = here
            yield sheet
            if sheet.is_last:
                return

    def of(self, ids: Sequence[str]) -> Iterator[Found]:
        """Yield the rows of these ids, those in the recycle bin included; an id without a row is left out."""
        askable = dict.fromkeys(long_id(id_) for id_ in ids if is_id(id_))
        for batch in in_batches(askable, query.READ):
            yield from self.matching(query.among(batch), with_deleted=True)

    def matching(self, where: str, *, with_deleted: bool = False) -> Iterator[Found]:
        """Yield the rows that match, in no order; for questions whose answers are small."""
        try:
            found = self._ask(where, "", None, with_deleted=with_deleted)
        except TooMuchAskedError as problem:
            raise _later(problem) from problem
        yield found
        yield from the_rest(self._client, found)

    def _sheet(self, where: str, order: str, *, with_deleted: bool, is_counted: bool = False) -> Sheet:
        """Ask for a page. `is_counted`: without a limit, so that Salesforce tells how many rows there are.

        A page that counts rows and shows none is asked for once more, and then not believed.
        """
        is_doubted = False
        while True:
            limit = None if is_counted else self._limit
            try:
                found = self._ask(where, order, limit, with_deleted=with_deleted)
            except TooMuchAskedError as problem:
                if is_counted:
                    is_counted = False
                    continue
                if self._limit <= query.LEAST_ROWS:
                    raise _later(problem) from problem
                self._limit //= 2
            else:
                if found.is_cut and not found.rows:
                    if is_doubted:
                        raise BrokenPromiseError("Salesforce counts rows and shows none")
                    is_doubted = True
                    continue
                is_cut = found.is_cut or (limit is not None and len(found.rows) >= limit)
                return Sheet(found, not is_cut or not found.rows, found.total if is_counted else None)

    def _ask(self, where: str, order: str, limit: int | None, *, with_deleted: bool) -> Found:
        try:
            return self._found(where, order, limit, with_deleted=with_deleted)
        except UnknownFieldError:
            there = self._objects.ask(self._object).types.keys()
            kept = tuple(field for field in self._fields if field in there or "." in field)
            # Nothing of the object's own is unknown: then it is something of another that we may not see.
            kept = kept if kept != self._fields else tuple(field for field in kept if "." not in field)
            if kept == self._fields:
                raise
            self._fields = kept
        return self._ask(where, order, limit, with_deleted=with_deleted)

    def _found(self, where: str, order: str, limit: int | None, *, with_deleted: bool) -> Found:
        soql = query.select(self._object, self._fields, where, order, limit)
        reply = self._client.query(soql, with_deleted=with_deleted)
        return found_of(reply)


def the_rest(client: Client, found: Found) -> Iterator[Found]:
    """Yield the further pages of an answer that was cut.

    RetryableError when Salesforce has forgotten the answer meanwhile; BrokenPromiseError when it leads in a circle.
    """
    seen: set[str] = set()
    while found.next:
        if found.next in seen:
            raise BrokenPromiseError("Salesforce's pages of an answer do not move forward")
        seen.add(found.next)
        try:
            found = found_of(client.query_more(found.next))
        except RefusedError as problem:
            if LOCATOR_GONE not in problem.message:
                raise
            raise _later(problem) from problem
        yield found


def _later(problem: RefusedError) -> RetryableError:
    """Return the error of a question that has to be put anew: another time the org may have more time for it."""
    return RetryableError(problem.message, hint=problem.hint, status=problem.status)
