"""One cycle: what was deleted in Salesforce, what changed there, then what changed in HubSpot."""

from __future__ import annotations

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.records import Record
from connectors.sandbox.hubspot.rules import is_on
from connectors.sandbox.native.changes import Changes
from connectors.sandbox.native.copyist import Copyist
from connectors.sandbox.native.hands import Hands
from connectors.sandbox.native.links import Links
from connectors.sandbox.native.neighbours import Neighbours
from connectors.sandbox.native.pairs import FIRMS, PEOPLE, Pair
from connectors.sandbox.native.settings import NativeSettings
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rows import Row


class Cycle:
    """One cycle over one pair of objects."""

    def __init__(self, account: Account, org: Org, pair: Pair, settings: NativeSettings, hands: Hands) -> None:
        self._account = account
        self._org = org
        self._pair = pair
        self._settings = settings
        self._hands = hands
        self._links = Links(account, org, pair)
        self._copyist = Copyist(account, org, pair, hands, settings.rules)
        self._neighbours = Neighbours(account, org, hands)
        self._table = account.tables[pair.hubspot]
        self._done: set[int] = set()

    def run(self, changes: Changes) -> None:
        """Bring into step whatever changed."""
        for salesforce in self._pair.ids:
            for one in changes.ids(salesforce):
                row = self._org.find(salesforce, one, include_deleted=True)
                if row is None or row.is_deleted:
                    self._deleted_there(salesforce, one, changes)
        for salesforce in self._pair.ids:
            for one in changes.ids(salesforce):
                row = self._org.find(salesforce, one)
                if row is not None:
                    self._changed_there(salesforce, row, changes)
        for one in changes.ids(self._pair.hubspot):
            record_id = self._table.survivor(int(one))
            record = self._table.find(record_id)
            if record is None:
                self._deleted_here(record_id)
            elif record_id not in self._done:
                self._changed_here(record, changes)

    def _deleted_there(self, salesforce: str, salesforce_id: str, changes: Changes) -> None:
        """A deleted record, also one that was merged into another: its partner goes, or gets another one."""
        record = self._links.holder(salesforce_id)
        if record is None:
            return
        if self._settings.deleted_in_salesforce == "archive":
            self._hands.in_hubspot("archive", self._pair.hubspot, str(record.id))
            return
        self._copyist.unlinked(record, salesforce)
        self._links.moved(record, salesforce_id, "")
        if self._settings.recreates_deleted:
            changes.touch(self._pair.hubspot, str(record.id))

    def _changed_there(self, salesforce: str, row: Row, changes: Changes) -> None:
        if row["IsConverted"] is True:
            self._converted(row, changes)
            return
        record = self._links.holder(row.id) or self._found(salesforce, row) or self._made(salesforce, row)
        if record is not None:
            self._hands.errors.pop((salesforce, row.id), None)
            self._neighbours.of_row(self._pair, salesforce, row, record)
            partner = self._links.partner_of(record)
            # Of a record with several ids only the partner that counts is kept in step.
            if partner is not None and partner[1].id == row.id:
                self._copied(record, salesforce, row, changes)

    def _converted(self, lead: Row, changes: Changes) -> None:
        """A lead that became a contact: its partner is the contact's from now on."""
        record, contact_id = self._links.holder(lead.id), lead["ConvertedContactId"]
        row = self._org.find("Contact", str(contact_id or ""))
        if record is not None and row is not None and self._links.holder(row.id) is None:
            self._link(record, "Contact", row)
            self._copied(record, "Contact", row, changes)

    def _found(self, salesforce: str, row: Row) -> Record | None:
        """Return the contact that has this person's address: its link goes to whichever record changed last."""
        email = str(row["Email"] or "") if self._pair is PEOPLE else ""
        record = self._links.with_email(email, further=self._settings.further_emails) if email else None
        if record is None and self._pair is FIRMS:
            record = self._neighbours.firm_of(row)
        if record is not None:
            self._link(record, salesforce, row)
        return record

    def _made(self, salesforce: str, row: Row) -> Record | None:
        """Return the record that is brought back, or made, for a Salesforce record that has no partner."""
        buried = self._links.in_bin(row.id)
        if buried is not None and self._settings.returns != "create":
            if self._settings.returns == "nothing":
                return None
            self._hands.in_hubspot("restore", self._pair.hubspot, str(buried.id))
            self._links.moved(buried, "", row.id)
            return self._table.find(buried.id)
        if self._pair.hubspot not in self._settings.creates_in_hubspot or (self._pair is PEOPLE and not row["Email"]):
            return None
        record = self._copyist.make_in_hubspot(salesforce, row)
        if record is not None:
            self._links.moved(record, "", row.id)
        return record

    def _deleted_here(self, record_id: int) -> None:
        record = self._table.find(record_id, archived=True)
        if record is None or self._settings.deleted_in_hubspot == "nothing":
            return
        partner = self._links.partner_of(record)
        if partner is not None and self._links.holder(partner[1].id) is None:
            self._hands.in_salesforce("delete", partner[0], partner[1].id)

    def _changed_here(self, record: Record, changes: Changes) -> None:
        self._hands.errors.pop((self._pair.hubspot, str(record.id)), None)
        partner = self._links.partner_of(record)
        if partner is not None:
            self._copied(record, *partner, changes)
            return
        if not self._may_go(record):
            return
        found = self._links.rows_with_email(record.values["email"]) if self._pair is PEOPLE else []
        if not found:
            self._make_there(record)
            return
        salesforce, row = found[0]
        holder = self._links.holder(row.id)
        if holder is not None:
            message = f"Salesforce has this address on {row.id}, which belongs to {holder.id}"
            self._hands.complain(self._pair.hubspot, str(record.id), message)
            return
        self._link(record, salesforce, row)
        self._copied(record, salesforce, row, changes)

    def _make_there(self, record: Record) -> None:
        salesforce = self._settings.person_object if self._pair is PEOPLE else next(iter(self._pair.ids))
        more = self._neighbours.of_record(salesforce, record)
        if more is not None and (made := self._copyist.make_in_salesforce(record, salesforce, more)):
            self._links.moved(record, "", made)

    def _may_go(self, record: Record) -> bool:
        """Return whether a record of HubSpot's is one that Salesforce is to have."""
        if self._pair.hubspot not in self._settings.creates_in_salesforce:
            return False
        if self._pair is not PEOPLE:
            return True
        listed = self._account.lists.get(self._settings.inclusion)
        is_included = not self._settings.inclusion or (listed is not None and is_on(self._account, listed, record))
        return is_included and bool(record.values.get("email"))

    def _link(self, record: Record, salesforce: str, row: Row) -> None:
        before = record.values.get(self._pair.ids[salesforce], "")
        self._copyist.linked(record, salesforce, row.id)
        self._links.moved(record, before, row.id)

    def _copied(self, record: Record, salesforce: str, row: Row, changes: Changes) -> None:
        self._done.add(record.id)
        self._hands.errors.pop((self._pair.hubspot, str(record.id)), None)
        self._copyist.copy(record, salesforce, row, changes)
