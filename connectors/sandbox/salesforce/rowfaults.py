"""Faults that hit single rows: what a row is refused with although nothing is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.faults import Fault
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.errors import SalesforceError, lock_failed


def strike(call: Call, record_id: str | None, values: Mapping[str, Any]) -> None:
    """Raise where a fault of this call hits the row."""
    for fault in call.row_faults:
        if _hits(fault, record_id, values):
            code = str(fault.with_.get("code", "UNABLE_TO_LOCK_ROW"))
            if code == "UNABLE_TO_LOCK_ROW" and "message" not in fault.with_:
                raise lock_failed(record_id or "")
            raise SalesforceError(code, str(fault.with_.get("message", "refused")), list(fault.with_.get("fields", [])))


def _hits(fault: Fault, record_id: str | None, values: Mapping[str, Any]) -> bool:
    beside = fault.with_
    if "ids" in beside:
        return (record_id or "")[:15] in {str(one)[:15] for one in beside["ids"]}
    if "properties" in beside:
        return any(name in values for name in beside["properties"])
    return fault.dice.random() < float(beside.get("share", 1.0))
