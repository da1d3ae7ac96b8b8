"""What the connector needs on either side: properties that hold Salesforce's ids, and a user of its own in the org."""

from __future__ import annotations

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.native.pairs import PAIRS
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.setup import add_user

#: As whom it works: the source of what it writes in HubSpot, the actor of its lines in the effect log.
NATIVE = "salesforce-connector"
#: The user it works as in Salesforce.
USERNAME = "hubspot-connector@syncd-sandbox.example"
LAST_SYNC = "salesforcelastsynctime"
DELETED = "salesforcedeleted"


def install(account: Account, org: Org, *, ids_writable: bool = False) -> None:
    """Let the connector work here; whether others may write the ids it keeps is not verified."""
    for pair in PAIRS:
        for name in pair.ids.values():
            account.types[pair.hubspot].properties[name].is_read_only = not ids_writable
    account.schema_revision += 1
    if not org.tables["User"].having("Username", USERNAME):
        add_user(org, USERNAME, "HubSpot", "Integration")
