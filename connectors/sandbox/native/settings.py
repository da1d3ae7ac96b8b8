"""What an operator of both CRMs chooses of the connector between them, and what its texts leave open."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from connectors.sandbox.native.pairs import PAIRS, RULES

_CHOICES = {
    "person_object": ("Lead", "Contact"),
    "deleted_in_salesforce": ("nothing", "archive"),
    "deleted_in_hubspot": ("nothing", "delete"),
    "returns": ("restore", "create", "nothing"),
}
_OBJECTS = tuple(pair.hubspot for pair in PAIRS)


@dataclass(frozen=True, slots=True)
class NativeSettings:
    """How the connector works. Where nobody has verified what it does, the default is the hardest on a client."""

    is_on: bool = False
    #: Seconds of the sandbox between two cycles.
    every_s: float = 900.0
    #: Which objects are kept in step, by HubSpot's names.
    objects: tuple[str, ...] = _OBJECTS
    #: Of which objects a Salesforce record without a partner makes one in HubSpot, and the other way round.
    creates_in_hubspot: tuple[str, ...] = _OBJECTS
    creates_in_salesforce: tuple[str, ...] = ("contacts", "companies")
    #: What a contact becomes in Salesforce: `Lead` or `Contact`.
    person_object: str = "Lead"
    #: The list whose members may go to Salesforce; empty: every contact that has an address.
    inclusion: str = ""
    #: What becomes of the partner of a record that was deleted: `nothing`, `archive`; `nothing`, `delete`.
    deleted_in_salesforce: str = "nothing"
    deleted_in_hubspot: str = "nothing"
    #: A contact whose Salesforce record was deleted gets another one (careful reading).
    recreates_deleted: bool = True
    #: When a Salesforce record changes whose partner lies in HubSpot's bin: `restore`, `create`, `nothing`.
    returns: str = "restore"
    #: Whether people are found by further addresses, too (careful reading).
    further_emails: bool = True
    #: Whether the properties that hold Salesforce ids can be written by everybody (not verified).
    ids_writable: bool = False
    #: Other rules than the usual ones, by `object.property`.
    rules: dict[str, str] = field(default_factory=dict)

    def turned(self, changes: dict[str, Any]) -> NativeSettings:
        """Return the settings with some changed; ValueError says which cannot be."""
        unknown = set(changes) - {one.name for one in fields(self)}
        if unknown:
            raise ValueError(f"no such setting of the native connector: {', '.join(sorted(unknown))}")
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()
        }
        turned = replace(self, **plain)
        turned.check()
        return turned

    def check(self) -> None:
        """Raise ValueError where a value is not one that exists."""
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(allowed)}")
        for name in ("objects", "creates_in_hubspot", "creates_in_salesforce"):
            if set(getattr(self, name)) - set(_OBJECTS):
                raise ValueError(f"{name} must be some of {', '.join(_OBJECTS)}")
        if set(self.rules.values()) - set(RULES):
            raise ValueError(f"rules must be of {', '.join(RULES)}")
        if self.every_s <= 0:
            raise ValueError("every_s must be more than 0")

    def state(self) -> dict[str, Any]:
        """Return them as plain data."""
        return asdict(self)
