"""What people order in the console, carried out by the daemon that holds the account: it alone writes to the CRM.

Each file here is one kind of order, found by being here: its name is the kind, its function `carry_out` does it and
returns what came of it, in words JSON knows: ids, counts and reasons, never a value of a record.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from syncd.daemon.orders.work import OrderedWork
from syncd.engine import StreamSetup, Tools
from syncd.errors import StoreError, SyncdError
from syncd.settings import Settings
from syncd.store import Order, OrderState

CarryOut = Callable[[OrderedWork, Order], Mapping[str, Any]]
_NOT_A_KIND = frozenset({"work"})


@cache
def kinds() -> Mapping[str, CarryOut]:
    """Return how each kind of order is carried out."""
    names = sorted(one.name for one in pkgutil.iter_modules(__path__) if one.name not in _NOT_A_KIND)
    return {name: import_module(f"{__name__}.{name}").carry_out for name in names}


@dataclass(slots=True)
class OrderDesk:
    """Carries out what waits for the accounts at hand, one after the other, the oldest first."""

    tools: Tools
    settings: Callable[[], Settings]
    #: Accounts of which nothing is left that a daemon died over.
    _known: frozenset[str] = frozenset()

    def is_wanted(self, setups: Sequence[StreamSetup]) -> bool:
        """Return whether something waits: a long pass may give way to it."""
        with self.tools.store.reading() as tx:
            return tx.orders.is_any_waiting({one.stream.account for one in setups})

    def work(self, setups: Sequence[StreamSetup]) -> int:
        """Carry out what waits; return how much that was. A StoreError leaves the order to be begun again."""
        accounts = frozenset(one.stream.account for one in setups)
        self._resume(accounts - self._known)
        self._known, done = accounts, 0
        while not self.tools.stop.is_set():
            order = self._next(accounts)
            if order is None:
                return done
            try:
                self._carry_out(order, [one for one in setups if one.stream.account == order.account])
            except StoreError:
                self._known = frozenset()
                raise
            done += 1
        return done

    def _resume(self, accounts: frozenset[str]) -> None:
        """Let orders wait again that somebody, perhaps we ourselves, died over."""
        for account in sorted(accounts):
            with self.tools.store.transaction() as tx:
                tx.orders.resume(account)

    def _next(self, accounts: frozenset[str]) -> Order | None:
        with self.tools.store.reading() as tx:
            if not tx.orders.is_any_waiting(accounts):
                return None
        with self.tools.store.transaction() as tx:
            return tx.orders.take(accounts)

    def _carry_out(self, order: Order, setups: Sequence[StreamSetup]) -> None:
        state, unforeseen = OrderState.FAILED, ""
        try:
            if order.kind not in kinds():
                result = {"error": f"This daemon knows no order called {order.kind}."}
            else:
                result = dict(kinds()[order.kind](OrderedWork(self.tools, tuple(setups), self.settings()), order))
                state = OrderState.DONE
        except StoreError:
            raise
        except SyncdError as error:
            told = " ".join(filter(None, (error.message, error.hint)))
            result = {"error": self.tools.telemetry.redaction.secrets_only(told)}
        except Exception as error:  # noqa: BLE001 - one order nobody foresaw must not end the daemon
            unforeseen = type(error).__name__
            result = {"error": f"Something nobody foresaw: {unforeseen}."}
        with self.tools.store.transaction() as tx:
            tx.orders.settle(order.id, state, result)
        self.tools.telemetry.order_settled(order.account, order.kind, state.value, unforeseen)


__all__ = ["CarryOut", "OrderDesk", "OrderedWork", "kinds"]
