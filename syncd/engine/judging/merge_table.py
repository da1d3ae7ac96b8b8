"""A merge field by field, before anything is written: both values, what will stand, why, and what would be lost.

From copies in the store: `syncd plan` and `review` show it, and no CRM is asked.
"""

from __future__ import annotations

from dataclasses import replace

from quality.survivorship import Choice, Known, Wishes, combine
from syncd.model import Fix, Record

#: Begins what a fix says about a value that it leaves out.
LEFT = " is left as it is: "


def merge_table(
    fix: Fix, ours: Record, theirs: Record, wishes: Wishes, known: Known | None = None
) -> tuple[Choice, ...]:
    """Return a row for each field that one of the two fills; `ours` is the record that stays.

    What the fix leaves out, since it cannot be written or a person has changed what it says, shows as it will be.
    """
    changed = {change.field for change in fix.changes}
    left_out = dict(reason.split(LEFT, 1) for reason in fix.reasons if LEFT in reason)
    return tuple(
        _left(row, left_out.get(row.field, "")) if row.is_new and row.field not in changed else row
        for row in combine(ours, theirs, wishes, known or Known())
    )


def _left(row: Choice, why: str) -> Choice:
    """Return the row of a field that is not written although another value would be better."""
    return replace(row, result=row.ours, reason=why or "it is not written", is_lost=row.theirs not in (None, "", ()))
