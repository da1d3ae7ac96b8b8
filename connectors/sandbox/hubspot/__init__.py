"""A simulated HubSpot account that speaks HubSpot's HTTP API."""

from __future__ import annotations

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.app import HubSpot

__all__ = ["Account", "HubSpot"]
