"""Settings: `syncd.yaml` and the environment → one frozen `Settings`, or every mistake at once."""

from __future__ import annotations

from syncd.settings.announcing import ChangeEventSettings, WebhookSettings
from syncd.settings.dns import DnsSettings
from syncd.settings.duration import parse_duration, spell_duration
from syncd.settings.enrichment import EnrichmentSettings, ProviderSettings, WaterfallSettings
from syncd.settings.enrichment_reading import is_enriched, options_of
from syncd.settings.figures import CostSettings, FigureSettings, MetricsSettings, TargetSettings, UpkeepSettings
from syncd.settings.hours import is_within, last_moment, next_turn
from syncd.settings.inbound import DoorSettings, FolderSettings, FormSettings, InboundSettings
from syncd.settings.linked_accounts import LinkedAccounts, LinkedKind
from syncd.settings.load import Settings, load_settings, parse_settings
from syncd.settings.notifications import (
    ChannelSettings,
    EmailSettings,
    Event,
    MailSecurity,
    NotificationSettings,
    WebhookForm,
    Weight,
)
from syncd.settings.printing import defaults_text, mapping_schema, printed_files, settings_schema
from syncd.settings.reconciling import ReconcileSettings
from syncd.settings.reload import changed_needs_restart
from syncd.settings.secret import Secret
from syncd.settings.shape import (
    AccountSettings,
    GuardSettings,
    LogFormat,
    LogLevel,
    LogSettings,
    OAuthSettings,
    StoreSettings,
)
from syncd.settings.starter import Answers, starter_settings
from syncd.settings.streams import StreamSettings
from syncd.settings.tasks import TaskSettings
from syncd.settings.web import OidcSettings, WebSettings

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
