"""The matcher: records come, change and go; who is whose twin is always what one run over all of them would say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import combinations
from typing import TypeVar

from quality.dedupe.blocks import CAP, spokes
from quality.dedupe.facts import Facts
from quality.dedupe.groups import Pair, components, pair_of
from quality.dedupe.keys import alike_key, keys_of
from quality.dedupe.memory import Memory
from quality.dedupe.points import Points, shipped_points
from quality.dedupe.scoring import Comparison, Reason, compare, reasons_of
from quality.dedupe.settling import Question, Settled, Telling, Told, settle
from quality.dedupe.state import State, Turned, Twins
from quality.dedupe.ties import Ties
from quality.dedupe.usage import is_told_by_both, used_values

_Item = TypeVar("_Item")
#: Records, or pairs, looked at in one go.
_BATCH = 2_000


class Matching:
    """Keeps a state true to its records, at a cost that grows with what changes."""

    def __init__(self, kind: str, state: State, points: Points | None = None) -> None:
        self._points = points or shipped_points(kind)
        self._state = state
        #: Linked pairs that were compared since the last change, and how they compare.
        self._linked: dict[Pair, Comparison] = {}

    def apply(self, changes: Mapping[str, Facts | None]) -> frozenset[str]:
        """Take in new and changed records, and let go those with None; return the ids of the groups that changed."""
        return self.regroup(self.reindex(changes))

    def reindex(self, changes: Mapping[str, Facts | None]) -> set[str]:
        """Take in changes without grouping; return the records that have to be grouped anew."""
        self._linked.clear()
        before = self._state.facts(changes)
        after = {one: facts for one, facts in changes.items() if facts != before.get(one)}
        known = {one: facts for one, facts in before.items() if one in after}
        turned = self._state.replace(known, after)
        touched = set(after) | self._connect(after) | self._turn(turned)
        return touched | set(self._state.resized())

    def connect(self, ids: Collection[str], is_behind: Callable[[str], bool]) -> None:
        """Compare records with all they share a key with but those that were looked at before: for a whole base."""
        self._connect(self._state.facts(ids), is_behind)

    def regroup(self, touched: Iterable[str]) -> frozenset[str]:
        """Work the touched records' components out anew; return the ids of the groups that came, went or changed."""
        members = set(touched)
        for group in self._state.groups_of(members).values():
            members.update(group.members)
        found, near = self._components(members)
        members.update(member for component in found for member in component)
        before = {group.id: group for group in self._state.groups_of(members).values()}
        joined = [component for component in found if len(component) > 1]
        outcomes = self._settle(joined, near)
        after = self._named(outcomes, before)
        questions = [question for outcome in outcomes for question in outcome.questions]
        self._state.keep(members, before, after, questions)
        return frozenset(one for one in after.keys() | before.keys() if after.get(one) != before.get(one))

    def explain(self, pairs: Collection[Pair]) -> dict[Pair, tuple[float, tuple[Reason, ...]]]:
        """Return how probable it is that the two of each pair are one, and why, the weightiest reason first."""
        return {
            pair: (self._chance(found.score), reasons_of(found, self._points))
            for pair, found in self._compared(pairs).items()
        }

    def _connect(
        self, changed: Mapping[str, Facts | None], is_behind: Callable[[str], bool] = lambda _: False
    ) -> set[str]:
        """Compare records with all they share a key with, and keep the edges; return the ends of those that changed."""
        touched: set[str] = set()
        done: set[str] = set()
        for batch in _batches(sorted(changed)):
            alive = {one: facts for one in batch if (facts := changed[one]) is not None}
            # A pair that was looked at from its other end has been seen to.
            edges = {
                pair for pair, other in _pairs(self._state.edges(batch)) if other not in done and not is_behind(other)
            }
            wanted = {
                pair for pair, other in _pairs(self._neighbours(alive)) if other not in done and not is_behind(other)
            }
            self._state.unlink(edges - wanted)
            touched.update(end for pair in edges for end in pair)
            touched |= self._rescore(wanted, edges & wanted)
            done.update(batch)
        return touched

    def _turn(self, turned: Turned) -> set[str]:
        """Look again at pairs that share what turned; return who has to be grouped anew."""
        touched = self._part(self._state.members(turned.wide | turned.recentred))
        wanted = {
            pair_of(*pair) for met in self._state.together(turned.narrow).values() for pair in combinations(met, 2)
        }
        wanted |= {pair_of(*pair) for star in self._state.stars(turned.recentred).values() for pair in spokes(star)}
        for value, holders in self._state.holders(turned.restepped).items():
            touched.update(holders)
            wanted |= self._told_by(value, holders)
        if not wanted:
            return touched
        edges = {pair for pair, _ in _pairs(self._state.edges({end for pair in wanted for end in pair}))} & wanted
        return touched | self._rescore(wanted, edges)

    def _part(self, members: Mapping[str, Collection[str]]) -> set[str]:
        """Drop the edges of pairs that no key brings together any more, of those that one did; return their ends."""
        edges = self._state.edges({one for met in members.values() for one in met})
        doubtful = {
            pair_of(one, other)
            for met in members.values()
            for one in met
            for other in edges.get(one, ())
            if one < other and other in met
        }
        parted = doubtful - self._met(doubtful)
        self._state.unlink(parted)
        return {end for pair in parted for end in pair}

    def _told_by(self, value: str, holders: Collection[str]) -> set[Pair]:
        """Return the pairs that are compared otherwise when a value has more or fewer users."""
        if is_told_by_both(value) and len(holders) <= CAP:
            return self._met({pair_of(*pair) for pair in combinations(holders, 2)})
        near = self._neighbours(self._state.facts(holders))
        among = frozenset(holders)
        return {
            pair_of(one, other)
            for one, others in near.items()
            for other in others
            if other in among or not is_told_by_both(value)
        }

    def _met(self, pairs: Collection[Pair]) -> set[Pair]:
        """Return those of `pairs` that some key brings together."""
        facts = self._state.facts({end for pair in pairs for end in pair})
        keys = {one: keys_of(found) for one, found in facts.items()}
        shared = {(one, other): keys[one] & keys[other] for one, other in pairs}
        narrow = self._state.together({key for found in shared.values() for key in found}).keys()
        stars = self._state.stars({alike_key(found) for found in shared.values()})
        spoken = {pair_of(*pair) for star in stars.values() for pair in spokes(star)}
        return {pair for pair, found in shared.items() if pair in spoken or not found.isdisjoint(narrow)}

    def _neighbours(self, facts: Mapping[str, Facts]) -> Mapping[str, Collection[str]]:
        """Return the records that each of these is compared with: they share a key."""
        keys = {one: keys_of(found) for one, found in facts.items()}
        near = {one: set(others) for one, others in self._state.neighbours(keys).items()}
        stars = self._state.stars({alike_key(found) for found in keys.values()})
        for star in stars.values():
            for one, other in spokes(star):
                for ours, theirs in ((one, other), (other, one)):
                    if ours in near:
                        near[ours].add(theirs)
        return near

    def _rescore(self, wanted: Collection[Pair], edges: set[Pair]) -> set[str]:
        """Compare pairs, of which `edges` were worth asking about, and keep those that are; return the ends of both."""
        line, calibration = self._points.link_from, self._points.calibration
        touched = {end for pair in edges for end in pair}
        for batch in _batches(sorted(wanted)):
            found = self._compared(batch)
            # A larger base only lowers the probability: what stays below here stays below for ever.
            linked = {pair: one.score for pair, one in found.items() if calibration.probability(one.score, 1) >= line}
            self._linked |= {pair: found[pair] for pair in linked}
            self._state.unlink([pair for pair in batch if pair in edges and pair not in linked])
            self._state.link(linked)
            touched.update(end for pair in linked for end in pair)
        return touched

    def _compared(self, pairs: Collection[Pair]) -> dict[Pair, Comparison]:
        if not pairs:
            return {}
        ordered = [pair_of(one, other) for one, other in pairs]
        facts = self._state.facts({end for pair in ordered for end in pair})
        used = {one: used_values(found) for one, found in facts.items()}
        usage = self._state.usage(
            {
                value
                for one, other in ordered
                for value in used[one]
                if value in used[other] or not is_told_by_both(value)
            }
        )
        return {(one, other): compare(facts[one], facts[other], usage, self._points) for one, other in ordered}

    def _chance(self, score: float) -> float:
        return self._points.calibration.probability(score, self._state.size)

    def _components(self, starts: Collection[str]) -> tuple[list[tuple[str, ...]], dict[str, list[str]]]:
        """Return what is connected with `starts`, and who is near whom in it: at an edge that is worth asking about."""
        near: dict[str, list[str]] = {}
        ends = set(starts)
        while ends:
            edges = self._state.edges(ends)
            for one in ends:
                found = edges.get(one, {}).items()
                near[one] = [other for other, score in found if self._chance(score) >= self._points.link_from]
            self._join(ends, near)
            ends = {other for one in ends for other in near[one]} - near.keys()
        alive = self._state.facts(near).keys()
        return components([one for one in starts if one in alive], near.__getitem__), near

    def _join(self, ends: Collection[str], near: dict[str, list[str]]) -> None:
        """Have those near each other, too, that somebody said are one."""
        said = self._state.joined(ends)
        alive = self._state.facts({other for others in said.values() for other in others}) if said else {}
        for one, others in said.items():
            near[one] += sorted({other for other in others if other in alive} - {*near[one]})

    def _settle(self, found: Collection[tuple[str, ...]], near: Mapping[str, Collection[str]]) -> list[Settled]:
        """Return what sets of connected records come to."""
        ids = {member for component in found for member in component}
        facts = self._state.facts(ids)
        apart = self._state.apart(ids)
        usage = self._state.usage({value for one in ids for value in used_values(facts[one])})
        edges = self._state.edges(ids)

        def compared(pair: Pair) -> Comparison:
            return self._linked.get(pair) or compare(facts[pair[0]], facts[pair[1]], usage, self._points)

        ties = Ties(facts, self._state.joined(ids), lambda pair: compared(pair).is_denied)

        def tell(pair: Pair) -> Telling:
            is_across, lack = ties.are_across(pair), ties.lack(pair)
            if pair in apart:
                return Told(0.0, "Somebody said that they are not one.", "", is_apart=True, is_across=is_across)
            if ties.are_said_one(pair):
                return Told(1.0, "", "", is_apart=False, is_across=is_across)
            score = edges.get(pair[0], {}).get(pair[1])
            if score is not None:
                return _Edge(self._chance(score), lambda: compared(pair), lack, is_across=is_across)
            told = compared(pair)
            return Told(self._chance(told.score), told.veto, lack or told.lack, is_apart=False, is_across=is_across)

        return [
            settle(
                component,
                [(one, other) for one in component for other in near[one] if one < other],
                tell,
                self._points,
            )
            for component in found
        ]

    def _named(self, outcomes: Iterable[Settled], before: Mapping[str, Twins]) -> dict[str, Twins]:
        """Return the groups by id: the one most of the members had, else a new one."""
        had = {member: group_id for group_id, group in before.items() for member in group.members}
        found = [(group, outcome) for outcome in outcomes for group in outcome.same if len(group) > 1]
        claims = [
            (-count, before[group_id].members, group, group_id)
            for group, _ in found
            for group_id, count in Counter(had[member] for member in group if member in had).items()
        ]
        named: dict[tuple[str, ...], str] = {}
        taken: set[str] = set()
        for _, _, group, group_id in sorted(claims):
            if group not in named and group_id not in taken:
                named[group] = group_id
                taken.add(group_id)
        after = {}
        for group, outcome in sorted(found, key=lambda pair: pair[0]):
            group_id = named.get(group) or self._state.new_group()
            inside = tuple(part for part in outcome.merge if len(part) > 1 and set(part) <= set(group))
            after[group_id] = Twins(group_id, group, inside, outcome.weakest[group])
        return after


class _Edge:
    """A pair whose points are kept: how it compares is found out only when somebody asks for more than its chance."""

    __slots__ = ("_compare", "_found", "_lack", "chance", "is_across")
    is_apart = False

    def __init__(self, chance: float, compare_both: Callable[[], Comparison], lack: str, *, is_across: bool) -> None:
        self.chance = chance
        self.is_across = is_across
        self._lack = lack
        self._compare = compare_both
        self._found: Comparison | None = None

    @property
    def veto(self) -> str:
        return self._compared().veto

    @property
    def doubt(self) -> str:
        found = self._compared()
        return found.veto or self._lack or found.lack

    def _compared(self) -> Comparison:
        if self._found is None:
            self._found = self._compare()
        return self._found


class Matcher(Matching):
    """Finds the twins among records of one kind that are held in memory."""

    def __init__(self, kind: str, points: Points | None = None, memory: Memory | None = None) -> None:
        self._memory = memory or Memory()
        super().__init__(kind, self._memory, points)

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
        self._memory.keep_apart(one, other)
        return self.regroup(self._memory.facts((one, other)))

    def join(self, one: str, other: str) -> frozenset[str]:
        """Remember that two records of different accounts are one; return the ids of the groups touched."""
        self._memory.join(one, other)
        return self.regroup(self._memory.facts((one, other)))

    def succeed(self, old: str, new: str) -> frozenset[str]:
        """Let `new` inherit what `old`, merged into it, is known not to be."""
        return self.regroup(self._memory.facts({new, *self._memory.succeed(old, new)}))

    def groups(self) -> list[Twins]:
        """Return all groups of two and more."""
        return self._memory.groups()

    def group_of(self, record_id: str) -> Twins | None:
        """Return the group a record is in; None when it has no twin."""
        return self._memory.groups_of([record_id]).get(record_id)

    def questions(self) -> list[Question]:
        """Return the pairs to ask about, the likeliest first; those a yes would answer as well are left out."""
        return self._memory.questions()

    def probability(self, one: str, other: str) -> float:
        """Return how probable it is that two records are one."""
        return self.explain([pair_of(one, other)])[pair_of(one, other)][0]

    def reasons(self, one: str, other: str) -> tuple[Reason, ...]:
        """Return why two records are taken for one or not, the weightiest first."""
        return self.explain([pair_of(one, other)])[pair_of(one, other)][1]


def _pairs(others: Mapping[str, Iterable[str]]) -> Iterator[tuple[Pair, str]]:
    """Yield each pair, and its far end."""
    return ((pair_of(one, other), other) for one, found in others.items() for other in found)


def _batches(items: list[_Item]) -> Iterator[list[_Item]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
