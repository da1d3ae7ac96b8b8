"""A merge with those of linked accounts that are done together with it: as it is decided on, and as it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.model import Action, Fix, FixState

if TYPE_CHECKING:
    from syncd.engine import LinkedMerges
    from syncd.settings import Settings
    from syncd.store import Transaction

_OPEN = (FixState.PROPOSED, FixState.APPROVED)


def plan_of(tx: Transaction, settings: Settings, fix: Fix) -> LinkedMerges | None:
    """Return the plan that a fix is a step of; None where it stands for itself."""
    from syncd.engine import LINKED_ID, Known, LinkedMerges, linked_merges

    if fix.action is not Action.MERGE or fix.undoes:
        return None
    kept = tx.merge_plans.of([fix.id]).get(fix.id, ())
    if kept and fix.state not in _OPEN:
        found = [step for one in kept if (step := tx.journal.find(one)) is not None]
        return LinkedMerges(tuple(found)) if len(found) > 1 else None
    known = [
        Known(
            one.stream,
            one.mode,
            mapped.property if (mapped := one.mapping.fields.get(LINKED_ID)) else "",
            has_several=one.linked is not None and one.linked.has_several(one.stream.kind),
        )
        for one in settings.streams
    ]
    plans = linked_merges(tx, known, [fix]) if fix.state in _OPEN else []
    return next((plan for plan in plans if len(plan.steps) > 1 or plan.waits), None)
