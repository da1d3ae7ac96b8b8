"""Change Data Capture over Salesforce's Pub/Sub API: which records changed, as it happens."""

from __future__ import annotations

from connectors.salesforce.pubsub.following import Follower

__all__ = ["Follower"]
