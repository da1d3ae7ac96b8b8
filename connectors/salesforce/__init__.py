"""Salesforce, through `simple-salesforce`."""

from __future__ import annotations

from connectors.salesforce.connector import Salesforce, open_connector
from connectors.salesforce.credentials import Credentials
from connectors.salesforce.unmerging import FIDELITY
from connectors.way_in import WayIn

#: How the registry makes a connector of this CRM.
CONNECTOR = open_connector
#: What a first configuration has to know.
WAY_IN = WayIn(
    "somebody's session, which ends within hours and cannot be renewed",
    is_app_better=True,
    address="https://acme.my.salesforce.com",
)

__all__ = ["CONNECTOR", "FIDELITY", "WAY_IN", "Credentials", "Salesforce", "open_connector"]
