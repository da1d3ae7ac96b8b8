"""SOAP, for what REST has no resource for: merge() and convertLead(), and login() where an org still has it."""

from __future__ import annotations

from connectors.sandbox.salesforce.calls import Route
from connectors.sandbox.salesforce.soap.service import as_fault, name_of, serve, serves

#: Whole paths. The session lies in the envelope, and a call without one is refused by a fault.
ROUTES = (
    Route("POST", "/services/Soap/u/{version}", serve, "soap", needs_session=False, is_counted=False),
    Route("POST", "/services/Soap/u/{version}/{org}", serve, "soap", needs_session=False, is_counted=False),
)

__all__ = ["ROUTES", "as_fault", "name_of", "serves"]
