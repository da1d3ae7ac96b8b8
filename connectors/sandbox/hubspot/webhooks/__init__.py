"""What the simulated HubSpot says by itself: events it posts to an app, and the journal an app may read."""

from __future__ import annotations

from connectors.sandbox.hubspot.webhooks.journal import Journal
from connectors.sandbox.hubspot.webhooks.sender import Sender
from connectors.sandbox.hubspot.webhooks.subscriptions import App, Subscription
from connectors.sandbox.hubspot.webhooks.wishes import Wishes

__all__ = ["App", "Journal", "Sender", "Subscription", "Wishes"]
