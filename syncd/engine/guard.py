"""What stands between a plan and the CRM: limits on number and share, the stop switch.

A guard never loses a fix: what it holds back stays approved until a person has looked (`syncd apply --over-guards`).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from syncd.engine.setup import StreamPass
from syncd.model import Fix

#: A share of a handful of records says nothing: below this many fixes a rule is never held for its share.
LEAST_COUNT = 20


@dataclass(slots=True)
class Allowance:
    """How much one stream may still write in this run, and which rules are held."""

    left: int
    held_rules: Mapping[str, str]
    #: Fixes that wait to be written, as far as it was counted; a fix of two rules may count twice.
    waiting: int
    #: The guard that `left` comes from, `max_changes_per_run` or `max_changes_per_day`.
    limited_by: str

    def may_write(self, fix: Fix) -> bool:
        """Return whether the fix passes; an undo passes the share guards: it takes back what they let through."""
        return bool(fix.undoes) or not any(rule in self.held_rules for rule in fix.rules)


def is_stopped(work: StreamPass) -> bool:
    """Return whether the stop switch is on: the process is ending, or the stop file lies there."""
    return work.tools.stop.is_set() or Path(work.setup.guards.stop_file).exists()


def allowance(work: StreamPass, *, over_guards: bool) -> Allowance:
    """Work out what may be written now, and tell of every guard that trips."""
    with work.tools.store.reading() as tx:
        waiting = tx.journal.count_approved(work.stream)
        record_count = tx.records.count(work.stream)
        today = tx.journal.count_written_since(work.stream, work.tools.clock.now() - timedelta(days=1))
    if over_guards:
        return Allowance(sys.maxsize, {}, sum(waiting.values()), "")
    guards = work.setup.guards
    most = max(LEAST_COUNT, guards.max_share * record_count)
    held = {rule: "max_share" for rule, count in waiting.items() if count > most}
    for rule in held:
        work.tools.telemetry.guard_tripped(work.stream, "max_share", rule, f"{waiting[rule]} of {record_count} records")
    left_today = max(0, guards.max_changes_per_day - today)
    if left_today < guards.max_changes_per_run:
        return Allowance(left_today, held, sum(waiting.values()), "max_changes_per_day")
    return Allowance(guards.max_changes_per_run, held, sum(waiting.values()), "max_changes_per_run")
