"""The CRMs. Callers know the protocol and `open_connector`; which CRM is behind it they need not know."""

from __future__ import annotations

from connectors.options import Options
from connectors.protocol import Budget, Connector, Fidelity, Identity, Known, Observer, Reading, Want
from connectors.registry import crms, keeps_addresses, merge_fidelity, open_connector, way_in
from connectors.token_file import TokenFile
from connectors.way_in import WayIn

__all__ = [
    "Budget",
    "Connector",
    "Fidelity",
    "Identity",
    "Known",
    "Observer",
    "Options",
    "Reading",
    "TokenFile",
    "Want",
    "WayIn",
    "crms",
    "keeps_addresses",
    "merge_fidelity",
    "open_connector",
    "way_in",
]
