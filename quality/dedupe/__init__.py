"""Matching: which records are one person or one company, how sure that is, and why.

Pure: the same records give the same groups, whatever order they came in.
"""

from quality.dedupe.calibration import Calibration
from quality.dedupe.facts import VERSION, CompanyFacts, Facts, PersonFacts, read_company, read_person
from quality.dedupe.matcher import Matcher, Twins
from quality.dedupe.points import Points, shipped_points
from quality.dedupe.scoring import Reason
from quality.dedupe.settling import Question

__all__ = [
    "VERSION",
    "Calibration",
    "CompanyFacts",
    "Facts",
    "Matcher",
    "PersonFacts",
    "Points",
    "Question",
    "Reason",
    "Twins",
    "read_company",
    "read_person",
    "shipped_points",
]
