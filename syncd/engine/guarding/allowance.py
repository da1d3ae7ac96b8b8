"""How much one stream may write in one run: asked of each fix, counted down as fixes pass."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from syncd.model import Action, Fix, Ref


class RuleLimit(NamedTuple):
    """How many more records a rule may change, and the guard that says so."""

    left: int
    guard: str


@dataclass(slots=True)
class Allowance:
    """How much one stream may still write in this run, and which rules are held."""

    left: int
    #: The guard that holds a rule, by rule. A canary that dies adds to it.
    held_rules: dict[str, str]
    #: Fixes that wait to be written and pass the guards on rules and removals.
    waiting: int
    #: The guard that `left` comes from, `max_changes_per_run` or `max_changes_per_day`.
    limited_by: str
    #: The last fix that was approved when the run began to write; what follows from its writes waits for the next.
    until: str
    #: Records that may still be removed in this run.
    removals_left: int = sys.maxsize
    #: Records that may still be merged into others in this run, and how many into one and the same.
    merges_left: int = sys.maxsize
    max_group: int = sys.maxsize
    #: Records that may still be made in this run.
    creates_left: int = sys.maxsize
    rule_left: Mapping[str, RuleLimit] = field(default_factory=dict)
    #: Fields that syncd notes something in: filling an empty one changes nothing of anybody's.
    notes: frozenset[str] = frozenset()
    #: Fields whose values are not believed, by our names.
    held_fields: frozenset[str] = frozenset()
    #: Whether merges, removals and new records wait, whatever rule wants them, and whether everything but undos does.
    holds_deeds: bool = False
    is_shut: bool = False
    #: Whether no record may go because the pause since the last removals is not over.
    is_removal_pause: bool = False
    #: Rules whose first fixes of this run were written, and looked at.
    tried: set[str] = field(default_factory=set)
    #: How many first fixes of rules that had none written were refused because other records hold their values.
    taken: Counter[str] = field(default_factory=Counter)
    #: How many fixes a limit has kept from passing, by guard and rule.
    kept_back: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: How many records each rule has changed.
    _taken: Counter[str] = field(default_factory=Counter)
    #: How many went into each record that stays.
    _swallowed: Counter[Ref] = field(default_factory=Counter)

    def may_write(self, fix: Fix) -> bool:
        """Return whether the fix passes what is held. An undo does: it takes back what the guards let through; but not
        where the CRM does not hold what is written."""
        if fix.undoes:
            return not any(self.held_rules.get(rule) == "canary" for rule in fix.rules)
        if self.is_shut or any(rule in self.held_rules for rule in fix.rules):
            return False
        if fix.action in {Action.MERGE, Action.ARCHIVE, Action.CREATE}:
            return not self.holds_deeds
        return self.held_fields.isdisjoint(change.field for change in fix.changes)

    def passing(self, fixes: Iterable[Fix]) -> list[Fix]:
        """Return those of `fixes` that pass; of removals, merges and each rule's only as many as are left."""
        return [fix for fix in fixes if self.may_write(fix) and self._takes(fix)]

    def _takes(self, fix: Fix) -> bool:
        """Return whether a fix is within the limits, and count it."""
        if fix.undoes:
            return True
        rules = self._rules_changing(fix)
        limits = [(self.rule_left[rule].guard, rule) for rule in rules if self._is_used_up(rule)]
        limits += [(guard, "") for guard in self._limits_of_deeds(fix)]
        if limits:
            self.kept_back[limits[0]] += 1
            return False
        self._taken.update(rules)
        if fix.action is Action.ARCHIVE:
            self.removals_left -= 1
        elif fix.action is Action.CREATE:
            self.creates_left -= 1
        elif fix.action is Action.MERGE:
            self.merges_left -= 1
            self._swallowed[fix.changed] += 1
        return True

    def _is_used_up(self, rule: str) -> bool:
        return rule in self.rule_left and self._taken[rule] >= self.rule_left[rule].left

    def _rules_changing(self, fix: Fix) -> tuple[str, ...]:
        """Return the rules that change something of somebody's by the fix."""
        if fix.action is not Action.UPDATE:
            return fix.rules
        changes = [one for one in fix.changes if not (one.field in self.notes and one.before in (None, ""))]
        return tuple(dict.fromkeys(rule for one in changes for rule in one.rules))

    def _limits_of_deeds(self, fix: Fix) -> list[str]:
        if fix.action is Action.ARCHIVE and self.removals_left <= 0:
            return ["max_removals_per_run"]
        if fix.action is Action.CREATE and self.creates_left <= 0:
            return ["max_creates_per_run"]
        if fix.action is Action.MERGE and self.merges_left <= 0:
            return ["max_merges_per_run"]
        if fix.action is Action.MERGE and self._swallowed[fix.changed] + 1 >= self.max_group:
            return ["max_group"]
        return []
