"""The matcher: records come, change and go; who is whose twin is always what one run over all of them would say."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quality.dedupe.blocks import Blocks
from quality.dedupe.calibration import size_step
from quality.dedupe.facts import Facts
from quality.dedupe.groups import Pair, components, pair_of
from quality.dedupe.keys import keys_of
from quality.dedupe.points import Points, shipped_points
from quality.dedupe.scoring import Comparison, Reason, compare, reasons_of
from quality.dedupe.settling import Question, Settled, Told, settle
from quality.dedupe.usage import Usage, used_values


@dataclass(frozen=True, slots=True)
class Twins:
    """Records that are taken for one, and which of them may be merged without asking."""

    id: str
    members: tuple[str, ...]
    #: The parts of the group that are each beyond doubt; parts of one record are left out.
    merge: tuple[tuple[str, ...], ...]
    #: The probability of the weakest link that holds the group together.
    weakest: float


class Matcher:
    """Finds the twins among records of one kind, and keeps them found at a cost that grows with what changes."""

    def __init__(self, kind: str, points: Points | None = None) -> None:
        self._points = points or shipped_points(kind)
        self._facts: dict[str, Facts] = {}
        self._keys: dict[str, frozenset[str]] = {}
        self._blocks = Blocks()
        self._usage = Usage()
        self._holders: dict[str, set[str]] = defaultdict(set)
        self._edges: dict[str, dict[str, float]] = {}
        self._apart: set[Pair] = set()
        self._size = 1
        self._numbers = itertools.count(1)
        self._groups: dict[str, Twins] = {}
        self._group_of: dict[str, str] = {}
        self._questions: dict[str, list[Question]] = {}

    def apply(self, changes: Mapping[str, Facts | None]) -> frozenset[str]:
        """Take in new and changed records, and let go those with None; return the ids of the groups touched."""
        dirty = self._reindex(changes)
        touched = set(dirty)
        for record_id in dirty:
            for other in self._edges.pop(record_id, {}):
                touched.add(other)
                self._edges.get(other, {}).pop(record_id, None)
        alive = {record_id for record_id in dirty if record_id in self._facts}
        for record_id in alive:
            self._edges[record_id] = {}
        for record_id in sorted(alive):
            self._connect(record_id)
        if self._size != size_step(len(self._facts)):
            self._size = size_step(len(self._facts))
            touched = set(self._facts) | touched
        return self._regroup(touched)

    def add(self, record_id: str, facts: Facts) -> frozenset[str]:
        """Take in a record; return the ids of the groups touched."""
        return self.apply({record_id: facts})

    def change(self, record_id: str, facts: Facts) -> frozenset[str]:
        """Take in what a record says now; return the ids of the groups touched."""
        return self.apply({record_id: facts})

    def remove(self, record_id: str) -> frozenset[str]:
        """Let a record go; return the ids of the groups touched."""
        return self.apply({record_id: None})

    def keep_apart(self, one: str, other: str) -> frozenset[str]:
        """Remember for ever that two records are not one; return the ids of the groups touched."""
        self._apart.add(pair_of(one, other))
        return self._regroup({record_id for record_id in (one, other) if record_id in self._facts})

    def succeed(self, old: str, new: str) -> frozenset[str]:
        """Let `new` inherit what `old`, merged into it, is known not to be."""
        others = {other for pair in self._apart if old in pair for other in pair} - {old, new}
        self._apart |= {pair_of(new, other) for other in others}
        return self._regroup({new, *others} & self._facts.keys())

    def groups(self) -> list[Twins]:
        """Return all groups of two and more."""
        return sorted(self._groups.values(), key=lambda group: group.members)

    def group_of(self, record_id: str) -> Twins | None:
        """Return the group a record is in; None when it has no twin."""
        return self._groups.get(self._group_of.get(record_id, ""))

    def questions(self) -> list[Question]:
        """Return the pairs to ask about, the likeliest first; those a yes would answer as well are left out."""
        found = {question for questions in self._questions.values() for question in questions}
        return sorted(found, key=lambda question: (-question.probability, question.one, question.other))

    def probability(self, one: str, other: str) -> float:
        """Return how probable it is that two records are one."""
        return self._chance(self._compare(one, other).score)

    def reasons(self, one: str, other: str) -> tuple[Reason, ...]:
        """Return why two records are taken for one or not, the weightiest first."""
        return reasons_of(self._compare(one, other), self._points)

    def _reindex(self, changes: Mapping[str, Facts | None]) -> set[str]:
        """Put the changes into the index; return all records whose pairs may have changed thereby."""
        turned: set[str] = set()
        restepped: set[str] = set()
        dirty = set(changes)
        for record_id, facts in changes.items():
            before = self._facts.pop(record_id, None)
            if before is not None:
                turned |= self._blocks.remove(record_id, self._keys.pop(record_id))
                restepped |= self._usage.remove(before)
                self._release(record_id, before)
            if facts is not None:
                self._facts[record_id] = facts
                self._keys[record_id] = keys_of(facts)
                turned |= self._blocks.add(record_id, self._keys[record_id])
                restepped |= self._usage.add(facts)
                for value in used_values(facts):
                    self._holders[value].add(record_id)
        for key in turned:
            dirty |= self._blocks.members(key)
        for value in restepped:
            dirty |= self._holders.get(value, set())
        return dirty

    def _release(self, record_id: str, facts: Facts) -> None:
        for value in used_values(facts):
            self._holders[value].discard(record_id)
            if not self._holders[value]:
                del self._holders[value]

    def _connect(self, record_id: str) -> None:
        """Compare a record with all it shares a key with, and keep the edges."""
        for other in self._blocks.neighbours(record_id, self._keys[record_id]):
            if record_id in self._edges.get(other, {}):
                continue
            score = self._compare(record_id, other).score
            if self._points.calibration.probability(score, 1) >= self._points.link_from:  # a larger base only lowers it
                self._edges[record_id][other] = score
                self._edges[other][record_id] = score

    def _compare(self, one: str, other: str) -> Comparison:
        first, second = pair_of(one, other)
        return compare(self._facts[first], self._facts[second], self._usage, self._points)

    def _chance(self, score: float) -> float:
        return self._points.calibration.probability(score, self._size)

    def _near(self, record_id: str) -> list[str]:
        """Return the records an edge leads to that is worth grouping along at this size of base."""
        return [
            other
            for other, score in self._edges.get(record_id, {}).items()
            if self._chance(score) >= self._points.link_from
        ]

    def _regroup(self, touched: Iterable[str]) -> frozenset[str]:
        """Work the touched records' components out anew; return the groups that came, went or changed."""
        members = set(touched)
        for record_id in tuple(members):
            group = self.group_of(record_id)
            members |= set(group.members) if group else set()
        found = components(members & self._facts.keys(), self._near)
        members |= {member for component in found for member in component}
        before = {
            self._group_of[member]: self._groups[self._group_of[member]]
            for member in members
            if member in self._group_of
        }
        for member in members:
            self._group_of.pop(member, None)
            self._questions.pop(member, None)
        for group_id in before:
            del self._groups[group_id]
        outcomes = [self._settle(component) for component in found if len(component) > 1]
        self._name(outcomes, before)
        after = {self._group_of[member] for member in members if member in self._group_of}
        return frozenset(
            group_id for group_id in after | before.keys() if self._groups.get(group_id) != before.get(group_id)
        )

    def _settle(self, component: tuple[str, ...]) -> Settled:
        """Return what a set of connected records comes to."""
        links = [(one, other) for one in component for other in self._near(one) if one < other]
        return settle(component, links, self._told, self._points)

    def _told(self, pair: Pair) -> Told:
        """Return what grouping has to know of a pair."""
        if pair in self._apart:
            return Told(0.0, "Somebody said that they are not one.", "", is_apart=True)
        comparison = self._compare(*pair)
        return Told(self._chance(comparison.score), comparison.veto, comparison.lack, is_apart=False)

    def _name(self, outcomes: list[Settled], before: Mapping[str, Twins]) -> None:
        """Give each group its id: the one most of its members had, else a new one."""
        had = {member: group_id for group_id, group in before.items() for member in group.members}
        found = [(group, outcome) for outcome in outcomes for group in outcome.same if len(group) > 1]
        claims = [
            (-count, before[group_id].members, group, group_id)
            for group, _ in found
            for group_id, count in Counter(had[member] for member in group if member in had).items()
        ]
        named: dict[tuple[str, ...], str] = {}
        for _, _, group, group_id in sorted(claims):
            if group not in named and group_id not in named.values():
                named[group] = group_id
        for group, outcome in sorted(found, key=lambda pair: pair[0]):
            group_id = named.get(group) or f"g{next(self._numbers)}"
            inside = tuple(part for part in outcome.merge if len(part) > 1 and set(part) <= set(group))
            self._groups[group_id] = Twins(group_id, group, inside, outcome.weakest[group])
            self._group_of.update(dict.fromkeys(group, group_id))
        for outcome in outcomes:
            for question in outcome.questions:
                self._questions.setdefault(question.one, []).append(question)
