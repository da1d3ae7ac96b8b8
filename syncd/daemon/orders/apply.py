"""Write what is approved now, without waiting for the next pass; the guards hold as ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syncd.daemon.orders.work import OrderedWork
from syncd.engine import apply_approved
from syncd.store import Order


def carry_out(work: OrderedWork, order: Order) -> Mapping[str, Any]:
    """Write what is approved in the account, or in one of its streams."""
    stream = str(order.request.get("stream") or "")
    setups = [work.setup(stream)] if stream else list(work.setups)
    run, results = apply_approved(work.tools, setups, trigger="console")
    errors = {one.setup.stream.name: one.error.message for one in results if one.error is not None}
    return {"run": run, "count": sum(one.report.fixes_applied for one in results), "errors": errors}
