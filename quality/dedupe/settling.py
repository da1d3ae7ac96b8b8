"""What a set of connected records comes to: what is merged without asking, what is taken for one, what is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from quality.dedupe.groups import Pair, holds_together, joined, pair_of
from quality.dedupe.points import Points

#: What the mean between two groups has to be, as a share of `same_from`, for them to be one.
_SAME_SHARE = 0.85
#: The same for merging without asking; there vetoes between any two of them weigh more than the mean.
_MERGE_SHARE = 0.5
#: No two records merged without asking are less probably one than this, whatever third one ties them.
_WORST_MERGED = 0.33


@dataclass(frozen=True, slots=True)
class Question:
    """Two records of which a person should say whether they are one."""

    one: str
    other: str
    probability: float
    #: Why they may not be merged without asking, where something forbids it or is wanting.
    doubt: str


class Telling(Protocol):
    """What grouping has to know of a pair; what costs much to find out may wait until it is asked for."""

    @property
    def chance(self) -> float:
        """Return how probable it is that the two are one."""

    @property
    def is_apart(self) -> bool:
        """Return whether somebody said that they are not."""

    @property
    def is_across(self) -> bool:
        """Return whether the two are records of different accounts."""

    @property
    def veto(self) -> str:
        """Return what forbids merging them without asking."""

    @property
    def doubt(self) -> str:
        """Return why the pair is no link to merge along without asking."""


@dataclass(frozen=True, slots=True)
class Told:
    """All that grouping has to know of a pair."""

    chance: float
    veto: str
    lack: str
    is_apart: bool
    is_across: bool = False

    @property
    def doubt(self) -> str:
        """Return why the pair is no link to merge along without asking."""
        return self.veto or self.lack


@dataclass(frozen=True, slots=True)
class Settled:
    """What a set of connected records comes to."""

    merge: list[tuple[str, ...]]
    same: list[tuple[str, ...]]
    questions: list[Question]
    weakest: Mapping[tuple[str, ...], float]


def settle(
    component: tuple[str, ...], links: Iterable[Pair], tell: Callable[[Pair], Telling], points: Points
) -> Settled:
    """Return what connected records come to. `links` are the pairs worth asking about; `tell` knows of any pair.

    The answer depends on what is told alone, never on an order.
    """
    compared: dict[Pair, Telling] = {}

    def told(one: str, other: str) -> Telling:
        pair = pair_of(one, other)
        if pair not in compared:
            compared[pair] = tell(pair)
        return compared[pair]

    def may_merge(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
        crossing = [told(one, other) for one in ours for other in theirs]
        chances = [one.chance for one in crossing]
        is_forbidden = any(one.veto for one in crossing) or min(chances) < _WORST_MERGED
        return not is_forbidden and holds_together(chances, points.merge_from, _MERGE_SHARE)

    def may_be_same(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
        crossing = [told(one, other) for one in ours for other in theirs]
        is_apart = any(one.is_apart for one in crossing)
        return not is_apart and holds_together((one.chance for one in crossing), points.same_from, _SAME_SHARE)

    edges = [(told(one, other).chance, (one, other)) for one, other in links]
    likely = [edge for edge in edges if edge[0] >= points.same_from]
    sure = [edge for edge in edges if edge[0] >= points.merge_from and not told(*edge[1]).doubt]
    merge = joined([(member,) for member in component], sure, may_merge)
    same = joined(merge, likely, may_be_same)
    asked = _asked(edges, merge, compared, points)
    if points.has_several:
        asked += _beside(sure, merge, compared, asked)
    return Settled(merge, same, asked, _weakest_links(same, edges))


def _asked(
    edges: list[tuple[float, Pair]], merge: list[tuple[str, ...]], told: Mapping[Pair, Telling], points: Points
) -> list[Question]:
    """Return the fewest questions that settle all links worth asking about, the likeliest asked first.

    What a yes to them would join is not asked again; after a no the next likeliest link comes up. Whether two records
    of one account are one comes before whether two of different accounts are.
    """
    home = {member: part for part in merge for member in part}
    found: list[Question] = []
    for chance, (one, other) in sorted(edges, key=lambda edge: (told[edge[1]].is_across, -edge[0], edge[1])):
        ours, theirs = home[one], home[other]
        if ours is theirs or chance < points.ask_from or told[one, other].is_apart:
            continue
        found.append(Question(one, other, chance, told[one, other].doubt))
        home.update(dict.fromkeys(ours + theirs, ours + theirs))
    return found


def _beside(
    sure: Iterable[tuple[float, Pair]],
    merge: list[tuple[str, ...]],
    told: Mapping[Pair, Telling],
    asked: Iterable[Question],
) -> list[Question]:
    """Return the pairs of two accounts that surely are one, and not merged: one of them is the same as another, too.

    Where there may be several, nobody has to be asked about them. Yet they are told like questions, without a doubt.
    """
    home = {member: part for part in merge for member in part}
    known = {pair_of(one.one, one.other) for one in asked}
    return [
        Question(one, other, chance, "")
        for chance, (one, other) in sorted(sure, key=lambda edge: edge[1])
        if told[one, other].is_across and not told[one, other].is_apart and home[one] is not home[other]
        if (one, other) not in known
    ]


def _weakest_links(groups: list[tuple[str, ...]], edges: Iterable[tuple[float, Pair]]) -> dict[tuple[str, ...], float]:
    """Return the probability of the weakest link of the strongest tree that holds each group together."""
    group_of = {member: group for group in groups for member in group}
    home: dict[str, tuple[str, ...]] = {member: (member,) for group in groups for member in group}
    weakest = dict.fromkeys(groups, 1.0)
    for chance, (one, other) in sorted(edges, key=lambda edge: (-edge[0], edge[1])):
        ours, theirs = home[one], home[other]
        if group_of[one] != group_of[other] or ours is theirs:
            continue
        weakest[group_of[one]] = chance
        home.update(dict.fromkeys(ours + theirs, ours + theirs))
    return weakest
