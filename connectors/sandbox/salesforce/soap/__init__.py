"""SOAP, for what REST has no resource for: merge() and convertLead(), and login() where an org still has it."""

from __future__ import annotations

from connectors.sandbox.salesforce.calls import Route
from connectors.sandbox.salesforce.soap.service import as_fault, name_of, serve, serves

#: Whole paths. The session lies in the envelope, and a call without one is refused by a fault.
ROUTES = tuple(
    Route("POST", f"/services/Soap/{api}/{{version}}{more}", serve, "soap", needs_session=False, is_counted=False)
    # The partner API; the enterprise and metadata APIs speak the same envelope, and know login() and little else.
    for api in ("u", "c", "m")
    for more in ("", "/{org}")
)

__all__ = ["ROUTES", "as_fault", "name_of", "serves"]
