"""What the rules of one field said of values seen before: found again by value, in bounded memory.

A verdict follows from the field's own value and from what the rules looked at beside it, which differs from value to
value: nobody needs the country to see that `+14155550100` is right. So what is remembered is a tree: the value leads to
an outcome, or to a fork that names the next field to look at. A change of what no rule looked at costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from syncd.model import Deed, Mode, Severity, Value

#: Outcomes of a field in one generation. There are two: what was not asked for during a whole one is forgotten.
GENERATION = 131_072
#: Stands for a field that was not fetched.
ABSENT: Any = object()

#: What a finding says beside whose it is: rule, field, severity, message, mode, proposal, has_proposal.
Parts = tuple[str, str, Severity, str, Mode, Value | Deed, bool]


@dataclass(slots=True)
class Outcome:
    """All that the rules of a field have to say, from the first phase to the last, whatever the record.

    It is never changed; not frozen because one is made for most new values, and frozen ones take three times as long.
    """

    field: str = ""
    #: The other fields they looked at, and the phase in which they first did.
    path: tuple[tuple[str, int], ...] = ()
    #: Whether nothing at all is said.
    is_quiet: bool = True
    #: What becomes a finding, with the place of its step among all.
    said: tuple[tuple[int, Parts], ...] = ()
    #: What the field holds after a phase.
    changes: tuple[tuple[int, Value], ...] = ()
    #: Flags raised in a phase, and flags whose rule could not speak.
    raised: tuple[tuple[int, str], ...] = ()
    silent: tuple[tuple[int, str], ...] = ()
    again_at: datetime | None = None
    #: Whether a rule surely changes another field.
    crosses: bool = False
    #: What rules over several fields find in the value, a bit for each: see `Rule.clues`.
    clues: int = 0

    def value_before(self, phase: int, value: Value) -> Value:
        """Return what the field holds when a phase begins, given its first value."""
        for changed_in, after in self.changes:
            if changed_in < phase:
                value = after
        return value


#: Nothing to say, and nothing looked at but the value: by far the most frequent outcome.
QUIET = Outcome()


@dataclass(slots=True)
class Fork:
    """A place in the tree where the value of another field decides."""

    field: str
    branches: dict[Any, Outcome | Fork]


def key_of(value: Any) -> Any:
    """Return what a value is found by: 1, 1.0 and True are equal and not the same, nor are 0.0 and -0.0."""
    if value.__class__ is str or value is None:
        return value
    return (value.__class__, repr(value) if value.__class__ is float else value)


class Memory:
    """The outcomes of one field by value."""

    __slots__ = ("_alike", "_count", "_old", "young")

    def __init__(self) -> None:
        #: The tree of this generation; those in a hurry look here themselves before they `recall`,
        #: and hold on to it: it is always the same.
        self.young: dict[Any, Outcome | Fork] = {}
        self._old: dict[Any, Outcome | Fork] = {}
        self._count = 0
        #: Outcomes many values have, made once.
        self._alike: dict[Any, Outcome] = {}

    def forget(self) -> None:
        """Begin anew."""
        self.young.clear()
        self._old, self._count = {}, 0

    def recall(self, value: Value, values: Mapping[str, Value]) -> Outcome | None:
        """Return the outcome for `value` in a record of `values`; None when there is none yet."""
        key = key_of(value)
        found = follow(self.young.get(key), values)
        if found is None and self._old:
            found = follow(self._old.get(key), values)
            if found is not None:
                self._put(key, values, found)
        return found

    def keep(self, value: Value, values: Mapping[str, Value], outcome: Outcome) -> Outcome:
        """Remember an outcome; return it, or the equal one that is remembered already."""
        key = key_of(value)
        if outcome is QUIET and self._count < GENERATION:
            self._count += 1
            self.young[key] = QUIET
            return outcome
        if outcome.again_at is None and (outcome.is_quiet or all(parts[5] is None for _, parts in outcome.said)):
            facts = (outcome.path, outcome.said, outcome.changes, outcome.silent, outcome.clues)
            outcome = self._alike.setdefault(facts, outcome)
        self._put(key, values, outcome)
        return outcome

    def _put(self, key: Any, values: Mapping[str, Value], outcome: Outcome) -> None:
        if self._count >= GENERATION:
            self._old, self._count = self.young.copy(), 0
            self.young.clear()
        self._count += 1
        branches = self.young
        if not outcome.path and not isinstance(branches.get(key), Fork):
            branches[key] = outcome
            return
        remaining = [field for field, _ in outcome.path]
        while True:
            found = branches.get(key)
            if isinstance(found, Fork):
                fork = found
            elif remaining:
                fork = branches[key] = Fork(remaining[0], {})
            else:
                branches[key] = outcome
                return
            if fork.field in remaining:
                remaining.remove(fork.field)
            branches, key = fork.branches, key_of(values.get(fork.field, ABSENT))


def follow(found: Outcome | Fork | None, values: Mapping[str, Value]) -> Outcome | None:
    """Return where a place in the tree leads in a record of `values`."""
    while isinstance(found, Fork):
        value = values.get(found.field, ABSENT)
        found = found.branches.get(value if value.__class__ is str or value is None else key_of(value))
    return found
