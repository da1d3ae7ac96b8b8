"""What is to be done when: whose turn it is, what is more urgent, what has to wait for hours or for calls."""

from __future__ import annotations

from syncd.scheduler.agenda import Ask, Kind, Reason, choose, passed_over, why_not
from syncd.scheduler.plan import Habit, beyond, planned_calls, stretch
from syncd.scheduler.schedule import Schedule, Turn

__all__ = [
    "Ask",
    "Habit",
    "Kind",
    "Reason",
    "Schedule",
    "Turn",
    "beyond",
    "choose",
    "passed_over",
    "planned_calls",
    "stretch",
    "why_not",
]
