"""See what an undo would put back now, and what it cannot; the records are read anew, nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syncd.daemon.orders.work import MOST_NAMED, OrderedWork, reasoned, target_of
from syncd.engine import plan_undo
from syncd.model import FixState
from syncd.store import Order

#: What a fix in such a state wrote needs no putting back: a run names it only because it was decided in it.
NEVER_WRITTEN = frozenset(
    {FixState.PROPOSED, FixState.APPROVED, FixState.DISMISSED, FixState.ALREADY_TRUE, FixState.STALE, FixState.REJECTED}
)


def carry_out(work: OrderedWork, order: Order) -> Mapping[str, Any]:
    """Plan, and tell which fixes can be put back, and which cannot and why."""
    planned = plan_undo(work.tools, work.setups, target_of(work, order))
    mine = [(fix, reason) for fix, reason in planned.refused if work.is_mine(fix)]
    refused = [(fix, reason) for fix, reason in mine if fix.state not in NEVER_WRITTEN]
    return {
        "count": len(planned.undoing),
        "fixes": [fix.undoes for fix in planned.undoing][:MOST_NAMED],
        "refused_count": len(refused),
        "refused": reasoned(refused if planned.undoing or refused else mine),
        "cannot": list(planned.cannot),
        "merges": sum(fix.into is not None for fix in planned.undoing),
    }
