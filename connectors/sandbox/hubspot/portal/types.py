"""All object types of a fresh portal."""

from __future__ import annotations

from connectors.sandbox.hubspot.portal.activities import activities
from connectors.sandbox.hubspot.portal.business import deals, subscriptions, tickets
from connectors.sandbox.hubspot.portal.firms import companies
from connectors.sandbox.hubspot.portal.people import contacts
from connectors.sandbox.hubspot.portal.standard import standard
from connectors.sandbox.hubspot.properties import ObjectType


def fresh_types(portal: int) -> list[ObjectType]:
    """Return new definitions; a portal may change them."""
    return [contacts(), companies(), deals(), tickets(), *activities(), *standard(), subscriptions(portal)]
