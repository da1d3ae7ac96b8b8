"""Matching that an admin declares: which deals, tickets or records of any other object are one.

The rest of `quality.dedupe` treats such records like people and companies: keys, edges, groups, questions, reasons.
"""

from quality.dedupe.declared.declaration import CREATED_AT, Answer, Compared, Declaration, Way, declaration_from
from quality.dedupe.declared.facts import DeclaredFacts, read_declared
from quality.dedupe.declared.points import DeclaredPoints, declared_points
from quality.dedupe.declared.shipped import shipped_declaration

__all__ = [
    "CREATED_AT",
    "Answer",
    "Compared",
    "Declaration",
    "DeclaredFacts",
    "DeclaredPoints",
    "Way",
    "declaration_from",
    "declared_points",
    "read_declared",
    "shipped_declaration",
]
