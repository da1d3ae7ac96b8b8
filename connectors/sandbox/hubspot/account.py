"""The simulated HubSpot account: everything it holds, and the few questions all of its parts ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.sandbox.clock import iso
from connectors.sandbox.effects import Cause
from connectors.sandbox.hubspot.errors import validation
from connectors.sandbox.hubspot.links import Links
from connectors.sandbox.hubspot.pipelines import fresh_pipelines
from connectors.sandbox.hubspot.portal import fresh_types
from connectors.sandbox.hubspot.properties import BIRTH_MS, ObjectType
from connectors.sandbox.hubspot.readings import Readings
from connectors.sandbox.hubspot.records import Record, Table, Unseen
from connectors.sandbox.hubspot.segments import ListFolder, SegmentList
from connectors.sandbox.hubspot.write_rules import WriteRule
from connectors.sandbox.limits import Limiter
from connectors.sandbox.tokens import TokenRing
from connectors.sandbox.world import World

if TYPE_CHECKING:
    from connectors.sandbox.hubspot.webhooks import Journal, Sender

PORTAL_ID = 62515
TIME_ZONE = "US/Eastern"


@dataclass(slots=True)
class Owner:
    """Somebody who owns records."""

    id: int
    email: str
    first_name: str
    last_name: str
    user_id: int
    teams: list[tuple[str, str]] = field(default_factory=list)
    is_archived: bool = False
    created_ms: int = BIRTH_MS
    updated_ms: int = BIRTH_MS

    def wire(self) -> dict[str, Any]:
        """Return the owner as the API sends it."""
        body: dict[str, Any] = {
            "id": str(self.id),
            "email": self.email,
            "type": "PERSON",
            "firstName": self.first_name,
            "lastName": self.last_name,
            "userId": None if self.is_archived else self.user_id,
            "userIdIncludingInactive": self.user_id,
            "createdAt": iso(self.created_ms),
            "updatedAt": iso(self.updated_ms),
            "archived": self.is_archived,
        }
        if self.teams:
            body["teams"] = [
                {"id": team, "name": name, "primary": place == 0} for place, (team, name) in enumerate(self.teams)
            ]
        return body


class Account:
    """One portal."""

    #: What it says by itself; given by whoever puts it behind HTTP.
    sender: Sender
    journal: Journal

    def __init__(self, world: World, *, portal: int = PORTAL_ID, tier: str = "pro") -> None:
        self.world = world
        self.portal = portal
        self.limiter = Limiter(tier, TIME_ZONE)
        self.tokens = TokenRing()
        self.clear()

    def clear(self) -> None:
        """Go back to an empty portal with HubSpot's own definitions."""
        self.readings = Readings()
        self.types: dict[str, ObjectType] = {}
        self.tables: dict[str, Table] = {}
        self._names: dict[str, ObjectType] = {}
        for kind in fresh_types(self.portal):
            self.add_type(kind)
        self.links = Links()
        self.pipelines = fresh_pipelines()
        self.owners: dict[int, Owner] = {}
        self.lists: dict[str, SegmentList] = {}
        self.folders: dict[int, ListFolder] = {}
        #: Grows with every list that changes; `lists_seen` holds what dynamic ones were last found by.
        self.lists_revision = 0
        self.lists_seen: dict[str, tuple[int, ...]] = {}
        self.write_rules: tuple[WriteRule, ...] = ()
        self.blocked_emails: set[str] = set()
        #: Record id to what is true of it, as JSON text, by object.
        self.truth: dict[str, dict[int, bytes]] = {}
        #: Grows with every definition that changes; caches hold on to it.
        self.schema_revision = 0
        #: Whether HubSpot's own connector keeps companies in step with Salesforce: those are not merged.
        self.keeps_companies_in_step = False

    def add_type(self, kind: ObjectType) -> None:
        """Take up an object type, under all the names paths may call it by."""
        self.types[kind.name] = kind
        self.tables.setdefault(kind.name, Table())
        names = {kind.name, kind.singular, kind.type_id}
        if kind.short_name:
            names |= {kind.short_name, f"{kind.short_name}s", f"p_{kind.short_name}"}
        for name in names:
            self._names[name.lower()] = kind

    def type_of(self, name: str) -> ObjectType:
        """Return the object type a path names (the text of this refusal is not verified)."""
        kind = self._names.get(name.lower())
        if kind is None or kind.archived_ms is not None:
            raise validation(f"Unable to infer object type from: {name}")
        return kind

    def type_by_id(self, type_id: str) -> ObjectType:
        """Return an object type by `0-1`."""
        return self._names[type_id]

    def now_ms(self) -> int:
        """Return the moment it is."""
        return self.world.clock.now_ms()

    def note(
        self,
        cause: Cause,
        kind: str,
        of: ObjectType,
        record_id: int,
        property_name: str = "",
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        """Write one line of the effect log."""
        self.world.effects.add(
            self.now_ms(), cause, kind, of.name, str(record_id), property_name, before, after
        )  # fmt: skip

    def hide_change(self, kind: ObjectType, record: Record, *, is_new: bool = False) -> None:
        """Before a change: let search go on seeing the record as it is, for as long as the index lags."""
        lag_ms = self.world.knobs.lag_ms()
        if lag_ms <= 0:
            return
        before = None if is_new else dict(record.values)
        waiting = self.tables[kind.name].unseen.setdefault(record.id, [])
        waiting.append(Unseen(self.now_ms() + lag_ms, before, record.modified_ms))
