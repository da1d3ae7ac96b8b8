"""Salesforce, through `simple-salesforce`."""

from __future__ import annotations

from connectors.salesforce.connector import Salesforce, open_connector
from connectors.salesforce.credentials import Credentials
from connectors.salesforce.unmerging import FIDELITY

#: How the registry makes a connector of this CRM.
CONNECTOR = open_connector

__all__ = ["CONNECTOR", "FIDELITY", "Credentials", "Salesforce", "open_connector"]
