"""What the settings say of changes that a CRM announces by itself, beside being asked for them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from syncd.settings.parts.part import Part
from syncd.settings.parts.web import safe_url
from syncd.settings.values.secret import Secret
from syncd.settings.values.urls import CrmUrl


class WebhookSettings(Part):
    """Events that the CRM posts to /hooks/<crm>/<account> as they happen. What they name is read at once."""

    secret: Secret
    """What the CRM signs them with, the app's client secret, by reference: ${HUBSPOT_CLIENT_SECRET}."""
    public_url: Annotated[str, AfterValidator(safe_url)] | None = None
    """How the CRM reaches syncd, up to /hooks: https://syncd.example.com. Nothing said: web.public_url."""


class ChangeEventSettings(Part):
    """The CRM's own feed of changes: HubSpot's webhooks journal, Salesforce's Change Data Capture."""

    enabled: bool = True
    """Whether it is followed."""
    url: CrmUrl | None = None
    """Another address of the feed than the CRM's own: a sandbox or a proxy."""


def _change_events(given: object) -> object:
    """Understand the short form: true or false."""
    return {"enabled": given} if isinstance(given, bool) else given


ChangeEventsEntry = Annotated[
    ChangeEventSettings,
    BeforeValidator(_change_events, json_schema_input_type=bool | ChangeEventSettings),
]
