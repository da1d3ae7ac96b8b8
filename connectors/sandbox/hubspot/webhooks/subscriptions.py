"""What an app wants to be told: where, by whom signed, and of what."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.tokens import DEFAULT_APP, OAUTH_CLIENT_SECRET

OBJECTS = ("contact", "company", "deal", "ticket", "product", "line_item")
KINDS = ("creation", "deletion", "propertyChange", "merge", "restore", "associationChange")
#: Of contacts only.
PRIVACY = "contact.privacyDeletion"
TYPES = (*(f"{name}.{kind}" for name in OBJECTS for kind in KINDS), PRIVACY)
#: The same of any type of object, whose id the subscription names.
GENERIC = tuple(f"object.{kind}" for kind in KINDS)
#: Nothing is told of these, whoever subscribes.
NEVER_TOLD = frozenset({"hs_lastmodifieddate", "lastmodifieddate", "num_unique_conversion_events"})
#: Subscriptions of one app at most.
MOST = 1000


@dataclass(slots=True)
class Subscription:
    """One thing an app wants to hear of."""

    id: int
    event_type: str
    #: Of a `propertyChange`; `*` stands for every property, which only the control API of the sandbox knows.
    property_name: str = ""
    is_active: bool = True
    created_ms: int = 0
    #: Of a generic one: `0-1`, `2-3465404`.
    object_type_id: str = ""

    def wire(self) -> dict[str, Any]:
        """Return the subscription as the API sends it."""
        body: dict[str, Any] = {"id": str(self.id), "eventType": self.event_type, "active": self.is_active,
                                "createdAt": iso(self.created_ms), "updatedAt": iso(self.created_ms)}  # fmt: skip
        more = {"propertyName": self.property_name, "objectTypeId": self.object_type_id}
        return body | {name: value for name, value in more.items() if value}


@dataclass(slots=True)
class App:
    """One app, and where its events go."""

    id: str = DEFAULT_APP
    #: What requests are signed with.
    secret: str = OAUTH_CLIENT_SECRET
    #: Empty: nobody is told anything.
    target: str = ""
    most_at_once: int = 10
    subscriptions: dict[int, Subscription] = field(default_factory=dict)
    created_ms: int = 0
    updated_ms: int = 0
    _numbers: count[int] = field(default_factory=lambda: count(7_562_680))

    def subscribe(
        self, event_type: str, property_name: str, now_ms: int, *, object_type_id: str = "", is_active: bool = True
    ) -> Subscription:
        """Add a subscription; ValueError when there is no such event, or one too many."""
        if event_type not in {*TYPES, *GENERIC}:
            raise ValueError(f"{event_type} is not a supported event type")
        if (event_type in GENERIC) != bool(object_type_id):
            raise ValueError("objectTypeId is needed for events of any object, and for nothing else")
        if event_type.endswith(".propertyChange") != bool(property_name):
            raise ValueError("propertyName is needed for propertyChange, and for nothing else")
        if len(self.subscriptions) >= MOST:
            raise ValueError(f"an app has at most {MOST} subscriptions")
        made = Subscription(next(self._numbers), event_type, property_name, is_active, now_ms, object_type_id)
        self.subscriptions[made.id] = made
        return made

    def wanted(self, event_type: str, property_name: str, object_type_id: str = "") -> Subscription | None:
        """Return the subscription that asks for an event; None when none does."""
        for one in self.subscriptions.values():
            is_meant = one.event_type == event_type and one.object_type_id == object_type_id
            if one.is_active and is_meant and one.property_name in {property_name, "*"}:
                return one
        return None

    def wire(self) -> dict[str, Any]:
        """Return the settings as the API sends them."""
        return {
            "targetUrl": self.target,
            "throttling": {"period": "SECONDLY", "maxConcurrentRequests": self.most_at_once},
            "createdAt": iso(self.created_ms),
            "updatedAt": iso(self.updated_ms),
        }
