"""What people ask of the daemon that works on an account, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, select, update

from syncd.store import schema
from syncd.store.columns.packing import pack, unpack
from syncd.store.rows.room import Room
from syncd.store.rows.statements import insert

_ORDERS = schema.orders
#: An order over which a daemon died so often is not begun again.
MOST_TRIES = 2


class OrderState(StrEnum):
    """How far an order has come."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Return whether nothing more comes of it."""
        return self in {OrderState.DONE, OrderState.FAILED}


@dataclass(frozen=True, slots=True)
class Order:
    """One thing asked for. What is asked and what came of it are words JSON knows."""

    id: str
    #: What is to be done: the name of a file in `syncd.daemon.orders`.
    kind: str
    #: Whose daemon is to do it.
    account: str
    by: str
    at: datetime
    state: OrderState
    request: Mapping[str, Any]
    taken_at: datetime | None
    ended_at: datetime | None
    result: Mapping[str, Any]


class Orders(Room):
    """Kept until they are carried out, by whichever daemon has the account, and for some time after."""

    def place(self, kind: str, account: str, by: str, request: Mapping[str, Any]) -> str:
        """Keep what is asked for; return the id under which its result will be found."""
        order = self.make_id()
        row = {"id": order, "kind": kind, "account": account, "by": by, "at": self.now, "tries": 0}
        insert(self.connection, _ORDERS, [{**row, "state": OrderState.WAITING, "request": pack(dict(request))}])
        return order

    def find(self, order: str) -> Order | None:
        """Return one order."""
        row = self.connection.execute(select(_ORDERS).where(_ORDERS.c.id == order)).one_or_none()
        return None if row is None else _to_order(row)

    def recent(self, limit: int = 50) -> list[Order]:
        """Return the latest, newest first."""
        query = select(_ORDERS).order_by(_ORDERS.c.id.desc()).limit(limit)
        return [_to_order(row) for row in self.connection.execute(query)]

    def is_any_waiting(self, accounts: Collection[str]) -> bool:
        """Return whether something waits for the daemon of one of these accounts."""
        return self._next(accounts) is not None

    def take(self, accounts: Collection[str]) -> Order | None:
        """Begin with the oldest that waits for one of these accounts; None when there is none."""
        row = self._next(accounts)
        if row is None:
            return None
        values = {"state": OrderState.WORKING, "taken_at": self.now, "tries": row.tries + 1}
        self.connection.execute(update(_ORDERS).where(_ORDERS.c.id == row.id), values)
        return self.find(row.id)

    def settle(self, order: str, state: OrderState, result: Mapping[str, Any]) -> None:
        """End an order with what came of it."""
        values = {"state": state, "ended_at": self.now, "result": pack(dict(result))}
        self.connection.execute(update(_ORDERS).where(_ORDERS.c.id == order), values)

    def resume(self, account: str) -> int:
        """Let what a daemon of the account died over wait again, or fail when that was once too often.

        To be asked by who has taken the account over, before it begins with anything. Returns how many there were.
        """
        mine = (_ORDERS.c.state == OrderState.WORKING, _ORDERS.c.account == account)
        lost = {"state": OrderState.FAILED, "ended_at": self.now, "result": pack({"error": "cut off, again and again"})}
        failed = self.connection.execute(update(_ORDERS).where(*mine, _ORDERS.c.tries >= MOST_TRIES), lost).rowcount
        again = self.connection.execute(update(_ORDERS).where(*mine), {"state": OrderState.WAITING}).rowcount
        return failed + again

    def forget_before(self, moment: datetime) -> int:
        """Let go of what ended before `moment`; return how much that was."""
        over = (_ORDERS.c.state.in_([OrderState.DONE, OrderState.FAILED]), _ORDERS.c.ended_at < moment)
        return self.connection.execute(delete(_ORDERS).where(*over)).rowcount

    def _next(self, accounts: Collection[str]) -> Row[Any, Any] | None:
        query = select(_ORDERS.c.id, _ORDERS.c.tries).where(
            _ORDERS.c.state == OrderState.WAITING, _ORDERS.c.account.in_(list(accounts))
        )
        return self.connection.execute(query.order_by(_ORDERS.c.id).limit(1)).one_or_none()


def _to_order(row: Row[Any]) -> Order:
    return Order(
        row.id,
        row.kind,
        row.account,
        row.by,
        row.at,
        OrderState(row.state),
        unpack(row.request),
        row.taken_at,
        row.ended_at,
        unpack(row.result) if row.result else {},
    )
