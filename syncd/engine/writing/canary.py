"""The first few fixes of each rule: written alone, read back, and the rule goes on only where the CRM holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from syncd.engine.guarding.allowance import Allowance
from syncd.engine.guarding.compare import Comparison, Standing, compare
from syncd.engine.holds import CANARY, CANARY_PAUSE, begin_hold
from syncd.engine.judging.people import is_same
from syncd.engine.merging.merging import ids_of, merge_lives
from syncd.engine.reading.keep import keep_gone, keep_records
from syncd.engine.reading.refused import is_taken
from syncd.engine.setup import StreamPass
from syncd.model import PROMOTE, Action, Fix, FixState
from syncd.store import Norm

#: So many first fixes of a rule may be refused because other records hold their values before the rule is held: one of
#: them says nothing against it, all of them do.
MOST_TAKEN = 20
#: Fixes of all rules together that are written as a first few at once.
MOST = 100


def split(fixes: Sequence[Fix], tried: Collection[str], size: int) -> tuple[list[Fix], list[Fix]]:
    """Return the first few fixes of each rule that was not tried yet, and the rest.

    Of each record the first one is chosen, or none: what comes behind it is written behind it.
    """
    first: list[Fix] = []
    rest: list[Fix] = []
    taken: set[str] = set()
    chosen: Counter[str] = Counter()
    for fix in fixes:
        untried = [rule for rule in fix.rules if rule not in tried]
        if len(first) < MOST and taken.isdisjoint(ids_of([fix])) and any(chosen[rule] < size for rule in untried):
            first.append(fix)
            chosen.update(untried)
        else:
            rest.append(fix)
        taken.update(ids_of([fix]))
    return first, rest


def lives(work: StreamPass, allowed: Allowance, fixes: Sequence[Fix]) -> bool:
    """Look at what was written as a first few, and hold the rules whose values the CRM does not hold.

    Returns whether anything more may be written at all: after a lost answer nothing is. Nothing sent says nothing
    against a rule.
    """
    with work.tools.store.reading() as tx:
        found = [fix for one in fixes if (fix := tx.journal.find(one.id)) is not None]
    if any(fix.state is FixState.UNKNOWN for fix in found):
        work.tools.telemetry.guard_tripped(work.stream, CANARY, "", "the first few writes were not answered")
        return False
    applied = [fix for fix in found if fix.state is FixState.APPLIED]
    good, untrue = _merges_told(work, applied) if _are_merges(applied) else _told(work, applied)
    tries = Counter(rule for fix in applied for rule in fix.rules)
    rejected = [fix for fix in found if fix.state is FixState.REJECTED]
    refused = {rule for fix in rejected if not is_taken(fix) for rule in fix.rules} - good
    refused |= _refused_everywhere(allowed, [fix for fix in rejected if is_taken(fix)], good | untrue | refused)
    _let_stand(work, allowed, good - untrue)
    for rule in sorted(untrue | refused):
        why = "the CRM does not hold what was written" if rule in untrue else "the CRM refused the first few writes"
        allowed.held_rules[rule] = CANARY
        work.tools.telemetry.guard_tripped(work.stream, CANARY, rule, why)
    with work.tools.store.transaction() as tx:
        # A single one may have been set back by a person who stood by. What is seen again and again is parked.
        for rule in sorted(one for one in untrue - good if tries[one] > 1):
            begin_hold(tx, work, CANARY, rule, f"the CRM did not hold what its {tries[rule]} first writes wrote")
    return True


def _refused_everywhere(allowed: Allowance, taken: Sequence[Fix], told: Collection[str]) -> set[str]:
    """Return the rules of which nothing could be written, as other records hold all their values.

    Of the others another few are tried before more of it follows: nothing is known of them yet.
    """
    clashes = Counter(rule for fix in taken for rule in fix.rules if rule not in told)
    allowed.taken.update(clashes)
    allowed.tried.difference_update(clashes)
    return {rule for rule in clashes if allowed.taken[rule] >= MOST_TAKEN}


def arrived(work: StreamPass, fixes: Sequence[Fix]) -> bool:
    """Return whether the CRM holds what the first few of an undo put back, and tell when it does not."""
    with work.tools.store.reading() as tx:
        found = [fix for one in fixes if (fix := tx.journal.find(one.id)) is not None]
    applied = [fix for fix in found if fix.state is FixState.APPLIED]
    _, untrue = _told(work, applied)
    if untrue or any(fix.state is FixState.UNKNOWN for fix in found):
        work.tools.telemetry.guard_tripped(work.stream, CANARY, "", "the CRM does not hold what an undo put back")
        return False
    return True


def _are_merges(fixes: Sequence[Fix]) -> bool:
    return bool(fixes) and fixes[0].action is Action.MERGE


def _merges_told(work: StreamPass, applied: Sequence[Fix]) -> tuple[set[str], set[str]]:
    rules = {rule for fix in applied for rule in fix.rules}
    return (rules, set()) if merge_lives(work.setup, applied) else (set(), rules)


def _told(work: StreamPass, applied: Sequence[Fix]) -> tuple[set[str], set[str]]:
    """Return the rules of which the CRM holds something, and those of which something is not as it was written."""
    if not applied:
        return set(), set()
    comparison = compare(work.setup, applied)
    good: set[str] = set()
    bad: set[str] = set()
    for fix in applied:
        for rule, is_held in _held(fix, comparison):
            (good if is_held else bad).add(rule)
    # What another one changed this very moment says nothing, where the rest of the rule stands.
    untrue = (bad - good) | {rule for fix in applied for rule in _as_before(fix, comparison)}
    if untrue:
        with work.tools.store.transaction() as tx:
            keep_records(work, tx, list(comparison.records.values()))
            keep_gone(work, tx, comparison.gone)
    return good, untrue


def _held(fix: Fix, comparison: Comparison) -> Iterator[tuple[str, bool]]:
    """Yield each rule of a fix with whether the CRM holds what it wanted."""
    standing = comparison.standing[fix.id]
    if standing is Standing.GONE and not fix.removes:
        return
    if fix.action is Action.UPDATE or fix.makes:
        values = comparison.records[fix.ref.id].values
        for change in fix.changes:
            is_held = is_same(values.get(change.property), change.after)
            yield from ((rule, is_held) for rule in change.rules)
    else:
        # Which company is the primary one shows in no link.
        is_held = standing is Standing.AFTER or (fix.link is not None and fix.link.label == PROMOTE)
        yield from ((rule, is_held) for rule in fix.rules)


def _as_before(fix: Fix, comparison: Comparison) -> Iterable[str]:
    """Return the rules whose values are what they were before: the CRM said yes and did nothing, or took them back."""
    if fix.action is not Action.UPDATE or fix.ref.id not in comparison.records:
        return ()
    values = comparison.records[fix.ref.id].values
    taken_back = [one for one in fix.changes if one.property in values and is_same(values[one.property], one.before)]
    return [rule for one in taken_back for rule in one.rules]


def _let_stand(work: StreamPass, allowed: Allowance, rules: Collection[str]) -> None:
    """Begin the pause behind the first fixes a rule ever wrote; lift what an earlier canary held."""
    begun = [rule for rule in rules if rule in allowed.rule_left and allowed.rule_left[rule].guard == CANARY_PAUSE]
    now = work.tools.clock.now()
    with work.tools.store.transaction() as tx:
        if begun:
            tx.norms.keep(work.stream, {("begun", rule): Norm(0.0, "", now) for rule in begun})
        for one in tx.holds.of(work.stream):
            if one.guard == CANARY and one.key in rules:
                tx.holds.release(work.stream, CANARY, one.key)
