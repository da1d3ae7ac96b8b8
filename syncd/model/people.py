"""Who may do what, who owns records, and what makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do in the console; each may do what those before it may."""

    #: Sees everything that pages show.
    VIEWER = "viewer"
    #: Approves, dismisses and undoes.
    REVIEWER = "reviewer"
    #: Changes rules and settings, lifts guards, sees who did what.
    ADMIN = "admin"

    def covers(self, needed: Role) -> bool:
        """Return whether who has this role may do what needs the other."""
        roles = list(Role)
        return roles.index(self) >= roles.index(needed)


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who may own records."""

    #: Whether they still work there.
    is_active: bool
    #: As their colleagues call them; empty where the CRM does not tell.
    name: str = ""
    #: The id of their login, where that is another one than records name as their owner.
    user: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Maker:
    """One thing that makes records, or writes values."""

    #: `IMPORT`, `FORMS` and the like.
    kind: str
    #: Which one, as the CRM marks it; empty: nobody knows, or one of too many.
    mark: str = ""
    #: How people call it; no part of what it is.
    name: str = field(default="", compare=False)
