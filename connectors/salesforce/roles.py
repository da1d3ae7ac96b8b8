"""Links through an object that lies between two others: contacts have a part in an opportunity by their roles.

Whoever gets or loses a role leaves no trace on the opportunity, not even a new stamp; the roles themselves have one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.protocol import Want
from connectors.salesforce import query
from connectors.salesforce.client import Client
from connectors.salesforce.ids import in_batches, is_id, long_id
from connectors.salesforce.objects import Objects
from connectors.salesforce.rows import Rows
from connectors.salesforce.wire import id_of, is_deleted, linked
from syncd.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Between:
    """An object whose records link those of two others."""

    object: str
    #: The field that holds the record linked from, and the one that holds the record linked to.
    of: str
    to: str
    #: The field that is true of the link that comes first.
    first: str


_BETWEEN: Mapping[tuple[str, str], Between] = {
    ("Opportunity", "Contact"): Between("OpportunityContactRole", "OpportunityId", "ContactId", "IsPrimary"),
}


def between(object_name: str, to_object: str) -> Between | None:
    """Return what lies between two objects; None when the one refers to the other by a field of its own."""
    return _BETWEEN.get((object_name, to_object))


class Roles:
    """The links of one object that lie in another."""

    def __init__(self, client: Client, objects: Objects, lies: Between) -> None:
        self._client = client
        self._objects = objects
        self._lies = lies

    def of(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return what each record is linked to, the first first."""
        lies = self._lies
        found: dict[str, dict[str, bool]] = {id_: {} for id_ in ids}
        for where in _conditions(lies.of, ids):
            for row in self._rows((query.ID, lies.of, lies.to, lies.first), where):
                for record, other in zip(linked(row, lies.of), linked(row, lies.to), strict=False):
                    links = found.get(record, {})
                    links[other] = links.get(other, False) or row.get(lies.first) is True
        return {id_: _in_order(links) for id_, links in found.items()}

    def changed(self, since: datetime) -> dict[str, tuple[object, ...]]:
        """Return roles made, changed or taken away since a moment, by their id.

        What is told of a role begins with the record it is a link of.
        """
        lies = self._lies
        fields = (query.ID, lies.of, lies.to, lies.first, query.MODIFIED, query.IS_DELETED)
        rows = self._rows(fields, query.changed(since, None), with_deleted=True)
        return {id_of(row): tuple(row.get(field) for field in fields[1:]) for row in rows}

    def _rows(self, fields: Sequence[str], where: str, *, with_deleted: bool = False) -> Iterator[Mapping[str, Any]]:
        rows = Rows(self._client, self._objects, self._lies.object, fields)
        for found in rows.matching(where, with_deleted=with_deleted):
            yield from (row for row in found.rows if with_deleted or not is_deleted(row))


class RoleWatch:
    """Remembers which roles were seen in which state, so that a window that overlaps costs nothing twice."""

    def __init__(self, client: Client, objects: Objects) -> None:
        self._client = client
        self._objects = objects
        self._seen: dict[Between, dict[str, tuple[object, ...]]] = {}

    def touched(self, want: Want, since: datetime) -> Iterator[tuple[str, ...]]:
        """Yield records whose links through other objects changed since; they count as seen once the next is asked."""
        for lies in filter(None, (between(want.object, to) for to in want.links)):
            try:
                told = Roles(self._client, self._objects, lies).changed(since)
            except RefusedError:
                # Who may not see the roles reads records without them.
                continue
            seen = self._seen.get(lies, {})
            of = [str(facts[0]) for id_, facts in told.items() if seen.get(id_) != facts]
            ids = tuple(dict.fromkeys(long_id(id_) for id_ in of if is_id(id_)))
            if ids:
                yield ids
            self._seen[lies] = told


def _in_order(links: Mapping[str, bool]) -> tuple[str, ...]:
    """Return ids, those that come first first, and always in the same order."""
    return tuple(sorted(links, key=lambda id_: (not links[id_], id_)))


def _conditions(field: str, ids: Sequence[str]) -> Iterator[str]:
    """Yield what matches the links of these records: of a page in the order of ids all that lies between its ends."""
    if len(ids) > query.READ and list(ids) == sorted(ids):
        yield f"{field} >= {query.text_literal(ids[0])} AND {field} <= {query.text_literal(ids[-1])}"
        return
    for batch in in_batches(ids, query.READ):
        yield query.among(batch, field)
