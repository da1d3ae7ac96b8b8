"""A journey through both CRMs at once, which tell of the same people, with HubSpot's own connector between them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from syncd.model import Action, Fix, FixState, Ref, Stream
from tests.journeys.crms import HUBSPOT, SALESFORCE, Crm
from tests.journeys.journey import Journey

HUB, ORG = "hubspot-main", "salesforce-main"
#: The account and the kind of each object.
PLACES = {
    "contacts": (HUB, "person"), "companies": (HUB, "company"),
    "Contact": (ORG, "person"), "Lead": (ORG, "person"), "Account": (ORG, "company"),
}  # fmt: skip
#: What HubSpot keeps of a person's counterpart.
LINK = "salesforcecontactid"
RULES = "{duplicate: apply, quality_flags: off, authority: off, differs: off}"


class BothJourney(Journey):
    """Two linked accounts, one store."""

    def __init__(self, url: str, store_url: str, folder: Path) -> None:
        super().__init__(url, store_url, folder, HUBSPOT)
        self.modes = {"hubspot-main": "apply", "salesforce-main": "apply"}
        self.rules = RULES
        self.more_of_link = ""
        self.more_of_streams: dict[str, str] = {}

    def text(self) -> str:
        """Return the configuration."""
        accounts = {HUB: "hubspot", ORG: "salesforce"}
        told = [f"  {name}: {{crm: {crm}, {self.way_in}, url: '{self.url}', share: 1.0}}\n"
                for name, crm in accounts.items()]  # fmt: skip
        streams = [
            f"  {account}/{name}: {{mode: {self.modes[account]}{self.more_of_streams.get(name, '')}}}\n"
            for name, (account, _) in PLACES.items()
        ]
        return (
            f"accounts:\n{''.join(told)}"
            f"streams:\n{''.join(streams)}"
            f"linked_accounts: {{customers: {{accounts: [{HUB}, {ORG}]{self.more_of_link}}}}}\n"
            f"rules: {self.rules}\n"
            f"guards: {self.guards}\n"
            f"store: {{url: '${{STORE}}'{self.more_of_store}}}\n"
            f"web: {{port: {self.port}}}\n"
            f"{self.sections}"
        )

    def stream(self, object_name: str = "") -> Stream:
        """Return the stream of an object."""
        account, kind = PLACES[object_name or "contacts"]
        return Stream(account, object_name or "contacts", kind)

    def ref(self, record_id: str, object_name: str = "") -> Ref:
        """Return a record."""
        name = object_name or self._object_of(record_id)
        return Ref(PLACES[name][0], name, record_id)

    def create(self, object_name: str = "", who: Any = "import", **properties: str) -> str:
        """Let somebody create a record; return its id. Fields go by our names or the CRM's."""
        name = object_name or "contacts"
        crm = self._crm(name)
        values = crm.spelled(name, properties)
        answer = self.act("create", crm=crm.name, object=name, properties=values, **{"as": who})
        return str(answer["results"][0]["id"])

    def edit(self, record_id: str, object_name: str = "", who: Any = "person", **properties: str | None) -> None:
        """Let somebody edit a record."""
        name = object_name or self._object_of(record_id)
        crm = self._crm(name)
        values = {crm.property(name, key): value for key, value in properties.items()}
        self.act("update", crm=crm.name, object=name, id=record_id, properties=values, **{"as": who})

    def value(self, record_id: str, name: str, object_name: str = "") -> str | None:
        """Return what the CRM holds, of a field by our name or the CRM's."""
        kind = object_name or self._object_of(record_id)
        crm = self._crm(kind)
        spelled = crm.property(kind, name)
        answer = self.call("GET", crm.path.format(object=kind, id=record_id, name=spelled))
        return crm.value(answer, spelled)

    def native(self, cycles: int = 1, **settings: Any) -> dict[str, Any]:
        """Set HubSpot's own connector, or let it work; return how it stands."""
        if settings:
            return self.control("POST", "native", settings)
        told: dict[str, Any] = {}
        for _ in range(cycles):
            self.pass_time(900.0)
            told = self.control("POST", "native/cycle", {})
        return told

    def living(self, object_name: str) -> list[str]:
        """Return the ids of the records there are, whoever asks."""
        if self._crm(object_name) is HUBSPOT:
            found: list[str] = []
            after = "0"
            while after:
                page = self.call("GET", f"/crm/v3/objects/{object_name}?limit=100&after={after}")
                found += [row["id"] for row in page["results"]]
                after = page.get("paging", {}).get("next", {}).get("after", "")
            return found
        answer = self.call("GET", f"/services/data/v62.0/query?q=SELECT+Id+FROM+{object_name}")
        return [row["Id"] for row in answer["records"]]

    def merges(self, *states: FixState) -> list[Fix]:
        """Return all merges of people, undos left out, in the order they were decided on."""
        found = [fix for name in ("contacts", "Contact", "Lead") for fix in self.fixes(name, *states)]
        return sorted((fix for fix in found if fix.action is Action.MERGE and not fix.undoes), key=lambda fix: fix.id)

    def steps(self) -> list[tuple[str, ...]]:
        """Return what was merged, by syncd and in its order: object and ids."""
        effects = [one for one in self.written(kind="merge") if one["object"] in PLACES]
        return [(one["object"], one["id"]) for one in effects]

    def _crm(self, object_name: str) -> Crm:
        return SALESFORCE if PLACES[object_name][0] == ORG else HUBSPOT

    @staticmethod
    def _object_of(record_id: str) -> str:
        return {"003": "Contact", "00Q": "Lead", "001": "Account"}.get(record_id[:3], "contacts")
