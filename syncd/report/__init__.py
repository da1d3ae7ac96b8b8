"""How clean the CRM is and what became of it since the beginning, from the store alone: on a terminal and on a page."""

from __future__ import annotations

from syncd.report.facts import OwnerFacts, Report, RuleFacts, StreamReport, Watched, make_report
from syncd.report.grades import grade_of
from syncd.report.page import page_of

__all__ = ["OwnerFacts", "Report", "RuleFacts", "StreamReport", "Watched", "grade_of", "make_report", "page_of"]
