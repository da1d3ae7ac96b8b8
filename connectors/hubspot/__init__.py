"""HubSpot, through `hubspot-api-client` 12."""

from __future__ import annotations

from connectors.hubspot.connector import HubSpot, open_connector
from connectors.hubspot.credentials import Credentials
from connectors.hubspot.merging import FIDELITY

#: How the registry makes a connector of this CRM.
CONNECTOR = open_connector

__all__ = ["CONNECTOR", "FIDELITY", "Credentials", "HubSpot", "open_connector"]
