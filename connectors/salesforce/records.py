"""Makes records of rows, for one object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from connectors.protocol import Want
from connectors.salesforce import query
from connectors.salesforce.objects import Objects
from connectors.salesforce.wire import id_of, is_deleted, record_of, version_of
from syncd.model import Ref, SourceRecord

Row = Mapping[str, Any]


class Records:
    """Knows which fields to ask for, and what to make of them."""

    def __init__(self, account: str, objects: Objects, want: Want) -> None:
        self._account = account
        self._want = want
        self.object = want.object
        self._references = objects.references(want.object, want.links)
        #: What a query has to ask for.
        self.fields = query.asked_fields(want, self._references.values())

    def of(self, rows: Iterable[Row], settled: datetime | None) -> Iterator[SourceRecord]:
        """Yield the records of the rows that are not deleted; `settled` as in `wire.Found`."""
        for row in rows:
            if not is_deleted(row):
                ref = Ref(self._account, self._want.object, id_of(row))
                version = version_of(row, settled)
                yield record_of(ref, row, version, self._want.fields, self._references)
