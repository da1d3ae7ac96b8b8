"""Whole records: every field, and what refers to them. What an undo of a merge is made from.

A merge lets everything that referred to the record that went refer to the one that stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from connectors.protocol import Reading, Want
from connectors.salesforce import query
from connectors.salesforce.client import Client
from connectors.salesforce.ids import in_batches, is_id, long_id
from connectors.salesforce.objects import Objects
from connectors.salesforce.reading import Reader
from connectors.salesforce.rows import Rows
from connectors.salesforce.wire import id_of, is_deleted
from syncd.errors import RefusedError

#: Salesforce's own objects whose records follow; those of the org's own objects and fields are looked at, too.
_FOLLOWING = frozenset(
    {
        "Account",
        "Asset",
        "CampaignMember",
        "Case",
        "Contact",
        "Contract",
        "Event",
        "Lead",
        "Opportunity",
        "OpportunityContactRole",
        "Order",
        "Quote",
        "Task",
    }
)
#: Set by Salesforce itself, from whom an activity is with.
_DERIVED = frozenset({"Task.AccountId", "Event.AccountId"})
_OWN = "__c"


class Images:
    """Reads whole records of one org."""

    def __init__(self, client: Client, objects: Objects, reader: Reader) -> None:
        self._client = client
        self._objects = objects
        self._reader = reader

    def read(self, object_name: str, ids: Sequence[str]) -> Reading:
        """Return records as `Connector.whole` promises them."""
        described = self._objects.ask(object_name)
        reading = self._reader.read(Want(object_name, tuple(described.schema.fields)), ids)
        hanging: dict[str, dict[str, tuple[str, ...]]] = {record.ref.id: {} for record in reading.records}
        for child, field in described.children if hanging else ():
            place = f"{child}.{field}"
            if (child in _FOLLOWING or child.endswith(_OWN) or field.endswith(_OWN)) and place not in _DERIVED:
                for id_, to in self.referring(child, field, list(hanging)):
                    hanging[to][place] = (*hanging[to].get(place, ()), id_)
        return replace(
            reading, records=tuple(replace(record, links=hanging[record.ref.id]) for record in reading.records)
        )

    def referring(self, child: str, field: str, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield the records of an object that refer to others by a field, and to which."""
        rows = Rows(self._client, self._objects, child, (query.ID, field))
        try:
            for batch in in_batches(ids, query.READ):
                for found in rows.matching(query.among(batch, field)):
                    live = [row for row in found.rows if not is_deleted(row) and is_id(str(row.get(field) or ""))]
                    yield from ((id_of(row), long_id(str(row[field]))) for row in live)
        except RefusedError:
            # What we may not see, we may not put back either.
            return
