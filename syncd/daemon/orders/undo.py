"""Put back what was written: planned anew, compared with what the CRM holds now, written, journalled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syncd.daemon.orders.plan_undo import NEVER_WRITTEN
from syncd.daemon.orders.work import OrderedWork, named, reasoned, target_of
from syncd.engine import plan_undo, put_back
from syncd.model import Action, FixState
from syncd.store import Order

_DONE = frozenset({FixState.APPLIED, FixState.ALREADY_TRUE})


def carry_out(work: OrderedWork, order: Order) -> Mapping[str, Any]:
    """Put back, in the name of who ordered it, and tell what became of each fix.

    Begun again after a crash it goes on: what was put back before is not planned a second time.
    """
    planned = plan_undo(work.tools, work.setups, target_of(work, order))
    ends = put_back(work.tools, work.setups, planned, by=order.by, over_guards=bool(order.request.get("over_guards")))
    done = [fix for fix in ends if fix.state in _DONE]
    waiting = [fix for fix in ends if fix.state is FixState.APPROVED]
    kept = [(fix, fix.detail or fix.state.value) for fix in ends if fix not in done and fix not in waiting]
    refused = [(fix, reason) for fix, reason in planned.refused if work.is_mine(fix) and fix.state not in NEVER_WRITTEN]
    parted = [(fix, fix.detail) for fix in done if fix.action is Action.MERGE and fix.detail]
    return {
        "count": len(done),
        "fixes": named(done),
        "waiting": len(waiting),
        "refused": reasoned([*kept, *refused]),
        "refused_count": len(kept) + len(refused),
        "parted": reasoned(parted),
    }
