"""Whether a record that is found may be one that was to be made."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from syncd.model import SourceRecord


class Likeness(Enum):
    """How much a record holds of what was sent."""

    SAME = "same"
    #: So much that it may have come of it, and somebody has changed the rest; or it is somebody else's.
    ALIKE = "alike"
    OTHER = "other"

    @staticmethod
    def of(kept: Sequence[bool]) -> Likeness:
        """Return the likeness of a record by which of the values sent it holds."""
        if kept and all(kept):
            return Likeness.SAME
        return Likeness.ALIKE if 2 * sum(kept) >= len(kept) else Likeness.OTHER


def chosen(found: Sequence[tuple[Likeness, SourceRecord]]) -> tuple[bool, SourceRecord | None]:
    """Return whether there is an answer, and the record that came of a create; None where none did."""
    same = [record for likeness, record in found if likeness is Likeness.SAME]
    if same:
        # Which of several makes no difference: they hold the same.
        return True, min(same, key=lambda record: (record.created_at is None, record.created_at, record.ref.id))
    return all(likeness is Likeness.OTHER for likeness, _ in found), None
