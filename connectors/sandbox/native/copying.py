"""Which side's value counts, field by field."""

from __future__ import annotations

from typing import NamedTuple

from connectors.sandbox.native.pairs import ALWAYS_SALESFORCE, NEVER, PREFER_SALESFORCE


class Both(NamedTuple):
    """One field as it stands on either side, as text, and when it last changed there (0: not since the last cycle)."""

    hubspot: str
    salesforce: str
    hubspot_at: int = 0
    salesforce_at: int = 0


def settled(rule: str, both: Both) -> str | None:
    """Return the value both sides are to hold; None where they stay as they are."""
    if rule == NEVER or both.hubspot == both.salesforce:
        return None
    if rule == ALWAYS_SALESFORCE:
        return both.salesforce
    if rule == PREFER_SALESFORCE:
        return both.salesforce or both.hubspot
    # Two ways: the later change; where none is known, what there is, and Salesforce's of two.
    if both.hubspot_at == both.salesforce_at == 0:
        return both.salesforce or both.hubspot
    return both.hubspot if both.hubspot_at > both.salesforce_at else both.salesforce
