"""What the simulated Salesforce says by itself: change events over its Pub/Sub API, on a port of its own."""

from __future__ import annotations

from connectors.sandbox.salesforce.pubsub.bus import Bus

__all__ = ["Bus"]
