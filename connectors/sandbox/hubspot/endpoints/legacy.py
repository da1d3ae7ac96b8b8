"""The little of HubSpot's oldest APIs that connectors still ask before they use the newer ones."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot.calls import Call


def company_properties(call: Call) -> Answer:
    """Answer the definitions of companies as companies v2 did."""
    return _definitions(call, "companies")


def deal_properties(call: Call) -> Answer:
    """Answer the definitions of deals as properties v1 did."""
    return _definitions(call, "deals")


def _definitions(call: Call, object_name: str) -> Answer:
    rows: list[dict[str, Any]] = []
    for definition in call.account.types[object_name].properties.values():
        if definition.archived_ms is None:
            row = definition.wire()
            row["readOnlyValue"] = not definition.is_writable
            row["deleted"] = False
            rows.append(row)
    return json_answer(rows)
