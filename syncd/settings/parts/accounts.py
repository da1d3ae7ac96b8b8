"""`accounts`: the CRM logins, and how much of their limits is ours."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from syncd.settings.parts.announcing import ChangeEventsEntry, WebhookSettings
from syncd.settings.parts.part import Part
from syncd.settings.values.duration import Duration
from syncd.settings.values.hours import Hours, Zone
from syncd.settings.values.secret import Secret
from syncd.settings.values.urls import CrmUrl


class OAuthSettings(Part):
    """An OAuth app's access to an account. Which of these are needed depends on the CRM and on the way in."""

    client_id: str
    """The app's public id."""
    client_secret: Secret | None = None
    """The app's secret, by reference."""
    refresh_token: Secret | None = None
    """What the installation gave, by reference."""
    username: str | None = None
    """The user in whose name the app works, where the CRM asks for one."""
    password: Secret | None = None
    """That user's password, by reference, for CRMs of old."""
    private_key: Secret | None = None
    """The key the app signs with, by reference: file:/run/secrets/app.pem."""
    token_file: Path | None = None
    """Where a newer refresh token is kept when the CRM hands one out."""


class AccountSettings(Part):
    """One CRM login."""

    crm: str
    """Which CRM: hubspot or salesforce."""
    token: Secret | None = None
    """A private app's access token, by reference: ${HUBSPOT_TOKEN} or file:/run/secrets/hubspot."""
    oauth: OAuthSettings | None = None
    """An OAuth app's access, in place of a token."""
    url: CrmUrl | None = None
    """Another address than the CRM's own: a sandbox or a proxy."""
    share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """The part of the CRM's limits that syncd may use, of those for a few seconds and of those for a day; the rest is
    left to others."""
    daily_reserve: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """The part of a day's calls that syncd never touches, whoever has used up the others."""
    quiet_hours: Hours = ""
    """When first loads, and other reading of a whole base, may be done, 20:00-06:00; at other hours they pause. Changes
    are read and fixes written at any hour. Empty: everything at any hour."""
    quiet_zone: Zone = "UTC"
    """The time zone of these hours, Europe/Berlin."""
    overlap: Duration = timedelta(minutes=10)
    """How far each pull reaches back behind the last one, for changes that the CRM shows late."""
    webhooks: WebhookSettings | None = None
    """Events that the CRM posts as they happen, where it does: records they name are read at once."""
    change_events: ChangeEventsEntry | None = None
    """Follow the CRM's own feed of changes: true, or a mapping. Streams may then be asked for changes less often."""

    @model_validator(mode="after")
    def _one_way_in(self) -> AccountSettings:
        if (self.token is None) == (self.oauth is None):
            raise ValueError("needs either a token or oauth")
        return self

    @property
    def follows_changes(self) -> bool:
        """Return whether the CRM's own feed of changes is followed."""
        return self.change_events is not None and self.change_events.enabled
