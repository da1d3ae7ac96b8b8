"""Copies fields between two records that are linked, and makes the one of the other."""

from __future__ import annotations

from connectors.sandbox.clock import iso
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.records import Record
from connectors.sandbox.native.changes import Changes
from connectors.sandbox.native.copying import Both, settled
from connectors.sandbox.native.hands import Hands
from connectors.sandbox.native.pairs import Copied, Pair
from connectors.sandbox.native.properties import DELETED, LAST_SYNC
from connectors.sandbox.native.spelling import NOT_PROVIDED, as_text, as_value
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rows import Row


class Copyist:
    """Knows how the records of one pair of objects are written."""

    def __init__(self, account: Account, org: Org, pair: Pair, hands: Hands, rules: dict[str, str]) -> None:
        self._account = account
        self._org = org
        self._pair = pair
        self._hands = hands
        self._rules = rules

    def copy(self, record: Record, salesforce: str, row: Row, changes: Changes) -> None:
        """Bring two linked records into step, by the rule of each field."""
        here: dict[str, str] = {}
        there: dict[str, str] = {}
        for one in self._pair.rules(salesforce, self._rules):
            both = self._both(one, record, salesforce, row, changes)
            value = settled(one.rule, both)
            if value is None:
                continue
            if value != both.hubspot:
                here[one.property] = value
            if value != both.salesforce:
                there[one.field] = value
        if here:
            self._hands.in_hubspot("update", self._pair.hubspot, str(record.id), properties=here)
        if there:
            values = {name: as_value(self._org, salesforce, name, value) for name, value in there.items()}
            self._hands.in_salesforce("update", salesforce, row.id, properties=values)
        if here or there:
            self._hands.keep(self._pair.hubspot, str(record.id), {LAST_SYNC: iso(self._account.now_ms())})

    def make_in_hubspot(self, salesforce: str, row: Row) -> Record | None:
        """Make a HubSpot record of a Salesforce one; None where HubSpot refuses."""
        values = {
            one.property: text
            for one in self._pair.copied[salesforce]
            if (text := as_text(self._account, one.property, row[one.field]))
        }
        made = self._hands.in_hubspot("create", self._pair.hubspot, properties=values)
        if not made:
            # The refusal is the Salesforce record's: there is no other.
            self._hands.move_error(self._pair.hubspot, salesforce, row.id)
            return None
        record = self._account.tables[self._pair.hubspot].find(int(made))
        return self.linked(record, salesforce, row.id) if record is not None else None

    def make_in_salesforce(self, record: Record, salesforce: str, more: dict[str, str]) -> str:
        """Make a Salesforce record of a HubSpot one; return its id, or nothing where Salesforce refuses."""
        kind = self._org.objects[salesforce]
        values = {
            one.field: as_value(self._org, salesforce, one.field, record.values.get(one.property, ""))
            for one in self._pair.copied[salesforce]
        }
        values = {name: value for name, value in values.items() if value is not None} | more
        for it in kind.fields.values():
            if it.is_required and it.name not in values and not it.picklist_values and it.type == "string":
                values[it.name] = NOT_PROVIDED
        made = self._hands.in_salesforce("create", salesforce, properties=values)
        if made:
            self.linked(record, salesforce, made)
        else:
            self._hands.move_error(salesforce, self._pair.hubspot, str(record.id))
        return made

    def linked(self, record: Record, salesforce: str, salesforce_id: str) -> Record:
        """Let a HubSpot record hold the id of its partner."""
        values = {self._pair.ids[salesforce]: salesforce_id, LAST_SYNC: iso(self._account.now_ms())}
        if record.values.get(DELETED):
            values[DELETED] = ""
        self._hands.keep(self._pair.hubspot, str(record.id), values)
        return record

    def unlinked(self, record: Record, salesforce: str) -> None:
        """Let a HubSpot record say that its partner was deleted."""
        values = {self._pair.ids[salesforce]: "", DELETED: "true"}
        self._hands.keep(self._pair.hubspot, str(record.id), values)

    def _both(self, one: Copied, record: Record, salesforce: str, row: Row, changes: Changes) -> Both:
        here = record.values.get(one.property, "")
        there = as_text(self._account, one.property, row[one.field])
        if one.property == "email" and here.lower() == there.strip().lower():
            # HubSpot has addresses in lower case only.
            there = here
        return Both(
            here, there,
            changes.at(self._pair.hubspot, str(record.id), one.property), changes.at(salesforce, row.id, one.field),
        )  # fmt: skip
