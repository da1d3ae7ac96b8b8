"""Two records in, one comparison out: levels, score, probability, veto, reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace

from quality.dedupe.addresses import Address
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
#: How names agree of whoever has changed theirs: a surname, a legal form, a trade.
_SAME_NAME = frozenset({"same", "same_middle", "close", "nickname", "second_name", "part", "initials", "domain"})
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


def is_somebody_else(was: Facts, now: Facts, points: Points) -> bool:
    """Return whether what a record says anew denies that it is who it was, as it would deny an id.

    What it says as before tells nothing: whoever writes over a record leaves what they have nothing for. One thing that
    is another one is a change; the name and more are another person, or company.
    """
    if points.kind not in KINDS_DENIED or isinstance(was, DeclaredFacts) or isinstance(now, DeclaredFacts):
        return False
    if was.name == now.name or not _has_more_changed(was, now):
        return False
    found = compare(_without(was, now), _without(now, was), Usage(), points).levels
    if any(found[part] in _SAME_NAME for part in ("given", "last", "core") if part in found):
        return False
    return level_of(points.kind, points.score(found), found) == DENIED


def _has_more_changed(was: PersonFacts | CompanyFacts, now: PersonFacts | CompanyFacts) -> bool:
    """Return whether more than the name became another one: an address, a mailbox, a telephone, a web site."""
    pairs = (
        (was.phones, now.phones),
        (frozenset(was.mailboxes), frozenset(now.mailboxes)),
        (was.domains, now.domains),
        (frozenset({was.address} - {Address()}), frozenset({now.address} - {Address()})),
    )
    return any(before and after - before for before, after in pairs)


def _without(ours: PersonFacts | CompanyFacts, theirs: PersonFacts | CompanyFacts) -> PersonFacts | CompanyFacts:
    """Return facts without the telephones, mailboxes, web sites and address that the other ones have, too."""
    return replace(
        ours,
        phones=ours.phones - theirs.phones,
        mailboxes=tuple(box for box in ours.mailboxes if box not in theirs.mailboxes),
        domains=ours.domains - theirs.domains,
        address=Address() if ours.address == theirs.address else ours.address,
    )


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
