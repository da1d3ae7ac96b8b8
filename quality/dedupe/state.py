"""Where a matcher keeps what it knows: asked for by the batch, so that it may as well lie in a database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from quality.dedupe.facts import Facts
from quality.dedupe.groups import Pair
from quality.dedupe.settling import Question
from quality.dedupe.usage import Usage


@dataclass(frozen=True, slots=True)
class Twins:
    """Records that are taken for one, and which of them may be merged without asking."""

    id: str
    members: tuple[str, ...]
    #: The parts of the group that are each beyond doubt; parts of one record are left out.
    merge: tuple[tuple[str, ...], ...]
    #: The probability of the weakest link that holds the group together.
    weakest: float


@dataclass(frozen=True, slots=True)
class Turned:
    """What changes of single records did to what others share with them."""

    #: Keys that too many share by now, and those that too many shared and no longer do.
    wide: frozenset[str] = frozenset()
    narrow: frozenset[str] = frozenset()
    #: Keys of records that are alike, where another one is the first of them now.
    recentred: frozenset[str] = frozenset()
    #: Values whose number of users is called otherwise than before.
    restepped: frozenset[str] = frozenset()


class State(Protocol):
    """What is known of the records of one pool: facts, keys, users, edges, groups, questions, pairs kept apart."""

    def facts(self, ids: Collection[str]) -> Mapping[str, Facts]:
        """Return the facts of those of `ids` that are known."""

    def replace(self, before: Mapping[str, Facts], after: Mapping[str, Facts | None]) -> Turned:
        """Put other facts in the place of `before`, with their keys and users; None lets a record go."""

    def together(self, keys: Collection[str]) -> Mapping[str, Collection[str]]:
        """Return the records under each key; keys that nobody has, or too many share, are left out."""

    def stars(self, keys: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return the `blocks.star` of those of `keys`, of records that are alike, that have one."""

    def neighbours(self, keys: Mapping[str, Collection[str]]) -> Mapping[str, Collection[str]]:
        """Return, for records with these keys, the others that stand under one of them that not too many share."""

    def members(self, keys: Collection[str]) -> Mapping[str, Collection[str]]:
        """Return the records under each key, however many they are."""

    def holders(self, values: Collection[str]) -> Mapping[str, Collection[str]]:
        """Return the records that hold each value which several may use."""

    def usage(self, values: Collection[str]) -> Usage:
        """Return the counts of users, those of `values` at hand."""

    @property
    def size(self) -> int:
        """Return the size the base is taken to have (see `calibration.size_step`)."""

    def resized(self) -> Collection[str]:
        """Take the base to have the size it has by now; return who has to be grouped anew at once because of that."""

    def edges(self, ids: Collection[str]) -> Mapping[str, Mapping[str, float]]:
        """Return the other ends of each record's edges, with their points."""

    def link(self, edges: Mapping[Pair, float]) -> None:
        """Keep edges with their points; those that are there get other points."""

    def unlink(self, pairs: Collection[Pair]) -> None:
        """Take edges away."""

    def apart(self, ids: Collection[str]) -> Collection[Pair]:
        """Return the pairs among `ids` that somebody said are not one."""

    def joined(self, ids: Collection[str]) -> Mapping[str, Collection[str]]:
        """Return the records of other accounts that somebody said are one with one of `ids`, by that one."""

    def groups_of(self, ids: Collection[str]) -> Mapping[str, Twins]:
        """Return the groups that those of `ids` are in that are in one, by id of record."""

    def new_group(self) -> str:
        """Return the id of a group that never was."""

    def keep(
        self,
        ids: Collection[str],
        before: Mapping[str, Twins],
        after: Mapping[str, Twins],
        questions: Iterable[Question],
    ) -> None:
        """Put groups, by their ids, and questions in the place of all that `ids` were in before."""
