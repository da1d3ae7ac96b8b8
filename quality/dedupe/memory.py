"""What a matcher knows, in memory."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from quality.dedupe.blocks import CAP, Blocks, recentred
from quality.dedupe.calibration import size_step
from quality.dedupe.facts import Facts
from quality.dedupe.groups import Pair, pair_of
from quality.dedupe.keys import alike_key, keys_of
from quality.dedupe.settling import Question
from quality.dedupe.state import Turned, Twins
from quality.dedupe.usage import Usage, used_values


class Memory:
    """A `State` that lives as long as the process."""

    def __init__(self, cap: int = CAP) -> None:
        self._facts: dict[str, Facts] = {}
        self._blocks = Blocks(cap)
        self._usage = Usage()
        self._holders: dict[str, set[str]] = defaultdict(set)
        self._edges: dict[str, dict[str, float]] = defaultdict(dict)
        self._apart: set[Pair] = set()
        self._joined: dict[str, set[str]] = defaultdict(set)
        self._size = 1
        self._numbers = itertools.count(1)
        self._groups: dict[str, Twins] = {}
        self._group_of: dict[str, str] = {}
        self._questions: dict[str, list[Question]] = {}

    def facts(self, ids: Collection[str]) -> Mapping[str, Facts]:
        """Return the facts of those of `ids` that are known."""
        return {one: self._facts[one] for one in ids if one in self._facts}

    def replace(self, before: Mapping[str, Facts], after: Mapping[str, Facts | None]) -> Turned:
        """Put other facts in the place of `before`, with their keys and users; None lets a record go."""
        held = {record_id: keys_of(facts) for record_id, facts in before.items()}
        come = {record_id: keys_of(facts) for record_id, facts in after.items() if facts is not None}
        alike = {alike_key(keys) for keys in (*held.values(), *come.values())}
        stars = self.stars(alike)
        turned: set[str] = set()
        restepped: set[str] = set()
        for record_id, facts in before.items():
            turned |= self._blocks.remove(record_id, held[record_id])
            restepped |= self._usage.remove(facts)
            for value in used_values(facts):
                self._holders[value].discard(record_id)
        for record_id, new in after.items():
            if new is None:
                self._facts.pop(record_id, None)
                continue
            self._facts[record_id] = new
            turned |= self._blocks.add(record_id, come[record_id])
            restepped |= self._usage.add(new)
            for value in used_values(new):
                self._holders[value].add(record_id)
        wide = frozenset(key for key in turned if self._blocks.is_generic(key))
        return Turned(wide, frozenset(turned - wide), recentred(stars, self.stars(alike)), frozenset(restepped))

    def together(self, keys: Collection[str]) -> Mapping[str, Collection[str]]:
        """Return the records under each key; keys that nobody has, or too many share, are left out."""
        return {key: found for key in keys if not self._blocks.is_generic(key) and (found := self._blocks.members(key))}

    def stars(self, keys: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return the `blocks.star` of those of `keys`, of records that are alike, that have one."""
        return {key: found for key in keys if (found := self._blocks.star(key))}

    def neighbours(self, keys: Mapping[str, Collection[str]]) -> Mapping[str, Collection[str]]:
        """Return, for records with these keys, the others that stand under one of them that not too many share."""
        return {one: self._blocks.neighbours(one, found) for one, found in keys.items()}

    def members(self, keys: Collection[str]) -> Mapping[str, Collection[str]]:
        """Return the records under each key, however many they are."""
        return {key: self._blocks.members(key) for key in keys}

    def holders(self, values: Collection[str]) -> Mapping[str, Collection[str]]:
        """Return the records that hold each value which several may use."""
        return {value: frozenset(self._holders[value]) for value in values}

    def usage(self, values: Collection[str]) -> Usage:  # noqa: ARG002 - all are at hand
        """Return the counts of users."""
        return self._usage

    @property
    def size(self) -> int:
        """Return the size the base is taken to have."""
        return self._size

    def resized(self) -> Collection[str]:
        """Take the base to have the size it has by now; return who has to be grouped anew because of that."""
        before, self._size = self._size, size_step(len(self._facts))
        return () if before == self._size else frozenset(self._facts)

    def edges(self, ids: Collection[str]) -> Mapping[str, Mapping[str, float]]:
        """Return the other ends of each record's edges, with their points."""
        return {one: dict(self._edges[one]) for one in ids if one in self._edges}

    def link(self, edges: Mapping[Pair, float]) -> None:
        """Keep edges with their points."""
        for (one, other), score in edges.items():
            self._edges[one][other] = score
            self._edges[other][one] = score

    def unlink(self, pairs: Collection[Pair]) -> None:
        """Take edges away."""
        for one, other in pairs:
            for ours, theirs in ((one, other), (other, one)):
                self._edges[ours].pop(theirs, None)
                if not self._edges[ours]:
                    del self._edges[ours]

    def apart(self, ids: Collection[str]) -> Collection[Pair]:
        """Return the pairs among `ids` that somebody said are not one."""
        among = frozenset(ids)
        return {pair for pair in self._apart if among.issuperset(pair)} if self._apart else ()

    def keep_apart(self, one: str, other: str) -> None:
        """Remember that two records are not one."""
        self._apart.add(pair_of(one, other))

    def joined(self, ids: Collection[str]) -> Mapping[str, Collection[str]]:
        """Return the records of other accounts that somebody said are one with one of `ids`."""
        return {one: self._joined[one] for one in ids if one in self._joined}

    def join(self, one: str, other: str) -> None:
        """Remember that two records of different accounts are one."""
        self._joined[one].add(other)
        self._joined[other].add(one)

    def succeed(self, old: str, new: str) -> frozenset[str]:
        """Let `new` inherit what `old` is known not to be; return who that is."""
        others = {other for pair in self._apart if old in pair for other in pair} - {old, new}
        self._apart |= {pair_of(new, other) for other in others}
        return frozenset(others)

    def groups_of(self, ids: Collection[str]) -> Mapping[str, Twins]:
        """Return the groups that those of `ids` are in that are in one, by id of record."""
        return {one: self._groups[self._group_of[one]] for one in ids if one in self._group_of}

    def new_group(self) -> str:
        """Return the id of a group that never was."""
        return f"g{next(self._numbers)}"

    def keep(
        self,
        ids: Collection[str],
        before: Mapping[str, Twins],
        after: Mapping[str, Twins],
        questions: Iterable[Question],
    ) -> None:
        """Put groups and questions in the place of all that `ids` were in before."""
        for record_id in ids:
            self._group_of.pop(record_id, None)
            self._questions.pop(record_id, None)
        for group_id in before:
            del self._groups[group_id]
        self._groups.update(after)
        for group_id, group in after.items():
            self._group_of.update(dict.fromkeys(group.members, group_id))
        for question in questions:
            self._questions.setdefault(question.one, []).append(question)

    def groups(self) -> list[Twins]:
        """Return all groups of two and more."""
        return sorted(self._groups.values(), key=lambda group: group.members)

    def questions(self) -> list[Question]:
        """Return all questions, the likeliest first."""
        found = {question for questions in self._questions.values() for question in questions}
        return sorted(found, key=lambda question: (-question.probability, question.one, question.other))
