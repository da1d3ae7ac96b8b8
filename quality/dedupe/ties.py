"""Who is who in other accounts beyond doubt: by the ids that records name, and by what people said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from quality.dedupe.facts import Facts
from quality.dedupe.groups import Pair, pair_of

#: Said of a record that was written over, as by a connector that went by a wrong id.
WRITTEN_OVER = "One of them was somebody else, until all that it said of itself was written over."
_ANOTHER = "One of them is known to be another record of that account."


class Ties:
    """The ties among connected records. Without linked accounts there are none."""

    def __init__(
        self,
        facts: Mapping[str, Facts],
        said: Mapping[str, Collection[str]],
        is_denied: Callable[[Pair], bool] = lambda _: False,
    ) -> None:
        """Take what people said of pairs, and of which pairs with an id all else denies it: those are not tied."""
        self._known = {one: found.known for one, found in facts.items() if found.known.own}
        self._said = said
        #: Who may be somebody else, and of whom nobody has said who they are.
        self._doubted = {one for one, known in self._known.items() if known.is_written_over and not said.get(one)}
        by_ref = {known.own: one for one, known in self._known.items()}
        #: By record, those of other accounts that it surely is.
        self._tied: dict[str, set[str]] = {}
        for one, known in self._known.items():
            named = {
                by_ref[name]
                for name in known.names
                if name in by_ref
                and self._doubted.isdisjoint({one, by_ref[name]})
                and not is_denied(pair_of(one, by_ref[name]))
            }
            for other in named.union(other for other in said.get(one, ()) if other in self._known):
                self._tied.setdefault(one, set()).add(other)

    def are_across(self, pair: Pair) -> bool:
        """Return whether two records are of different accounts."""
        one, other = self._known.get(pair[0]), self._known.get(pair[1])
        return one is not None and other is not None and one.account != other.account

    def are_said_one(self, pair: Pair) -> bool:
        """Return whether somebody said that two records are one."""
        return pair[1] in self._said.get(pair[0], ())

    def lack(self, pair: Pair) -> str:
        """Return why two records are not surely one by themselves: one of them is known to be another one there.

        Twins of that other one are, through it: so this keeps nobody apart.
        """
        if not self._doubted.isdisjoint(pair):
            return WRITTEN_OVER
        if not self._tied or not self.are_across(pair):
            return ""
        return _ANOTHER if self._is_another(*pair) or self._is_another(*pair[::-1]) else ""

    def _is_another(self, one: str, other: str) -> bool:
        tied = self._tied.get(one, set())
        return other not in tied and any(self._known[its].place == self._known[other].place for its in tied)
