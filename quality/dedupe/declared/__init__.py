"""Records compared by what is declared of them: deals, tickets, or records of any other object.

The rest of `quality.dedupe` treats them like people and companies: keys, edges, groups, questions, reasons.
"""

from quality.dedupe.declared.facts import DeclaredFacts, read_declared
from quality.dedupe.declared.points import DeclaredPoints, declared_points

__all__ = [
    "DeclaredFacts",
    "DeclaredPoints",
    "declared_points",
    "read_declared",
]
