"""What stands between a plan and the CRM: limits on number and share, what is held for a person, the stop switch.

A guard never loses a fix: what it holds back stays approved until a person has looked (`syncd apply --over-guards`, or
`syncd holds --release` for one hold).
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from mappings import canonical_fields
from syncd.engine.guarding.allowance import Allowance, RuleLimit
from syncd.engine.holds import CANARY_PAUSE, FOUGHT, NOT_BELIEVED, OF_FIELDS, OF_RULES
from syncd.engine.setup import StreamPass
from syncd.model import Action
from syncd.settings import GuardSettings, is_within
from syncd.store import Hold, Transaction

#: A share of a handful of records says nothing: below this many fixes a rule is never held for its share.
LEAST_COUNT = 20

#: A merge waits for what belongs together with it in a linked account; one that was begun needs a person.
LINKED_WAIT, LINKED_MERGE = "linked_wait", "linked_merge"

#: What can stop a run, as the `guard` label says it.
GUARDS = (
    "max_changes_per_run",
    "max_changes_per_day",
    "max_rule_changes_per_run",
    "max_rule_changes_per_day",
    "max_share",
    "max_share_per_day",
    "max_removals_per_run",
    "max_merges_per_run",
    "max_creates_per_run",
    "max_group",
    "canary",
    CANARY_PAUSE,
    "stop_switch",
    LINKED_WAIT,
    LINKED_MERGE,
    *sorted({*OF_FIELDS, *NOT_BELIEVED, *OF_RULES} - {"canary"}),
)

#: How many fixes wait, by what they do and the rules behind them.
Waiting = Mapping[tuple[Action, tuple[str, ...]], int]


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
    notes = notes_of(work.stream.kind)
    with work.tools.store.reading() as tx:
        waiting = tx.journal.count_approved(work.stream)
        updates = tx.journal.count_approved_updates(work.stream, notes)
        record_count = tx.records.count(work.stream)
        today = tx.journal.count_written_since(work.stream, now - timedelta(days=1))
        removed_at = tx.archive.last_kept_at(work.stream)
        until = tx.journal.last_approved(work.stream)
        held_now = tx.holds.of_kind(work.stream.account, work.stream.kind)
        rule_left = {} if over_guards else _rule_left(tx, work, notes, record_count)
    mine = [one for one in held_now if one.stream.object == work.stream.object]
    parked = {one.key: FOUGHT for one in mine if one.guard == FOUGHT}
    _tell_holds(work, [one for one in mine if one.guard == FOUGHT or not over_guards])
    if over_guards:
        return Allowance(sys.maxsize, parked, sum(waiting.values()), "", until)
    guards = work.setup.guards
    counts = _by_rule(waiting, updates)
    held = {**_over_share(work, counts, record_count), **{one.key: one.guard for one in mine if one.guard in OF_RULES}}
    left, limited_by = guards.max_changes_per_run, "max_changes_per_run"
    left_today = max(0, guards.max_changes_per_day - today)
    if left_today < left:
        left, limited_by = left_today, "max_changes_per_day"
    removals_left = _removals_left(guards, removed_at, now)
    most_of = {
        Action.ARCHIVE: removals_left,
        Action.MERGE: guards.max_merges_per_run,
        Action.CREATE: guards.max_creates_per_run,
    }
    return Allowance(
        left,
        held,
        _passing_count(waiting, held, most_of),
        limited_by,
        until,
        removals_left,
        guards.max_merges_per_run,
        guards.max_group,
        guards.max_creates_per_run,
        rule_left=rule_left,
        notes=notes,
        held_fields=frozenset(one.key for one in mine if one.guard in OF_FIELDS),
        # Whether two records are one is said of all records of a kind: half of them is not enough anywhere.
        holds_deeds=any(one.guard in NOT_BELIEVED or (one.guard in OF_FIELDS and one in mine) for one in held_now),
        is_shut=any(one.guard in NOT_BELIEVED for one in mine),
        is_removal_pause=not removals_left and bool(guards.max_removals_per_run),
    )


def notes_of(kind: str) -> frozenset[str]:
    """Return the fields that hold what syncd notes; a first run fills them on every record, and changes nothing."""
    return frozenset(name for name, field in canonical_fields(kind).items() if field.note)


def _tell_holds(work: StreamPass, held: Iterable[Hold]) -> None:
    for one in held:
        rule = one.key if one.guard in OF_RULES else ""
        work.tools.telemetry.guard_tripped(work.stream, one.guard, rule, one.detail)


def _over_share(work: StreamPass, counts: Mapping[str, int], record_count: int) -> dict[str, str]:
    """Return the rules that would change too large a part of the records, and tell of them."""
    most = max(LEAST_COUNT, work.setup.guards.max_share * record_count)
    held = {rule: "max_share" for rule, count in counts.items() if count > most}
    for rule in held:
        work.tools.telemetry.guard_tripped(work.stream, "max_share", rule, f"{counts[rule]} of {record_count} records")
    return held


def _rule_left(tx: Transaction, work: StreamPass, notes: frozenset[str], record_count: int) -> dict[str, RuleLimit]:
    """Return how many records each rule may still change, and the guard that says so.

    A day begins anew when a person has let fixes go over the guards.
    """
    guards, now = work.setup.guards, work.tools.clock.now()
    waiting = tx.journal.count_approved(work.stream)
    rules = {rule for _, rules in waiting for rule in rules}
    if not rules:
        return {}
    # What only makes records changes no part of those there are.
    changing = {rule for action, rules in waiting if action is not Action.CREATE for rule in rules}
    looked = tx.norms.of(work.stream).get(("looked", ""))
    since = max(now - timedelta(days=1), looked.at) if looked is not None else now - timedelta(days=1)
    written = tx.journal.count_written_by_rule(work.stream, since, notes)
    share = guards.max_share if guards.max_share_per_day is None else guards.max_share_per_day
    left = {}
    for rule in rules:
        done = written.get(rule, 0)
        limits = []
        if share < 1 and rule in changing:
            limits.append(RuleLimit(max(0, int(max(LEAST_COUNT, share * record_count)) - done), "max_share_per_day"))
        if guards.max_rule_changes_per_day is not None:
            limits.append(RuleLimit(max(0, guards.max_rule_changes_per_day - done), "max_rule_changes_per_day"))
        if guards.max_rule_changes_per_run is not None:
            limits.append(RuleLimit(guards.max_rule_changes_per_run, "max_rule_changes_per_run"))
        limits += _in_probation(tx, work, rule)
        if limits:
            left[rule] = min(limits, key=lambda limit: limit.left)
    return left


def _in_probation(tx: Transaction, work: StreamPass, rule: str) -> list[RuleLimit]:
    """Return what the pause behind a rule's very first fixes leaves of them: a canary, then nothing for a while."""
    guards = work.setup.guards
    if not guards.canary_pause or not guards.canary:
        return []
    begun = tx.norms.of(work.stream).get(("begun", rule))
    if begun is None:
        has_written = tx.journal.ever_applied(work.stream, rule)
        return [] if has_written else [RuleLimit(guards.canary, CANARY_PAUSE)]
    is_over = work.tools.clock.now() >= begun.at + guards.canary_pause
    return [] if is_over else [RuleLimit(0, CANARY_PAUSE)]


def _by_rule(waiting: Waiting, updates: Mapping[str, int]) -> dict[str, int]:
    """Return on how many records each rule would change something that people have entered; a new one is none."""
    all_updates, counts = Counter[str](), Counter[str]()
    for (action, rules), count in waiting.items():
        if action is Action.CREATE:
            continue
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
