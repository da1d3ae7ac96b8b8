"""Salesforce, through `simple-salesforce`."""

from __future__ import annotations

from connectors.salesforce.connector import Salesforce, open_connector
from connectors.salesforce.credentials import Credentials
from connectors.salesforce.preserving import fidelity_of
from connectors.salesforce.unmerging import FIDELITY
from connectors.way_in import WayIn

#: How the registry makes a connector of this CRM.
CONNECTOR = open_connector
#: Whether a merged record keeps the addresses of both: it has room for one.
KEEPS_ADDRESSES = False
#: What an undo brings back of a merge that Salesforce did not make.
FIDELITY_OF = fidelity_of
#: What a first configuration has to know.
WAY_IN = WayIn(
    "somebody's session, which ends within hours and cannot be renewed",
    is_app_better=True,
    address="https://acme.my.salesforce.com",
)

__all__ = [
    "CONNECTOR",
    "FIDELITY",
    "FIDELITY_OF",
    "KEEPS_ADDRESSES",
    "WAY_IN",
    "Credentials",
    "Salesforce",
    "open_connector",
]
