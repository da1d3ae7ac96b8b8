"""What the connector writes, in its own name; what a CRM refuses is kept as a sync error of that record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.acts import perform as act_in_hubspot
from connectors.sandbox.native.properties import NATIVE, USERNAME
from connectors.sandbox.salesforce.acts import perform as act_in_salesforce
from connectors.sandbox.salesforce.org import Org

_IN_HUBSPOT = {"kind": "integration", "id": NATIVE, "label": "Salesforce"}
_IN_SALESFORCE = {"kind": "integration", "id": NATIVE, "label": "HubSpot", "user_id": USERNAME}


class Hands:
    """Writes in both CRMs, and remembers what was refused."""

    def __init__(self, account: Account, org: Org) -> None:
        self._account = account
        self._org = org
        #: What stands in the way, by object and record.
        self.errors: dict[tuple[str, str], dict[str, str]] = {}
        self.counts: dict[str, int] = {}

    def in_hubspot(self, do: str, object_name: str, record_id: str = "", **wish: Any) -> str:
        """Do something in HubSpot; return the record's id, or nothing where HubSpot refused."""
        act = {"do": do, "as": _IN_HUBSPOT, "object": object_name, "id": record_id, **wish}
        try:
            done = act_in_hubspot(self._account, act, "native")
        except ValueError as refusal:
            self.complain(object_name, record_id, str(refusal))
            return ""
        return self._counted(f"hubspot.{do}", done, record_id)

    def in_salesforce(self, do: str, object_name: str, record_id: str = "", **wish: Any) -> str:
        """Do something in Salesforce; return the record's id, or nothing where Salesforce refused."""
        act = {"do": do, "as": _IN_SALESFORCE, "object": object_name, "id": record_id, **wish}
        try:
            done = act_in_salesforce(self._org, act, "native")
        except ValueError as refusal:
            self.complain(object_name, record_id, str(refusal))
            return ""
        return self._counted(f"salesforce.{do}", done, record_id)

    def keep(self, object_name: str, record_id: str, values: Mapping[str, str]) -> None:
        """Set what only the connector may set on a HubSpot record."""
        self.in_hubspot("update", object_name, record_id, properties=dict(values), raw=True)

    def complain(self, object_name: str, record_id: str, message: str) -> None:
        """Keep why a record is not in step."""
        self.errors[object_name, record_id] = {
            "at": iso(self._account.now_ms()), "object": object_name, "id": record_id, "message": message,
        }  # fmt: skip

    def move_error(self, refused: str, object_name: str, record_id: str) -> None:
        """Give the refusal of a record that was not made to the one it was to be made of."""
        refusal = self.errors.pop((refused, ""), None)
        if refusal is not None:
            self.complain(object_name, record_id, refusal["message"])

    def _counted(self, what: str, done: Mapping[str, Any], record_id: str) -> str:
        self.counts[what] = self.counts.get(what, 0) + 1
        results = done.get("results") or [{}]
        return str(results[0].get("id") or record_id)
