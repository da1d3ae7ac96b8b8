"""What a person tells of their company: which company an account is, and where a new record belongs."""

from __future__ import annotations

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.records import Record
from connectors.sandbox.native.hands import Hands
from connectors.sandbox.native.pairs import PEOPLE, Pair
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rows import Row

_CONTACTS, _COMPANIES = "0-1", "0-2"
_PRIMARY = 1
_ACCOUNT, _CONTACT = "salesforceaccountid", "salesforcecontactid"


class Neighbours:
    """Looks from people to companies, and back."""

    def __init__(self, account: Account, org: Org, hands: Hands) -> None:
        self._account = account
        self._org = org
        self._hands = hands

    def firm_of(self, row: Row) -> Record | None:
        """Return the company an account is, by a person of its who is linked already; one that is nobody's yet."""
        people = {it.id for it in self._org.tables["Contact"].having("AccountId", row.id) if not it.is_deleted}
        for person in self._account.tables["contacts"].live_records() if people else ():
            if person.values.get(_CONTACT) in people:
                firm = self._primary(person)
                if firm is not None and not firm.values.get(_ACCOUNT):
                    return firm
        return None

    def of_row(self, pair: Pair, salesforce: str, row: Row, record: Record) -> None:
        """Link a person that has no company in HubSpot with the one they have in Salesforce."""
        account_id = row["AccountId"] if pair is PEOPLE and salesforce == "Contact" else None
        if account_id and record.values.get(_ACCOUNT) != account_id:
            self._hands.keep("contacts", str(record.id), {_ACCOUNT: str(account_id)})
        if not account_id or self._account.links.of(_CONTACTS, record.id, _COMPANIES):
            return
        firms = self._account.tables["companies"].live_records()
        firm = next((it for it in firms if it.values.get(_ACCOUNT) == account_id), None)
        if firm is not None:
            wish = {"to": "companies", "to_id": str(firm.id), "types": [_PRIMARY]}
            self._hands.in_hubspot("link", "contacts", str(record.id), **wish)

    def of_record(self, salesforce: str, record: Record) -> dict[str, str] | None:
        """Return what a new Salesforce record says of others; None where it is not made.

        A company goes to Salesforce only with a person who is a contact there.
        """
        if salesforce == "Contact":
            firm = self._primary(record)
            account_id = firm.values.get(_ACCOUNT) if firm is not None else None
            return {"AccountId": account_id} if account_id else {}
        if salesforce == "Account":
            people = self._account.links.of(_COMPANIES, record.id, _CONTACTS)
            found = [self._account.tables["contacts"].find(one) for one in people]
            return {} if any(it is not None and it.values.get(_CONTACT) for it in found) else None
        return {}

    def _primary(self, person: Record) -> Record | None:
        found = self._account.links.primary_of(_CONTACTS, person.id, _COMPANIES)
        return None if found is None else self._account.tables["companies"].find(found)
