"""Lists of records (HubSpot calls them segments by now), and the folders they lie in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MANUAL, SNAPSHOT, DYNAMIC = "MANUAL", "SNAPSHOT", "DYNAMIC"
PROCESSING = (MANUAL, SNAPSHOT, DYNAMIC)
#: So long a deleted list can be brought back.
RESTORABLE_MS = 90 * 86_400_000


@dataclass(slots=True)
class SegmentList:
    """A list of records of one type."""

    id: str
    name: str
    object_type_id: str
    #: `MANUAL` and `SNAPSHOT` lists are kept by hand; a snapshot begins with what its rule finds, a `DYNAMIC` list
    #: follows it.
    processing: str
    created_ms: int
    updated_ms: int
    #: Record id to the moment it joined, in that order. Of a dynamic list: as of when somebody last looked.
    members: dict[int, int] = field(default_factory=dict)
    #: The rule, as the API sends it.
    branch: dict[str, Any] | None = None
    branch_ms: int = 0
    version: int = 1
    folder: int = 0
    deleted_ms: int | None = None

    @property
    def is_by_hand(self) -> bool:
        """Whether records may be put on it and taken off."""
        return self.processing != DYNAMIC


@dataclass(slots=True)
class ListFolder:
    """A folder of lists; the root has the number 0 and is nowhere kept."""

    id: int
    name: str
    parent: int
    created_ms: int
    updated_ms: int
