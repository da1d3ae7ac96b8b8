"""Values of one CRM as the other spells them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rows import Value

_STAGE = "dealstage"
_STAGES_OF_OPPORTUNITIES = {"closedwon": "Closed Won", "closedlost": "Closed Lost"}
#: What stands in a field that Salesforce will not have empty.
NOT_PROVIDED = "[not provided]"


def as_text(account: Account, name: str, value: Value) -> str:
    """Return a Salesforce value as HubSpot keeps it; empty where there is none."""
    if value is None:
        return ""
    if name == _STAGE:
        return _stage_of_deal(account, str(value))
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00.000Z"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_value(org: Org, object_name: str, field: str, text: str) -> Any:
    """Return a HubSpot value as a call to Salesforce brings it; None clears."""
    if not text:
        return None
    kind = org.objects[object_name].fields[field].type
    if field == "StageName":
        return _STAGES_OF_OPPORTUNITIES.get(text, "Prospecting")
    if kind in {"double", "currency", "percent", "int"}:
        return float(text)
    return text[:10] if kind == "date" else text


def _stage_of_deal(account: Account, stage: str) -> str:
    """Return the stage of a deal that is won, lost or open as the opportunity is."""
    wanted = {"Closed Won": "closedwon", "Closed Lost": "closedlost"}.get(stage)
    stages = [it for pipeline in account.pipelines["deals"].values() for it in pipeline.stages]
    return next((it.id for it in stages if it.id == wanted), stages[0].id)
