"""How clean the CRM is and what became of it since the beginning, from the store alone: on a terminal and on a page."""

from __future__ import annotations

from syncd.report.audit import AuditReport, Step, make_audit
from syncd.report.data import data_of
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
from syncd.report.page import audit_page_of, page_of

__all__ = [
    "AgeFacts",
    "AuditReport",
    "CostFacts",
    "MakerFacts",
    "OwnerFacts",
    "Report",
    "RuleFacts",
    "Step",
    "StreamReport",
    "TargetFacts",
    "Watched",
    "audit_page_of",
    "data_of",
    "grade_of",
    "make_audit",
    "make_report",
    "page_of",
    "watched_of",
]
