"""Step 10: write approved fixes. Compare, intend, push, settle: the journal knows of a write before the CRM does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace

from syncd.engine.guarding.allowance import Allowance
from syncd.engine.guarding.compare import Comparison, Standing, compare
from syncd.engine.guarding.guard import allowance, is_resting, is_stopped
from syncd.engine.guarding.watch import own_writes
from syncd.engine.holds import go_over
from syncd.engine.judging.fitting import refusal_of
from syncd.engine.judging.people import settle_undos
from syncd.engine.merging.linked_sides import known_beside, known_of
from syncd.engine.merging.merging import MERGES, ids_of, led, write_merges
from syncd.engine.merging.plans import in_plans
from syncd.engine.merging.unmerging import write_unmerges
from syncd.engine.reading.keep import keep_gone, keep_records
from syncd.engine.reading.link_ends import read_ends
from syncd.engine.reading.refused import read_refused, told_with_holder
from syncd.engine.setup import StreamPass, StreamSetup
from syncd.engine.writing.canary import lives, split
from syncd.engine.writing.creating import touched, write_creates
from syncd.engine.writing.recover import recover
from syncd.engine.writing.remove import may_go, push_removals, read_whole
from syncd.engine.writing.written import as_sent, as_written, promotes, with_promoted
from syncd.errors import AnswerLostError, BrokenPromiseError, ConnectorError
from syncd.model import (
    Action,
    Fix,
    FixState,
    LinkWrite,
    Outcome,
    Update,
)
from syncd.store import Transaction

#: Fixes compared, intended, sent and settled together; what both CRMs' batch calls can hold.
BATCH = 100
#: How long it takes at most until a change shows that comes behind another one.
MOMENT_S = 2.0
#: Fixes looked at together, to be sorted into batches of one kind each: a batch of links costs calls of its own.
WINDOW = 10 * BATCH

#: Why nothing is written, whatever is approved.
STOPPED = "the stop switch is on; `syncd stop --lift` ends that"
RESTING = "it is none of the hours of `guards.write_hours`"

#: What is done first. Merges: two that become one need not both be tidied, and a merge waits when one of them was.
_TURNS = {Action.MERGE: 0, Action.UPDATE: 1, Action.LINK: 2, Action.CREATE: 3, Action.ARCHIVE: 4}

#: What a fix comes to that need not or must not be sent.
UNSENT = {
    Standing.AFTER: (FixState.ALREADY_TRUE, "the record holds it already"),
    Standing.OTHER: (FixState.STALE, "the record has changed since"),
    Standing.GONE: (FixState.STALE, "the record is gone"),
}


def write_fixes(work: StreamPass, *, over_guards: bool = False) -> None:
    """Write what is approved for the stream, as far as the guards allow; at other hours than theirs nothing."""
    if is_resting(work) and not over_guards:
        work.tally.stopped = RESTING
        return
    allowed = allowance(work, over_guards=over_guards)
    with own_writes(work) if allowed.waiting else nullcontext():
        _write_allowed(work, allowed, may_rest=not over_guards)
        _tell_kept_back(work, allowed)
    with work.tools.store.reading() as tx:
        work.tally.held = tx.journal.count_held(work.stream, allowed.until)
    if work.tally.fixes.get(FixState.UNKNOWN):
        recover(work)
    if over_guards and not is_stopped(work):
        go_over(work)


def _write_allowed(work: StreamPass, allowed: Allowance, *, may_rest: bool) -> None:
    sent = 0
    for fixes, is_canary in _batches(work, allowed):
        if is_stopped(work):
            work.tools.telemetry.guard_tripped(work.stream, "stop_switch", "", "nothing more is written")
            work.tally.stopped = STOPPED
            return
        if may_rest and is_resting(work):
            work.tally.stopped = RESTING
            return
        write_batch(work, fixes)
        if is_canary and not lives(work, allowed, fixes):
            return
        sent += len(fixes)
        work.tools.telemetry.progressed(work.stream, sent, max(sent, min(allowed.left, allowed.waiting)))


def _tell_kept_back(work: StreamPass, allowed: Allowance) -> None:
    """Tell of the limits that kept fixes from being written; a pause between removals is none."""
    for (guard, rule), count in sorted(allowed.kept_back.items()):
        if guard != "max_removals_per_run" or not allowed.is_removal_pause:
            work.tools.telemetry.guard_tripped(work.stream, guard, rule, f"{count} fixes wait for their turn")


def write_batch(work: StreamPass, fixes: Sequence[Fix]) -> None:
    """Write fixes of different records: those whose record still is as it was when they were decided on."""
    fixes = _not_in_doubt(work, fixes)
    if not fixes:
        return
    if fixes[0].action is Action.MERGE:
        _write_merges(work, fixes)
        return
    if any(fix.makes for fix in fixes):
        write_creates(work, [fix for fix in fixes if fix.makes])
        fixes = [fix for fix in fixes if not fix.makes]
        if not fixes:
            return
    comparison = _compared(work, fixes)
    ready = [
        fix for fix in fixes if comparison.standing[fix.id] is Standing.BEFORE and fix.ref.id not in comparison.fresh
    ]
    unfit = {fix.id: reason for fix in ready if (reason := refusal_of(work.setup, fix))}
    unfit |= touched(work, [fix for fix in ready if fix.action is Action.CREATE])
    ready = [fix for fix in ready if fix.id not in unfit]
    unsent = [fix for fix in fixes if comparison.standing[fix.id] in UNSENT or fix.id in unfit]
    _close_unsent(work, unsent, comparison, unfit)
    copies = read_whole(work.setup, ready)
    # A removal that no copy was made of, or whose record has moved on meanwhile, waits for the next pass.
    ready = [fix for fix in ready if may_go(fix, copies, comparison.records)]
    if not ready:
        return

    with work.tools.store.transaction() as tx:
        ready = _still_wanted(work, tx, ready, comparison)
        tx.journal.intend([fix.id for fix in ready], work.run, work.tools.clock.now())
        tx.archive.keep(work.stream, {fix.id: copies[fix.ref.id] for fix in ready if fix.ref.id in copies})

    try:
        outcomes = _push(work.setup, ready)
    except ConnectorError as refusal:
        _take_out(work, ready, refusal)
        raise

    _settle(work, ready, outcomes, comparison)


def _write_merges(work: StreamPass, fixes: Sequence[Fix]) -> None:
    """Merge records, and take merges back."""
    merges = [fix for fix in fixes if not fix.undoes]
    undos = [fix for fix in fixes if fix.undoes]
    if merges:
        write_merges(work, merges)
    if undos:
        write_unmerges(work, undos)


def _not_in_doubt(work: StreamPass, fixes: Sequence[Fix]) -> list[Fix]:
    """Return the fixes that are still approved, and whose records have no write of unknown end.

    What earlier batches of this run found out may have overtaken a fix, and so may a person who dismissed it. Records
    with such a write wait for recovery, which needs the version that was based on: it may not be read over before.
    """
    with work.tools.store.reading() as tx:
        in_doubt = set(ids_of(tx.journal.unsettled(work.stream)))
        approved = tx.journal.approved_among([fix.id for fix in fixes])
        led_now = [led(tx, work, fix) for fix in fixes if fix.id in approved]
    return [fix for fix in led_now if in_doubt.isdisjoint(ids_of([fix]))]


def _compared(work: StreamPass, fixes: Sequence[Fix]) -> Comparison:
    """Compare fixes with their records.

    A record that somebody has changed this very moment is looked at again when the moment is over, and if it still is
    so then, at the next pass: after our write nobody could tell theirs from ours.
    """
    comparison = compare(work.setup, fixes)
    again = [fix for fix in fixes if fix.ref.id in comparison.fresh]
    if not again:
        return comparison
    work.tools.clock.wait(MOMENT_S, work.tools.stop)
    return comparison.updated(compare(work.setup, again))


def _still_wanted(work: StreamPass, tx: Transaction, fixes: Sequence[Fix], comparison: Comparison) -> list[Fix]:
    """Return the fixes that are still wanted of the records as they were just read.

    Records that have moved on since they were kept are judged and kept first: the version in the store is the one each
    write was based on, and recovery asks the CRM for what came after it.
    """
    held = tx.records.versions(work.stream, [fix.ref.id for fix in fixes])
    moved = {fix.id: comparison.records[fix.ref.id] for fix in fixes if fix.ref.id in comparison.records}
    promoting = {fix.id for fix in fixes if promotes(fix)}
    # Which company is the primary one moves without a new version.
    moved = {
        key: record
        for key, record in moved.items()
        if held.get(record.ref.id) != record.modified_at or key in promoting
    }
    keep_records(work, tx, list(moved.values()))
    approved = tx.journal.approved_among([fix.id for fix in fixes])
    return [fix for fix in fixes if fix.id in approved]


def _push(setup: StreamSetup, fixes: Sequence[Fix]) -> list[Outcome]:
    """Send the fixes. A row that the connector says nothing of is unknown, never forgotten."""
    updates = [
        Update(fix.id, fix.ref, {change.property: change.after for change in fix.changes})
        for fix in fixes
        if fix.action is Action.UPDATE
    ]
    links = [
        LinkWrite(fix.id, fix.ref, as_sent(fix.link), remove=bool(fix.undoes)) for fix in fixes if fix.link is not None
    ]
    outcomes = setup.connector.update(setup.stream.object, updates, setup.want.fields) if updates else []
    outcomes += setup.connector.link(setup.stream.object, links) if links else []
    outcomes += push_removals(setup, fixes)
    answered = {outcome.fix for outcome in outcomes}
    silent = [Outcome(fix.id, FixState.UNKNOWN, "no answer for this row") for fix in fixes if fix.id not in answered]
    return outcomes + silent


def _take_out(work: StreamPass, fixes: Sequence[Fix], refusal: ConnectorError) -> None:
    """Let fixes wait again that were surely not carried out: the CRM refused the call, or it never left.

    Left to recovery they might be taken for written, where somebody else sets one of their values meanwhile.
    """
    if not isinstance(refusal, AnswerLostError | BrokenPromiseError):
        ends = [(fix.id, FixState.APPROVED, f"not sent: {refusal.message}") for fix in fixes]
        with work.tools.store.transaction() as tx:
            tx.journal.settle(ends, work.tools.clock.now())


def _settle(work: StreamPass, fixes: Sequence[Fix], outcomes: Sequence[Outcome], comparison: Comparison) -> None:
    """Journal what became of the fixes, and keep the records as they now are: our writes are known when they return."""
    by_id = {fix.id: fix for fix in fixes}
    applied = [outcome for outcome in outcomes if outcome.state is FixState.APPLIED]
    applied = with_promoted(work.setup, by_id, applied)
    unmade = [by_id[one.fix] for one in outcomes if one.state in {FixState.STALE, FixState.REJECTED}]
    ends = read_ends(work.setup, unmade)
    refused = read_refused(work.setup, outcomes, by_id)
    outcomes = [replace(one, detail=told_with_holder(one)) for one in outcomes]
    now = work.tools.clock.now()
    with work.tools.store.transaction() as tx:
        tx.journal.settle([(one.fix, one.state, one.detail) for one in outcomes], now)
        settle_undos(tx, work.setup, [(by_id[one.fix], one.state) for one in outcomes], now)
        ends.keep(work, tx)
        keep_records(work, tx, refused)
        written = [one for one in applied if by_id[one.fix].action not in {Action.ARCHIVE, Action.CREATE}]
        keep_records(work, tx, [as_written(by_id[one.fix], one.record, comparison) for one in written])
        keep_records(work, tx, [one.record for one in applied if one not in written and one.record is not None])
        keep_gone(work, tx, [one.gone for one in outcomes if one.gone is not None])
    for outcome in outcomes:
        work.tally.settled(outcome.state)
        fix = replace(by_id[outcome.fix], detail=outcome.detail)
        work.tools.telemetry.fix_settled(work.stream, fix, outcome.state)


def _close_unsent(work: StreamPass, fixes: Sequence[Fix], comparison: Comparison, unfit: Mapping[str, str]) -> None:
    """Settle what is not sent: the record is judged again from what it holds now.

    `unfit` says of fixes why the CRM, which has changed since they were decided on, would refuse them.
    """
    if not fixes:
        return
    fresh = [comparison.records[fix.ref.id] for fix in fixes if fix.ref.id in comparison.records]
    now = work.tools.clock.now()
    with work.tools.store.transaction() as tx:
        approved = tx.journal.approved_among([fix.id for fix in fixes])
        fixes = [fix for fix in fixes if fix.id in approved]
        outcomes = [
            (fix.id, FixState.STALE, f"not sent: {unfit[fix.id]}")
            if fix.id in unfit
            else (fix.id, *UNSENT[comparison.standing[fix.id]])
            for fix in fixes
        ]
        tx.journal.settle(outcomes, now)
        settle_undos(tx, work.setup, [(fix, end[1]) for fix, end in zip(fixes, outcomes, strict=True)], now)
        keep_records(work, tx, fresh)
        keep_gone(work, tx, comparison.gone)
    for fix, (_, state, _) in zip(fixes, outcomes, strict=True):
        work.tally.settled(state)
        work.tools.telemetry.fix_settled(work.stream, fix, state)


def _batches(work: StreamPass, allowed: Allowance) -> Iterator[tuple[list[Fix], bool]]:
    """Yield batches of approved fixes, one fix a record, until the allowance is used up, and which are a canary.

    What follows from these writes waits for the next pass: a run writes what was there to be seen when it began.
    """
    left = allowed.left
    for fixes, is_canary in _groups(work, allowed):
        if left <= 0:
            work.tools.telemetry.guard_tripped(work.stream, allowed.limited_by, "", "the rest waits for a person")
            return
        yield fixes[:left], is_canary
        left -= len(fixes)


def _groups(work: StreamPass, allowed: Allowance) -> Iterator[tuple[list[Fix], bool]]:
    after = ""
    while waiting := _window(work, allowed, after):
        last = waiting[-1].id
        for is_merge in (True, False):
            chosen = [fix for fix in waiting if (fix.action is Action.MERGE) is is_merge]
            if is_merge:
                chosen = _alone(work, chosen)
            yield from _canary_first(work, allowed, chosen)
            if is_merge and chosen:
                # What waited for a record that has another id by now goes there.
                waiting = [fix for fix in _window(work, allowed, after) if fix.id <= last]
        after = last


def _canary_first(work: StreamPass, allowed: Allowance, fixes: Sequence[Fix]) -> Iterator[tuple[list[Fix], bool]]:
    """Yield the first few fixes of each rule, then the rest of those that were not held meanwhile."""
    size, rest = work.setup.guards.canary, sorted(fixes, key=lambda fix: _TURNS[fix.action])
    while size:
        first, rest = split([fix for fix in rest if allowed.may_write(fix)], allowed.tried, size)
        if not first:
            break
        allowed.tried.update(rule for fix in first for rule in fix.rules)
        yield from ((batch, True) for batch in one_a_record(allowed.passing(first)))
    yield from ((batch, False) for batch in one_a_record(allowed.passing(rest)))


def _alone(work: StreamPass, merges: Sequence[Fix]) -> list[Fix]:
    """Return merges, and undos of merges, without those that are done together with others of a linked account."""
    if work.setup.linked is None or not merges:
        return list(merges)
    with work.tools.store.reading() as tx:
        known = [known_of(work.setup), *known_beside(work.setup).values()]
        together = in_plans(tx, known, [fix for fix in merges if not fix.undoes])
        kept = tx.merge_plans.of([fix.id for fix in merges if fix.undoes])
    return [fix for fix in merges if fix.id not in together and fix.id not in kept]


def _window(work: StreamPass, allowed: Allowance, after: str) -> list[Fix]:
    with work.tools.store.reading() as tx:
        return [fix for fix in tx.journal.approved(work.stream, WINDOW, after) if fix.id <= allowed.until]


def one_a_record(fixes: Sequence[Fix]) -> Iterator[list[Fix]]:
    """Cut fixes into batches of one action, in which no record stands twice."""
    waiting = sorted(fixes, key=lambda fix: _TURNS[fix.action])
    while waiting:
        batch: list[Fix] = []
        taken: set[str] = set()
        most = MERGES if waiting[0].action is Action.MERGE else BATCH
        for fix in waiting:
            if len(batch) < most and fix.action is waiting[0].action and taken.isdisjoint(ids_of([fix])):
                batch.append(fix)
            # One that has to wait keeps those behind it from being written before it.
            taken.update(ids_of([fix]))
        yield batch
        chosen = {fix.id for fix in batch}
        waiting = [fix for fix in waiting if fix.id not in chosen]
