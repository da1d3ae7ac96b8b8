"""Both simulated CRMs with HubSpot's own connector between them, without HTTP: people act, and a cycle runs."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.sandbox.control import Control
from connectors.sandbox.exchange import Request
from connectors.sandbox.hubspot import Account, HubSpot
from connectors.sandbox.native import NATIVE, NativeConnector
from connectors.sandbox.salesforce import Org, Salesforce
from connectors.sandbox.world import World


class Both:
    """A HubSpot account, a Salesforce org, and what people do in them."""

    def __init__(self) -> None:
        self.world = World()
        self.account, self.org = Account(self.world), Org(self.world)
        self.hubspot, self.salesforce = HubSpot(self.account), Salesforce(self.org)
        self.native = NativeConnector(self.account, self.org)
        self.control = Control(
            self.world, {"hubspot": self.hubspot, "salesforce": self.salesforce}, reset=lambda _: None,
            live=lambda _: {}, native=self.native,
        )  # fmt: skip
        self.native.turn({"is_on": True})

    def act(self, do: str, object_name: str, record_id: str = "", **wish: Any) -> str:
        """Let a person do something in whichever CRM has such objects; return the record's id."""
        crm = self.hubspot if object_name.islower() else self.salesforce
        done = crm.act({"do": do, "as": "person", "object": object_name, "id": record_id, **wish})
        return str((done["results"] or [{}])[0].get("id", ""))

    def contact(self, email: str = "ada@acme.com", **properties: str) -> str:
        """Make a HubSpot contact."""
        return self.act("create", "contacts", properties={"email": email, "lastname": "Lovelace", **properties})

    def person(self, email: str = "ada@acme.com", object_name: str = "Contact", **fields: Any) -> str:
        """Make a Salesforce contact or lead."""
        more = {"Company": "Acme"} if object_name == "Lead" else {}
        return self.act("create", object_name, properties={"Email": email, "LastName": "Lovelace", **more, **fields})

    def linked(self, email: str = "ada@acme.com", **properties: str) -> tuple[str, str]:
        """Make a contact in both, and let the connector link them."""
        ids = self.contact(email, **properties), self.person(email)
        self.native.cycle()
        return ids

    def here(self, record_id: str, object_name: str = "contacts") -> dict[str, str]:
        """Return what a HubSpot record holds."""
        table = self.account.tables[object_name]
        record = table.find(table.survivor(int(record_id)))
        return dict(record.values) if record is not None else {}

    def there(self, record_id: str) -> dict[str, Any]:
        """Return what a Salesforce record holds."""
        row = self.org.find(self.org.object_of(record_id) or "", record_id)
        return dict(row) if row is not None else {}

    def living(self, object_name: str) -> list[str]:
        """Return the ids of the records there are."""
        if object_name.islower():
            return [str(one) for one in self.account.tables[object_name].live]
        return [row.id for row in self.org.tables[object_name].rows.values() if not row.is_deleted]

    def written(self) -> list[Any]:
        """Return what the connector wrote."""
        return [effect for effect in self.world.effects.since() if effect.actor_id == NATIVE]

    def ask(self, method: str, place: str, body: bytes = b"") -> Any:
        """Call the control API."""
        return self.control.answer(Request(method, f"/_sandbox/{place}", "", {}, body, "1"))


@pytest.fixture
def both() -> Both:
    return Both()
