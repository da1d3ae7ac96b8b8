"""When two deals, tickets or records of any other object are one: what is declared, and what comes with syncd.

How records are compared by it is for `quality.dedupe.declared`. Of people and companies it was learned instead.
"""

from quality.declarations.declaration import CREATED_AT, Answer, Compared, Declaration, Way, declaration_from
from quality.declarations.shipped import shipped_declaration

__all__ = [
    "CREATED_AT",
    "Answer",
    "Compared",
    "Declaration",
    "Way",
    "declaration_from",
    "shipped_declaration",
]
