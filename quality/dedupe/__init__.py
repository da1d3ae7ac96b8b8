"""Matching: which records are one person or one company, how sure that is, and why.

Pure: the same records give the same groups, whatever order they came in.
"""

from quality.dedupe.calibration import Calibration
from quality.dedupe.facts import VERSION, CompanyFacts, Facts, PersonFacts, identity_of, read_company, read_person
from quality.dedupe.fingerprint import matching_fingerprint
from quality.dedupe.matcher import Matcher, Matching
from quality.dedupe.memory import Memory
from quality.dedupe.points import Points, shipped_points
from quality.dedupe.scoring import Reason, is_somebody_else
from quality.dedupe.settling import Question
from quality.dedupe.state import State, Turned, Twins

__all__ = [
    "VERSION",
    "Calibration",
    "CompanyFacts",
    "Facts",
    "Matcher",
    "Matching",
    "Memory",
    "PersonFacts",
    "Points",
    "Question",
    "Reason",
    "State",
    "Turned",
    "Twins",
    "identity_of",
    "is_somebody_else",
    "matching_fingerprint",
    "read_company",
    "read_person",
    "shipped_points",
]
