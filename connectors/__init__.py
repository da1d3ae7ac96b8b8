"""The CRMs. Callers know the protocol and `open_connector`; which CRM is behind it they need not know."""

from __future__ import annotations

from connectors.announcing import Delivery, Feed, Heard, Hook, Posted
from connectors.options import Options
from connectors.protocol import Budget, Connector, Fidelity, Identity, Known, Observer, Reading, Want
from connectors.registry import crms, keeps_addresses, merge_fidelity, open_connector, open_hook, way_in
from connectors.token_file import TokenFile
from connectors.way_in import WayIn

__all__ = [
    "Budget",
    "Connector",
    "Delivery",
    "Feed",
    "Fidelity",
    "Heard",
    "Hook",
    "Identity",
    "Known",
    "Observer",
    "Options",
    "Posted",
    "Reading",
    "TokenFile",
    "Want",
    "WayIn",
    "crms",
    "keeps_addresses",
    "merge_fidelity",
    "open_connector",
    "open_hook",
    "way_in",
]
