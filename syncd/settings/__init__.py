"""Settings: `syncd.yaml` and the environment → one frozen `Settings`, or every mistake at once."""

from __future__ import annotations

from syncd.settings.duration import parse_duration, spell_duration
from syncd.settings.load import Settings, load_settings, parse_settings
from syncd.settings.secret import Secret
from syncd.settings.shape import (
    AccountSettings,
    GuardSettings,
    LogFormat,
    LogLevel,
    LogSettings,
    OAuthSettings,
    StoreSettings,
    WebSettings,
)
from syncd.settings.streams import StreamSettings

__all__ = [
    "AccountSettings",
    "GuardSettings",
    "LogFormat",
    "LogLevel",
    "LogSettings",
    "OAuthSettings",
    "Secret",
    "Settings",
    "StoreSettings",
    "StreamSettings",
    "WebSettings",
    "load_settings",
    "parse_duration",
    "parse_settings",
    "spell_duration",
]
