"""Merges of several accounts that are one plan, kept before the first of them is sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select, update

from syncd.store import schema
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks, insert

_PLANS = schema.merge_plans


class MergePlans(Room):
    """Plans by the merges they consist of. A plan is called by the id of its first merge."""

    def keep(self, fix_ids: Sequence[str]) -> None:
        """Keep merges as one plan, in the order in which they are to be done; what they were part of before is over."""
        for chunk in chunks(fix_ids):
            self.connection.execute(delete(_PLANS).where(_PLANS.c.fix_id.in_(chunk)))
        rows = [
            {"fix_id": one, "plan": fix_ids[0], "position": place, "made_at": self.now, "closed_at": None}
            for place, one in enumerate(fix_ids)
        ]
        insert(self.connection, _PLANS, rows)

    def close(self, plan: str) -> None:
        """Remember that nothing more is to be done of a plan."""
        self.connection.execute(update(_PLANS).where(_PLANS.c.plan == plan).values(closed_at=self.now))

    def open(self, limit: int = 1000) -> list[tuple[str, ...]]:
        """Return the merges of each plan that something may be left to do of, in their order, the oldest plan first."""
        query = select(_PLANS.c.plan, _PLANS.c.fix_id).where(_PLANS.c.closed_at.is_(None))
        found: dict[str, list[str]] = {}
        for row in self.connection.execute(query.order_by(_PLANS.c.plan, _PLANS.c.position).limit(limit)):
            found.setdefault(row.plan, []).append(row.fix_id)
        return [tuple(one) for one in found.values()]

    def of(self, fix_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return the merges of the plans that these are part of, in their order, by each of these."""
        plans: dict[str, str] = {}
        for chunk in chunks(fix_ids):
            query = select(_PLANS.c.fix_id, _PLANS.c.plan).where(_PLANS.c.fix_id.in_(chunk))
            plans |= {row.fix_id: row.plan for row in self.connection.execute(query)}
        steps: dict[str, list[str]] = {}
        for chunk in chunks(set(plans.values())):
            query = select(_PLANS.c.plan, _PLANS.c.fix_id).where(_PLANS.c.plan.in_(chunk))
            for row in self.connection.execute(query.order_by(_PLANS.c.plan, _PLANS.c.position)):
                steps.setdefault(row.plan, []).append(row.fix_id)
        return {fix_id: tuple(steps[plan]) for fix_id, plan in plans.items()}
