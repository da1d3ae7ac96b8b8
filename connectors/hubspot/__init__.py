"""HubSpot, through `hubspot-api-client` 12."""

from __future__ import annotations

from connectors.hubspot.connector import HubSpot, open_connector
from connectors.hubspot.credentials import Credentials
from connectors.hubspot.events import Webhooks
from connectors.hubspot.merging import FIDELITY
from connectors.hubspot.preserving import fidelity_of
from connectors.way_in import WayIn

#: How the registry makes a connector of this CRM.
CONNECTOR = open_connector
#: How what HubSpot posts is understood.
HOOK = Webhooks
#: Whether a merged contact keeps the addresses of both, beside the one it is written to.
KEEPS_ADDRESSES = True
#: What an undo brings back of a merge that HubSpot did not make.
FIDELITY_OF = fidelity_of
#: What a first configuration has to know.
WAY_IN = WayIn("the token of a private app or a service key, good until somebody rotates it")

__all__ = [
    "CONNECTOR",
    "FIDELITY",
    "FIDELITY_OF",
    "HOOK",
    "KEEPS_ADDRESSES",
    "WAY_IN",
    "Credentials",
    "HubSpot",
    "open_connector",
]
