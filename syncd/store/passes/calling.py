"""Calls to CRMs by what they were for, and what the daemon last told of an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from syncd.store import schema
from syncd.store.columns.packing import pack, unpack
from syncd.store.rows.room import Room
from syncd.store.rows.statements import add_up, upsert

_CALLS = schema.calls_made
_OUTLOOKS = schema.outlooks
#: How long calls are kept; a day is needed, a week is good to look back on.
_KEPT = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the daemon told of an account, and when."""

    at: datetime
    told: Mapping[str, Any]


class Calling(Room):
    """The calls of accounts."""

    def add(self, account: str, counts: Mapping[tuple[datetime, str], int]) -> None:
        """Count calls, by the quarter of an hour and by what for; what is older than a week is let go of."""
        if not counts:
            return
        self.connection.execute(delete(_CALLS).where(_CALLS.c.account == account, _CALLS.c.quarter < self.now - _KEPT))
        rows = [
            {"account": account, "quarter": quarter, "purpose": purpose, "count": count}
            for (quarter, purpose), count in sorted(counts.items())
        ]
        add_up(self.connection, _CALLS, rows)

    def since(self, account: str, moment: datetime) -> list[tuple[datetime, str, int]]:
        """Return the calls of the quarters from a moment on: when, what for, how many."""
        query = select(_CALLS.c.quarter, _CALLS.c.purpose, _CALLS.c.count.label("calls"))
        query = query.where(_CALLS.c.account == account, _CALLS.c.quarter >= moment).order_by(_CALLS.c.quarter)
        return [(row.quarter, row.purpose, row.calls) for row in self.connection.execute(query)]

    def by_purpose(self, account: str, moment: datetime) -> dict[str, int]:
        """Return how many calls were made since a moment, by what for."""
        query = select(_CALLS.c.purpose, func.sum(_CALLS.c.count).label("calls"))
        query = query.where(_CALLS.c.account == account, _CALLS.c.quarter >= moment).group_by(_CALLS.c.purpose)
        return {row.purpose: int(row.calls) for row in self.connection.execute(query)}

    def tell(self, account: str, told: Mapping[str, Any]) -> None:
        """Keep what there is to tell of an account, in words JSON knows."""
        upsert(self.connection, _OUTLOOKS, [{"account": account, "at": self.now, "told": pack(dict(told))}])

    def outlook(self, account: str) -> Outlook | None:
        """Return what was last told of an account."""
        query = select(_OUTLOOKS.c.at, _OUTLOOKS.c.told).where(_OUTLOOKS.c.account == account)
        row = self.connection.execute(query).one_or_none()
        return None if row is None else Outlook(row.at, unpack(row.told))
