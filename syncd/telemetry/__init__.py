"""What syncd tells of itself: one function per fact, so that a log line and its number cannot disagree.

Nothing else in syncd logs or counts. `Telemetry` is the object everybody is handed; `PassReport` and `Kpis` are what
the engine fills in; `configure_logs` decides where lines go and what they look like.
"""

from __future__ import annotations

from syncd.telemetry.facts import PACES, Telemetry
from syncd.telemetry.heard import Fact, Heard
from syncd.telemetry.logs import LogFormat, configure_logs
from syncd.telemetry.redaction import Redaction
from syncd.telemetry.reports import Cost, Freshness, GoldenFigures, Kpis, PassReport, Share, TargetState

__all__ = [
    "PACES",
    "Cost",
    "Fact",
    "Freshness",
    "GoldenFigures",
    "Heard",
    "Kpis",
    "LogFormat",
    "PassReport",
    "Redaction",
    "Share",
    "TargetState",
    "Telemetry",
    "configure_logs",
]
