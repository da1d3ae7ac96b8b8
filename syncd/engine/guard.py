"""What stands between a plan and the CRM: limits on number and share, the stop switch.

A guard never loses a fix: what it holds back stays approved until a person has looked (`syncd apply --over-guards`).
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from mappings import canonical_fields
from syncd.engine.setup import StreamPass
from syncd.model import Action, Fix, Ref
from syncd.settings import GuardSettings, is_within

#: A share of a handful of records says nothing: below this many fixes a rule is never held for its share.
LEAST_COUNT = 20

#: How many fixes wait, by what they do and the rules behind them.
Waiting = Mapping[tuple[Action, tuple[str, ...]], int]


@dataclass(slots=True)
class Allowance:
    """How much one stream may still write in this run, and which rules are held."""

    left: int
    held_rules: Mapping[str, str]
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
    #: How many went into each record that stays.
    _swallowed: Counter[Ref] = field(default_factory=Counter)

    def may_write(self, fix: Fix) -> bool:
        """Return whether the fix passes; an undo passes the share guards: it takes back what they let through."""
        return bool(fix.undoes) or not any(rule in self.held_rules for rule in fix.rules)

    def passing(self, fixes: Iterable[Fix]) -> list[Fix]:
        """Return those of `fixes` that pass; of removals and merges only as many as are left."""
        return [fix for fix in fixes if self.may_write(fix) and self._takes(fix)]

    def _takes(self, fix: Fix) -> bool:
        """Return whether a removal or a merge may still be done, and count it; anything else may."""
        if fix.undoes:
            return True
        if fix.action is Action.ARCHIVE:
            self.removals_left -= 1
            return self.removals_left >= 0
        if fix.action is not Action.MERGE:
            return True
        if self.merges_left <= 0 or self._swallowed[fix.changed] + 1 >= self.max_group:
            return False
        self.merges_left -= 1
        self._swallowed[fix.changed] += 1
        return True


def is_stopped(work: StreamPass) -> bool:
    """Return whether the stop switch is on: the process is ending, the stop file lies there, or the store says so."""
    return work.tools.stop.is_set() or bool(work.tools.store.stopped) or Path(work.setup.guards.stop_file).exists()


def is_resting(work: StreamPass) -> bool:
    """Return whether it is an hour at which nothing is to be written."""
    guards = work.setup.guards
    return not is_within(guards.write_hours, guards.write_zone, work.tools.clock.now())


def allowance(work: StreamPass, *, over_guards: bool) -> Allowance:
    """Work out what may be written now, and tell of every guard that trips."""
    now = work.tools.clock.now()
    with work.tools.store.reading() as tx:
        waiting = tx.journal.count_approved(work.stream)
        updates = tx.journal.count_approved_updates(work.stream, _notes(work.stream.kind))
        record_count = tx.records.count(work.stream)
        today = tx.journal.count_written_since(work.stream, now - timedelta(days=1))
        removed_at = tx.archive.last_kept_at(work.stream)
        until = tx.journal.last_approved(work.stream)
    if over_guards:
        return Allowance(sys.maxsize, {}, sum(waiting.values()), "", until)
    guards = work.setup.guards
    counts = _by_rule(waiting, updates)
    most = max(LEAST_COUNT, guards.max_share * record_count)
    held = {rule: "max_share" for rule, count in counts.items() if count > most}
    for rule in held:
        work.tools.telemetry.guard_tripped(work.stream, "max_share", rule, f"{counts[rule]} of {record_count} records")
    left, limited_by = guards.max_changes_per_run, "max_changes_per_run"
    left_today = max(0, guards.max_changes_per_day - today)
    if left_today < left:
        left, limited_by = left_today, "max_changes_per_day"
    removals_left = _removals_left(guards, removed_at, now)
    most_of = {Action.ARCHIVE: removals_left, Action.MERGE: guards.max_merges_per_run}
    passing = _passing_count(waiting, held, most_of)
    return Allowance(left, held, passing, limited_by, until, removals_left, guards.max_merges_per_run, guards.max_group)


def _notes(kind: str) -> frozenset[str]:
    """Return the fields that hold what syncd notes; a first run fills them on every record, and changes nothing."""
    return frozenset(name for name, field in canonical_fields(kind).items() if field.note)


def _by_rule(waiting: Waiting, updates: Mapping[str, int]) -> dict[str, int]:
    """Return on how many records each rule would change something that people have entered."""
    all_updates, counts = Counter[str](), Counter[str]()
    for (action, rules), count in waiting.items():
        (all_updates if action is Action.UPDATE else counts).update(dict.fromkeys(rules, count))
    counts.update({rule: min(count, all_updates[rule]) for rule, count in updates.items()})
    return dict(counts)


def _passing_count(waiting: Waiting, held: Mapping[str, str], most_of: Mapping[Action, int]) -> int:
    counts = Counter[Action]()
    for (action, rules), count in waiting.items():
        counts[action] += 0 if held.keys() & set(rules) else count
    return sum(min(count, most_of.get(action, count)) for action, count in counts.items())


def _removals_left(guards: GuardSettings, removed_at: datetime | None, now: datetime) -> int:
    """Return how many records may go now: none until the pause since the last removals is over."""
    is_due = removed_at is None or now >= removed_at + guards.removals_every
    return guards.max_removals_per_run if is_due else 0
