"""One letter for how clean a base is."""

from __future__ import annotations

#: From which share of clean records on a base has a grade; below the last one it has F.
GRADES = (("A", 0.97), ("B", 0.90), ("C", 0.80), ("D", 0.65), ("E", 0.50))


def grade_of(share: float) -> str:
    """Return the grade of a share of clean records, 0 to 1."""
    return next((letter for letter, least in GRADES if share >= least), "F")
