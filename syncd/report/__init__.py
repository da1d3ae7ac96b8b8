"""How clean the CRM is and what became of it since the beginning, from the store alone: on a terminal and on a page."""

from __future__ import annotations

from syncd.report.facts import (
    AgeFacts,
    Report,
    RuleFacts,
    StreamReport,
    TargetFacts,
    Watched,
    make_report,
    watched_of,
)
from syncd.report.grades import grade_of
from syncd.report.money import CostFacts
from syncd.report.origins import MakerFacts, OwnerFacts
from syncd.report.page import page_of

__all__ = [
    "AgeFacts",
    "CostFacts",
    "MakerFacts",
    "OwnerFacts",
    "Report",
    "RuleFacts",
    "StreamReport",
    "TargetFacts",
    "Watched",
    "grade_of",
    "make_report",
    "page_of",
    "watched_of",
]
