"""HubSpot's own Salesforce connector, simulated: what it links, copies, makes, brings back and takes away."""

from __future__ import annotations

from connectors.sandbox.native.connector import NativeConnector
from connectors.sandbox.native.properties import NATIVE
from connectors.sandbox.native.settings import NativeSettings

__all__ = ["NATIVE", "NativeConnector", "NativeSettings"]
