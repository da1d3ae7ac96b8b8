"""`log`: what is logged, and how."""

from __future__ import annotations

from enum import StrEnum

from syncd.settings.parts.part import Part


class LogLevel(StrEnum):
    """From how much weight on a log line is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How log lines look."""

    AUTO = "auto"
    PRETTY = "pretty"
    JSON = "json"


class LogSettings(Part):
    """What is logged, and how."""

    level: LogLevel = LogLevel.INFO
    """debug, info, warning or error."""
    format: LogFormat = LogFormat.AUTO
    """pretty for people, json for machines; auto is pretty on a terminal and json elsewhere."""
