"""Who is linked with whom: the ids that HubSpot records hold, and people found by their addresses."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.claims import holder_of
from connectors.sandbox.hubspot.records import Record
from connectors.sandbox.native.pairs import Pair
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rows import Row


class Links:
    """The links of one pair of objects, read once a cycle and kept up to date within it."""

    def __init__(self, account: Account, org: Org, pair: Pair) -> None:
        self._account = account
        self._org = org
        self._pair = pair
        self._table = account.tables[pair.hubspot]
        self._kind = account.types[pair.hubspot]
        #: Salesforce id to the HubSpot records that hold it: live ones, and those in the bin.
        self.holders: dict[str, list[int]] = {}
        self.buried: dict[str, list[int]] = {}
        for record in self._table.records.values():
            held = self.holders if record.archived_ms is None else self.buried
            for _, salesforce_id in self.ids_of(record):
                held.setdefault(salesforce_id, []).append(record.id)

    def ids_of(self, record: Record) -> Iterator[tuple[str, str]]:
        """Yield the Salesforce objects and ids a HubSpot record holds, the one that counts first."""
        for salesforce, name in self._pair.ids.items():
            if value := record.values.get(name):
                yield salesforce, value

    def partner_of(self, record: Record) -> tuple[str, Row] | None:
        """Return the living Salesforce record a HubSpot record is linked with."""
        for salesforce, salesforce_id in self.ids_of(record):
            row = self._org.find(salesforce, salesforce_id)
            if row is not None:
                return salesforce, row
        return None

    def holder(self, salesforce_id: str) -> Record | None:
        """Return the live HubSpot record that holds a Salesforce id; of several, the one it counts for first."""
        found = [record for one in self.holders.get(salesforce_id, ()) if (record := self._table.find(one)) is not None]
        return next((it for it in found if next(self.ids_of(it))[1] == salesforce_id), found[0] if found else None)

    def in_bin(self, salesforce_id: str) -> Record | None:
        """Return the archived HubSpot record that holds a Salesforce id."""
        return next(
            (it for one in self.buried.get(salesforce_id, ()) if (it := self._table.find(one, archived=True))), None
        )

    def moved(self, record: Record, before: str, after: str) -> None:
        """Take notice that a record holds another id now."""
        if before and record.id in self.holders.get(before, []):
            self.holders[before].remove(record.id)
        if after:
            self.holders.setdefault(after, []).insert(0, record.id)

    def with_email(self, email: str, *, further: bool) -> Record | None:
        """Return the live contact with an address, its first or (where wanted) a further one."""
        found = holder_of(self._account, self._kind, "email", email)
        record = None if found is None else self._table.find(found)
        if record is None or further or record.values.get("email", "").lower() == email.lower():
            return record
        return None

    def rows_with_email(self, email: str) -> list[tuple[str, Row]]:
        """Return the living leads and contacts with an address, the last one changed first."""
        found = [
            (name, row)
            for name in self._pair.ids
            for row in self._org.tables[name].having("Email", email)
            if not row.is_deleted and row["IsConverted"] is not True
        ]
        return sorted(found, key=lambda it: str(it[1]["SystemModstamp"]), reverse=True)
