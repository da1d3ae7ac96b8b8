"""A simulated Salesforce org."""

from __future__ import annotations

from connectors.sandbox.salesforce.app import Salesforce
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.sessions import (
    ACCESS_TOKEN,
    CONSUMER_KEY,
    CONSUMER_SECRET,
    PASSWORD,
    REFRESH_TOKEN,
    ROTATING_KEY,
    ROTATING_REFRESH_TOKEN,
    SECURITY_TOKEN,
    USERNAME,
)

__all__ = [
    "ACCESS_TOKEN",
    "CONSUMER_KEY",
    "CONSUMER_SECRET",
    "PASSWORD",
    "REFRESH_TOKEN",
    "ROTATING_KEY",
    "ROTATING_REFRESH_TOKEN",
    "SECURITY_TOKEN",
    "USERNAME",
    "Org",
    "Salesforce",
]
