"""Settings: `syncd.yaml` and the environment → one frozen `Settings`, or every mistake at once."""

from __future__ import annotations

from syncd.settings.parts.accounts import AccountSettings, OAuthSettings
from syncd.settings.parts.announcing import ChangeEventSettings, WebhookSettings
from syncd.settings.parts.dns import DnsSettings
from syncd.settings.parts.enrichment import EnrichmentSettings, ProviderSettings, WaterfallSettings
from syncd.settings.parts.figures import CostSettings, FigureSettings, MetricsSettings, TargetSettings, UpkeepSettings
from syncd.settings.parts.guards import GuardSettings
from syncd.settings.parts.inbound import DoorSettings, FolderSettings, FormSettings, InboundSettings
from syncd.settings.parts.linked_accounts import LinkedAccounts, LinkedKind
from syncd.settings.parts.log import LogFormat, LogLevel, LogSettings
from syncd.settings.parts.notifications import (
    ChannelSettings,
    EmailSettings,
    Event,
    MailSecurity,
    NotificationSettings,
    WebhookForm,
    Weight,
)
from syncd.settings.parts.reconciling import ReconcileSettings
from syncd.settings.parts.store import StoreSettings
from syncd.settings.parts.tasks import TaskSettings
from syncd.settings.parts.web import OidcSettings, WebSettings
from syncd.settings.printing import defaults_text, mapping_schema, printed_files, settings_schema
from syncd.settings.reading.enrichment import is_enriched, options_of
from syncd.settings.reading.load import Settings, load_settings, parse_settings
from syncd.settings.reading.reload import changed_needs_restart
from syncd.settings.reading.streams import StreamSettings
from syncd.settings.starter import Answers, starter_settings
from syncd.settings.values.duration import parse_duration, spell_duration
from syncd.settings.values.hours import is_within, last_moment, next_turn
from syncd.settings.values.secret import Secret

__all__ = [
    "AccountSettings",
    "Answers",
    "ChangeEventSettings",
    "ChannelSettings",
    "CostSettings",
    "DnsSettings",
    "DoorSettings",
    "EmailSettings",
    "EnrichmentSettings",
    "Event",
    "FigureSettings",
    "FolderSettings",
    "FormSettings",
    "GuardSettings",
    "InboundSettings",
    "LinkedAccounts",
    "LinkedKind",
    "LogFormat",
    "LogLevel",
    "LogSettings",
    "MailSecurity",
    "MetricsSettings",
    "NotificationSettings",
    "OAuthSettings",
    "OidcSettings",
    "ProviderSettings",
    "ReconcileSettings",
    "Secret",
    "Settings",
    "StoreSettings",
    "StreamSettings",
    "TargetSettings",
    "TaskSettings",
    "UpkeepSettings",
    "WaterfallSettings",
    "WebSettings",
    "WebhookForm",
    "WebhookSettings",
    "Weight",
    "changed_needs_restart",
    "defaults_text",
    "is_enriched",
    "is_within",
    "last_moment",
    "load_settings",
    "mapping_schema",
    "next_turn",
    "options_of",
    "parse_duration",
    "parse_settings",
    "printed_files",
    "settings_schema",
    "spell_duration",
    "starter_settings",
]
