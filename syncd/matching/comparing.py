"""Compares pairs of records and settles what hangs together, by the functions of `quality.dedupe` alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from quality.dedupe import Facts, Points, Question, Reason
from quality.dedupe.groups import Pair, pair_of
from quality.dedupe.scoring import Comparison, compare, reasons_of
from quality.dedupe.settling import Settled, Told, settle
from quality.dedupe.usage import Usage

#: An edge: two records, the score, what forbids merging, what is wanting. Records go by their numbers.
Edge = tuple[int, int, float, str, str]


@dataclass(frozen=True, slots=True)
class Link:
    """What ties a record to another of its group, or to the one that has to be asked about."""

    one: str
    other: str
    probability: float
    doubt: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A set of connected records and what they come to."""

    members: tuple[str, ...]
    settled: Settled
    #: The edges that connect them: two ids and the score.
    edges: tuple[tuple[str, str, float], ...]
    #: By record, its strongest tie; only when reasons are wanted.
    links: Mapping[str, Link] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judge:
    """Says of records, by their numbers, what `quality.dedupe` says."""

    points: Points
    #: How many records the base is taken to have.
    size: int
    usage: Usage
    #: The id and the facts of a record.
    record: Callable[[int], tuple[str, Facts]]
    #: The id of a record, which costs less.
    id_of: Callable[[int], str]
    #: Pairs somebody said are not one.
    apart: frozenset[Pair] = frozenset()
    is_explaining: bool = False

    def edges(self, pairs: Iterable[tuple[int, int]]) -> list[Edge]:
        """Compare pairs; return those that may link two records."""
        found: list[Edge] = []
        for one, other in pairs:
            told = self._compare(one, other)
            if self._chance(told.score) >= self.points.link_from:
                found.append((one, other, told.score, told.veto, told.lack))
        return found

    def settle(self, edges: Sequence[Edge]) -> Cluster:
        """Return what a component, given by its edges, comes to."""
        ids = {number: self.id_of(number) for number in {end for edge in edges for end in edge[:2]}}
        numbers = {record_id: number for number, record_id in ids.items()}
        known = {pair_of(ids[one], ids[other]): (score, veto, lack) for one, other, score, veto, lack in edges}

        def tell(pair: Pair) -> Told:
            if pair in self.apart:
                return Told(0.0, "Somebody said that they are not one.", "", is_apart=True)
            score, veto, lack = known.get(pair) or self._scored(numbers[pair[0]], numbers[pair[1]])
            return Told(self._chance(score), veto, lack, is_apart=False)

        members = tuple(sorted(numbers))
        settled = settle(members, sorted(known), tell, self.points)
        told_edges = tuple((one, other, known[one, other][0]) for one, other in sorted(known))
        links = self._links(settled, tell, numbers) if self.is_explaining else {}
        return Cluster(members, settled, told_edges, links)

    def _links(self, settled: Settled, tell: Callable[[Pair], Told], numbers: Mapping[str, int]) -> dict[str, Link]:
        found = strongest(settled.merge, settled.same, settled.questions, lambda pair: tell(pair).chance)
        return {name: self._link(pair, tell(pair), numbers) for name, pair in found.items()}

    def _link(self, pair: Pair, told: Told, numbers: Mapping[str, int]) -> Link:
        reasons = reasons_of(self._compare(numbers[pair[0]], numbers[pair[1]]), self.points)
        return Link(*pair, told.chance, told.doubt, reasons)

    def _scored(self, one: int, other: int) -> tuple[float, str, str]:
        told = self._compare(one, other)
        return told.score, told.veto, told.lack

    def _compare(self, one: int, other: int) -> Comparison:
        ours, theirs = self.record(one), self.record(other)
        if ours[0] > theirs[0]:
            ours, theirs = theirs, ours
        return compare(ours[1], theirs[1], self.usage, self.points)

    def _chance(self, score: float) -> float:
        return self.points.calibration.probability(score, self.size)


def strongest(
    merge: Iterable[tuple[str, ...]],
    same: Iterable[tuple[str, ...]],
    questions: Iterable[Question],
    chance: Callable[[Pair], float],
) -> dict[str, Pair]:
    """Return each record's strongest tie: in what may be merged, else in what is the same, else what is asked."""
    found: dict[str, Pair] = {}
    for part in itertools.chain(merge, same):
        for one in part if len(part) > 1 else ():
            if one not in found:
                ties = [pair_of(one, other) for other in part if other != one]
                found[one] = min(ties, key=lambda pair: (-chance(pair), pair))
    for question in sorted(questions, key=lambda asked: (-asked.probability, asked.one, asked.other)):
        for name in (question.one, question.other):
            found.setdefault(name, (question.one, question.other))
    return found
