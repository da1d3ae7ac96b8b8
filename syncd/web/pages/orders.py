"""What people have ordered from the daemon, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import Response

from syncd.model import Fix, Role
from syncd.store import Order, Transaction
from syncd.web.ask import Ask, NotThereError
from syncd.web.page import Menu, action, page

SHOWN = 50
#: Orders shown together at most: one an account that a run has written to.
TOGETHER = 20


@page("/orders", role=Role.REVIEWER, menu=Menu("Orders", 70))
def orders(ask: Ask) -> Response:
    """Show the latest."""
    with ask.reading() as tx:
        found = tx.orders.recent(SHOWN)
    return ask.show("orders.html", found=found)


@page("/orders/{ids}", role=Role.REVIEWER, shows_records=True)
def order(ask: Ask) -> Response:
    """Show how far some orders have come; the page loads itself until they are over."""
    with ask.reading() as tx:
        found = [one for order in ask.path("ids").split("+")[:TOGETHER] if (one := tx.orders.find(order)) is not None]
        fixes = {fix.id: fix for one in found for fix in _fixes(tx, one)}
    if not found:
        raise NotThereError("There is no such order; they are kept for some months.")
    ask.counted(fixes=len(fixes))
    return ask.show("order.html", found=found, fixes=fixes, is_over=all(one.state.is_over for one in found))


@action("/undo", role=Role.REVIEWER, name="plan undo")
def plan(ask: Ask) -> Response:
    """Order a look at what an undo would put back."""
    return _ordered(ask, "plan_undo")


@action("/undo/now", role=Role.REVIEWER, name="undo")
def undo(ask: Ask) -> Response:
    """Order the undo."""
    return _ordered(ask, "undo")


def _ordered(ask: Ask, kind: str) -> Response:
    """Order something of each account that it concerns, and show how far that comes."""
    known = {one.stream.account for one in ask.settings.streams}
    accounts = [one for one in dict.fromkeys(ask.fields("account")) if one in known][:TOGETHER]
    if not accounts:
        raise NotThereError("None of these accounts is in the settings any more.")
    request = {name: ask.field(name) for name in ("target", "rule", "stream", "record") if ask.field(name)}
    placed = [ask.order(kind, account, **request) for account in accounts]
    ask.counted(orders=len(placed))
    return ask.go(f"/orders/{'+'.join(placed)}")


def _fixes(tx: Transaction, order: Order) -> Iterable[Fix]:
    """Yield the fixes that a result names."""
    named = [*order.result.get("fixes", ()), *(one["fix"] for one in order.result.get("refused", ()))]
    for fix_id in dict.fromkeys(named):
        fix = tx.journal.find(str(fix_id))
        if fix is not None:
            yield fix
