"""HubSpot, through `hubspot-api-client` 12."""

from __future__ import annotations

from connectors.hubspot.connector import HubSpot, open_connector
from connectors.hubspot.credentials import Credentials
from connectors.hubspot.merging import FIDELITY
from connectors.way_in import WayIn

#: How the registry makes a connector of this CRM.
CONNECTOR = open_connector
#: What a first configuration has to know.
WAY_IN = WayIn("the token of a private app or a service key, good until somebody rotates it")

__all__ = ["CONNECTOR", "FIDELITY", "WAY_IN", "Credentials", "HubSpot", "open_connector"]
