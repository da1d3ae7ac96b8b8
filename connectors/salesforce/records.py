"""Makes records of rows, for one object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from connectors.protocol import Want
from connectors.salesforce import query
from connectors.salesforce.client import Client
from connectors.salesforce.objects import Objects
from connectors.salesforce.roles import Roles, between
from connectors.salesforce.wire import id_of, is_deleted, record_of, version_of
from syncd.errors import RefusedError
from syncd.model import Ref, SourceRecord

Row = Mapping[str, Any]


class Records:
    """Knows which fields to ask for, and what to make of them."""

    def __init__(self, account: str, client: Client, objects: Objects, want: Want) -> None:
        self._account = account
        self._want = want
        self.object = want.object
        lying = {to: lies for to in want.links if (lies := between(want.object, to)) is not None}
        self._roles = {to: Roles(client, objects, lies) for to, lies in lying.items()}
        self._references = objects.references(want.object, [to for to in want.links if to not in lying])
        #: What a query has to ask for.
        self.fields = query.asked_fields(want, (reference.field for reference in self._references.values()))

    def of(self, rows: Iterable[Row], settled: datetime | None) -> Iterator[SourceRecord]:
        """Yield the records of the rows that are not deleted; `settled` as in `wire.Found`."""
        live = {id_of(row): row for row in rows if not is_deleted(row)}
        links = self._links(list(live))
        for id_, row in live.items():
            ref = Ref(self._account, self._want.object, id_)
            version = version_of(row, settled)
            more = {to: linked[id_] for to, linked in links.items()}
            yield record_of(ref, row, version, self._want.fields, self._references, more)

    def _links(self, ids: list[str]) -> dict[str, dict[str, tuple[str, ...]]]:
        """Return, by object, the links that no field of the rows tells."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for to, roles in list(self._roles.items()) if ids else ():
            try:
                found[to] = roles.of(ids)
            except RefusedError:
                # Who may not see the roles reads records without them: not fetched is not unlinked.
                del self._roles[to]
        return found
