"""Two records in, one comparison out: levels, score, probability, veto, reasons."""

from __future__ import annotations

from dataclasses import dataclass

from quality.dedupe.company_levels import company_levels
from quality.dedupe.facts import CompanyFacts, Facts, PersonFacts
from quality.dedupe.person_levels import Levels, person_levels
from quality.dedupe.points import Points
from quality.dedupe.sentences import sentence
from quality.dedupe.usage import Usage
from quality.dedupe.vetoes import lack, veto

_FEWEST_POINTS = 0.3


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence, in a sentence, with what it counts."""

    text: str
    points: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two records compare."""

    kind: str
    levels: Levels
    score: float

    @property
    def veto(self) -> str:
        """Return why the two must not be merged without asking; empty when nothing forbids it."""
        return veto(self.kind, self.levels)

    @property
    def lack(self) -> str:
        """Return what they lack for being linked without asking."""
        return lack(self.kind, self.levels)


def compare(ours: Facts, theirs: Facts, usage: Usage, points: Points) -> Comparison:
    """Return how two records of one kind compare."""
    if isinstance(ours, PersonFacts) and isinstance(theirs, PersonFacts):
        levels = person_levels(ours, theirs, usage)
    elif isinstance(ours, CompanyFacts) and isinstance(theirs, CompanyFacts):
        levels = company_levels(ours, theirs, usage)
    else:
        raise TypeError("a person and a company are never compared")
    return Comparison(points.kind, levels, points.score(levels))


def reasons_of(comparison: Comparison, points: Points) -> tuple[Reason, ...]:
    """Return what speaks for and against two records being one, the weightiest first."""
    parts = points.parts(comparison.levels)
    found = [
        Reason(" ".join(sentence(points.kind, name, comparison.levels[name]) for name in evidence), counted)
        for evidence, counted in parts.items()
        if abs(counted) >= _FEWEST_POINTS
    ]
    return tuple(sorted(found, key=lambda reason: (-abs(reason.points), reason.text)))
