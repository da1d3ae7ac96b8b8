"""Two records in, one comparison out: levels, score, probability, veto, reasons."""

from __future__ import annotations

from dataclasses import dataclass

from quality.dedupe.company_levels import company_levels
from quality.dedupe.declared.facts import DeclaredFacts
from quality.dedupe.declared.levels import AGAINST, declared_lack, declared_levels, declared_veto
from quality.dedupe.declared.points import DeclaredPoints
from quality.dedupe.declared.sentences import declared_sentence
from quality.dedupe.facts import CompanyFacts, Facts, PersonFacts
from quality.dedupe.known import DENIED, KINDS_DENIED, KNOWN, KNOWN_POINTS, is_named, level_of
from quality.dedupe.person_levels import Levels, person_levels
from quality.dedupe.points import Points
from quality.dedupe.sentences import SENTENCES, sentence
from quality.dedupe.usage import Usage
from quality.dedupe.vetoes import lack, veto

_FEWEST_POINTS = 0.3
#: Why two records are one that know each other.
BY_ID = "One of them names the other by its id."
_ALL_ELSE = "One of them names the other by its id, and all else says that they are not one."


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
    def is_denied(self) -> bool:
        """Return whether one names the other, and all else says that they are not one."""
        return self.levels.get(KNOWN) == DENIED

    @property
    def veto(self) -> str:
        """Return why the two must not be merged without asking; empty when nothing forbids it."""
        if KNOWN in self.levels:
            return ""
        return declared_veto(self.levels) if AGAINST in self.levels else veto(self.kind, self.levels)

    @property
    def lack(self) -> str:
        """Return what they lack for being linked without asking."""
        if KNOWN in self.levels:
            return _ALL_ELSE if self.is_denied else ""
        return declared_lack(self.levels) if AGAINST in self.levels else lack(self.kind, self.levels)


def compare(ours: Facts, theirs: Facts, usage: Usage, points: Points) -> Comparison:
    """Return how two records of one kind compare."""
    if isinstance(ours, PersonFacts) and isinstance(theirs, PersonFacts):
        levels = person_levels(ours, theirs, usage)
    elif isinstance(ours, CompanyFacts) and isinstance(theirs, CompanyFacts):
        levels = company_levels(ours, theirs, usage)
    elif isinstance(points, DeclaredPoints) and isinstance(ours, DeclaredFacts) and isinstance(theirs, DeclaredFacts):
        levels = declared_levels(ours, theirs, points.declaration)
    else:
        raise TypeError("records of two kinds are never compared")
    score = points.score(levels)
    if is_named(ours.known, theirs.known):
        level = level_of(points.kind, score, levels)
        return Comparison(points.kind, {**levels, KNOWN: level}, max(score, KNOWN_POINTS))
    return Comparison(points.kind, levels, score)


def are_strangers(ours: Facts, theirs: Facts, points: Points) -> bool:
    """Return whether all that two people, or companies, say denies that they are one, as it would deny an id."""
    if points.kind not in KINDS_DENIED:
        return False
    found = compare(ours, theirs, Usage(), points)
    return level_of(points.kind, points.score(found.levels), found.levels) == DENIED


def reasons_of(comparison: Comparison, points: Points) -> tuple[Reason, ...]:
    """Return what speaks for and against two records being one, the weightiest first."""
    parts = points.parts(comparison.levels)
    found = [
        Reason(" ".join(sentence_of(points.kind, name, comparison.levels[name]) for name in evidence), counted)
        for evidence, counted in parts.items()
        if abs(counted) >= _FEWEST_POINTS
    ]
    if KNOWN in comparison.levels:
        found.append(Reason(BY_ID, KNOWN_POINTS))
    return tuple(sorted(found, key=lambda reason: (-abs(reason.points), reason.text)))


def sentence_of(kind: str, evidence: str, level: str) -> str:
    """Return the level of a kind of evidence in a sentence, of people and companies and of what was declared alike."""
    return sentence(kind, evidence, level) if kind in SENTENCES else declared_sentence(evidence, level)
