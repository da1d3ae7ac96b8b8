"""Taking back what was written: an undo is a fix like any other, journalled, compared before it is sent, idempotent.

Before anything is planned the records are read anew. A field that somebody has changed since is left alone, and said;
the other fields of the same fix are put back all the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from syncd.engine.guarding.guard import is_stopped
from syncd.engine.guarding.watch import own_writes
from syncd.engine.judging.people import is_same
from syncd.engine.merging.merging import led
from syncd.engine.merging.unmerging import NO_COPIES, has_copies
from syncd.engine.reading.sync import refresh
from syncd.engine.setup import StreamPass, StreamSetup, Tools
from syncd.engine.tally import Tally
from syncd.engine.writing.canary import arrived
from syncd.engine.writing.creating import touched
from syncd.engine.writing.recover import recover
from syncd.engine.writing.tasks import with_task_setups
from syncd.engine.writing.undo_choice import Choice, chosen, named
from syncd.engine.writing.undo_of_plans import end_plans, is_turn, keep_plans, last_first, with_whole_plans
from syncd.engine.writing.write import BATCH, one_a_record, write_batch
from syncd.model import PROMOTE, Action, Change, Fix, FixState, Raw

#: Fixes read from the journal in one step.
PART = 1000
#: What a fix in such a state wrote stands in the CRM, or may do so.
STANDING = frozenset({FixState.APPLIED, FixState.INTENDED, FixState.UNKNOWN})

Held = dict[tuple[str, str], Raw]


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What can be taken back, and what cannot and why. A fix stands in both when only some of its fields can."""

    undoing: tuple[Fix, ...]
    refused: tuple[tuple[Fix, str], ...]
    #: What no undo of a merge brings back, where there are merges among them.
    cannot: tuple[str, ...] = ()

    @property
    def leaves_something(self) -> bool:
        """Return whether something that was (or may have been) written is not taken back by the plan."""
        return any(fix.state in STANDING for fix, _ in self.refused)


def plan_undo(tools: Tools, setups: Sequence[StreamSetup], target: str | Choice) -> UndoPlan:
    """Find what can be put back: of a run, of one fix, or of what was chosen by rule, record and time.

    Raises UnknownNameError when `target` names neither a run nor a fix.
    """
    setups = with_task_setups(setups)
    fixes = named(tools, target) if isinstance(target, str) else chosen(tools, setups, target)
    fixes = with_whole_plans(tools, fixes)
    undoing: list[Fix] = []
    refused = [(fix, reason) for fix in fixes if (reason := _refusal(fix, setups))]
    ready = [fix for fix in fixes if not _refusal(fix, setups)]
    cannot: dict[str, None] = {}
    for work in _works(tools, setups, "plan"):
        mine, uncopied = _led(work, [fix for fix in ready if _belongs(fix, work.setup)])
        refused += [(fix, NO_COPIES) for fix in uncopied]
        for ending in dict.fromkeys(fix.ending for fix in mine if fix.action is Action.MERGE):
            cannot |= dict.fromkeys(work.setup.connector.merge_fidelity(work.stream.object, ending).cannot)
        held = _held_now(work, mine)
        made = [fix for fix in mine if fix.makes]
        told = touched(work, made)
        undoing += [reversal_of(fix) for fix in made if fix.id not in told]
        refused += [(fix, told[fix.id]) for fix in made if fix.id in told]
        mine = [fix for fix in mine if not fix.makes]
        for fix, kept in _compared(_without_undone(work, mine), held):
            if fix.changes or fix.action is not Action.UPDATE:
                undoing.append(reversal_of(fix))
            if kept.changes:
                names = ", ".join(change.property for change in kept.changes)
                refused.append((kept, f"changed since: {names}"))
    return UndoPlan(tuple(undoing), tuple(refused), tuple(cannot))


def put_back(
    tools: Tools, setups: Sequence[StreamSetup], plan: UndoPlan, *, by: str = "", over_guards: bool = False
) -> list[Fix]:
    """Write what the plan takes back, on the word of `by`, and nothing else; return what became of it.

    As many as a run may write; what is beyond that stays approved, and the next passes go on with it.
    """
    setups = with_task_setups(setups)
    ends: list[Fix] = []
    kept: dict[str, tuple[str, ...]] | None = None
    for work in _works(tools, last_first(tools, setups, plan.undoing), "undo"):
        if kept is None:
            kept = keep_plans(tools, setups, plan.undoing, work.run, by)
        mine = [fix for fix in plan.undoing if _belongs(fix, work.setup)]
        if not mine:
            continue
        with tools.store.transaction() as tx:
            ids = tx.journal.add(work.stream, mine, work.run, by=by)
        plans = {one: kept[fix.undoes] for one, fix in zip(ids, mine, strict=True) if fix.undoes in kept}
        alone = [one for one in ids if one not in plans]
        most = sys.maxsize if over_guards else work.setup.guards.max_changes_per_run
        with own_writes(work):
            _write(work, alone, most)
            for done, (one, steps) in enumerate(sorted(plans.items(), key=_by_turn), start=len(alone)):
                if is_turn(tools, steps, one):
                    _write(work, [one], most - done)
        ends += _found(tools, ids)
    end_plans(tools, {*(kept or {}).values()})
    return ends


def _by_turn(one: tuple[str, tuple[str, ...]]) -> tuple[str, int]:
    undo, steps = one
    return steps[0], steps.index(undo)


def _write(work: StreamPass, ids: Sequence[str], most: int) -> None:
    if is_stopped(work):
        work.tools.telemetry.guard_tripped(work.stream, "stop_switch", "", "nothing more is written")
        return
    recover(work)
    waiting = [fix for fix in _found(work.tools, ids) if fix.state is FixState.APPROVED]
    # Merges last: they are written first, and what was written after them was written to the one record that stayed.
    merges = [fix for fix in waiting if fix.action is Action.MERGE]
    others = [fix for fix in waiting if fix.action is not Action.MERGE]
    for fixes, is_canary in _canary_first(work, others, merges):
        if is_stopped(work):
            work.tools.telemetry.guard_tripped(work.stream, "stop_switch", "", "nothing more is written")
            return
        if most <= 0:
            work.tools.telemetry.guard_tripped(work.stream, "max_changes_per_run", "", "the next pass goes on")
            return
        write_batch(work, fixes[:most])
        most -= len(fixes)
        if is_canary and not arrived(work, fixes):
            return
    recover(work)


def _canary_first(work: StreamPass, others: Sequence[Fix], merges: Sequence[Fix]) -> Iterator[tuple[list[Fix], bool]]:
    """Yield batches in their order; the first few of what is not a merge alone, to be read back."""
    few = work.setup.guards.canary
    for place, fixes in enumerate(one_a_record(others)):
        if place == 0 and few and fixes[few:]:
            yield fixes[:few], True
            yield fixes[few:], False
        else:
            yield fixes, False
    for fixes in one_a_record(merges):
        yield fixes, False


def _led(work: StreamPass, fixes: Sequence[Fix]) -> tuple[list[Fix], list[Fix]]:
    """Return fixes by the ids that their records have now, and apart the merges without copies."""
    with work.tools.store.reading() as tx:
        now = [
            led(tx, work, fix)
            if fix.action is Action.MERGE
            else replace(fix, ref=replace(fix.ref, id=tx.successors.same(work.stream, fix.ref.id)))
            for fix in fixes
        ]
        lost = [fix for fix in now if fix.action is Action.MERGE and not has_copies(tx, fix.id)]
    return [fix for fix in now if fix not in lost], lost


def _works(tools: Tools, setups: Sequence[StreamSetup], trigger: str) -> Iterator[StreamPass]:
    """Yield the streams as parts of one run, which is finished when all were worked on."""
    with tools.store.transaction() as tx:
        run = tx.runs.start(trigger, tools.clock.now())
    works = [StreamPass(tools, setup, run, Tally()) for setup in setups]
    yield from works
    done = {
        work.stream.name: {state.value: count for state, count in work.tally.fixes.items()}
        for work in works
        if work.tally.fixes
    }
    with tools.store.transaction() as tx:
        tx.runs.finish(run, tools.clock.now(), done)


def _found(tools: Tools, ids: Sequence[str]) -> list[Fix]:
    with tools.store.reading() as tx:
        return [fix for fix_id in ids if (fix := tx.journal.find(fix_id)) is not None]


def _held_now(work: StreamPass, fixes: Sequence[Fix]) -> Held:
    """Read the records of fixes anew, so that edits of people are noticed, and return what their fields hold.

    What was sent and never answered is settled first: recovery needs the versions those writes were based on.
    """
    recover(work)
    ids = list(dict.fromkeys(fix.changed.id for fix in fixes))
    held: Held = {}
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        refresh(work, part)
        with work.tools.store.reading() as tx:
            copies = tx.records.read(work.stream, part)
        held |= {(one, name): value for one, copy in copies.items() for name, value in copy.values.items()}
    return held


def _without_undone(work: StreamPass, fixes: Sequence[Fix]) -> list[Fix]:
    """Return the fixes without the changes that an earlier undo, of one rule, has taken back."""
    with work.tools.store.reading() as tx:
        written = tx.journal.last_written(work.stream, [fix.ref.id for fix in fixes])
    back = {(one, name, change.undoes) for (one, name), change in written.items() if change.undoes}
    left = [
        replace(fix, changes=tuple(one for one in fix.changes if (fix.ref.id, one.property, fix.id) not in back))
        for fix in fixes
    ]
    return [fix for fix in left if fix.changes or fix.action is not Action.UPDATE]


def _compared(fixes: Sequence[Fix], held: Held) -> Iterator[tuple[Fix, Fix]]:
    """Yield each fix with the changes that still stand, and with those that do not."""
    for fix in fixes:
        standing = tuple(change for change in fix.changes if _stands(fix, change, held))
        for change in standing:
            held[fix.changed.id, change.property] = change.before
        fallen = tuple(change for change in fix.changes if change not in standing)
        yield replace(fix, changes=standing), replace(fix, changes=fallen)


def _stands(fix: Fix, change: Change, held: Mapping[tuple[str, str], Raw]) -> bool:
    key = (fix.changed.id, change.property)
    # What no mapping knows is not held here; whoever takes the merge apart compares it.
    return is_same(held[key], change.after) if key in held else fix.action is Action.MERGE


def _belongs(fix: Fix, setup: StreamSetup) -> bool:
    return (fix.ref.account, fix.ref.object) == (setup.stream.account, setup.stream.object)


def _refusal(fix: Fix, setups: Sequence[StreamSetup]) -> str:
    if fix.state is FixState.UNDONE:
        return "it is undone already"
    if fix.state is not FixState.APPLIED:
        return f"it was not written ({fix.state.value})"
    if fix.undoes:
        return "it is itself an undo"
    setup = next((one for one in setups if _belongs(fix, one)), None)
    if setup is None:
        return "its stream is not configured any more"
    if fix.link is not None and fix.link.label == PROMOTE:
        return "which of its companies is the primary one is for a person to choose in the CRM"
    return setup.connector.why_not_restored(setup.stream.object) if fix.action is Action.ARCHIVE else ""


def reversal_of(fix: Fix) -> Fix:
    """Return the fix that takes `fix` back; of a record that was made nothing is left to change."""
    if fix.makes:
        fix = replace(fix, changes=(), key="", cause=None, ties=())
    changes = tuple(replace(change, before=change.after, after=change.before) for change in fix.changes)
    return replace(
        fix,
        id="",
        state=FixState.APPROVED,
        changes=changes,
        undoes=fix.id,
        reasons=("undo",),
        settled_at=None,
        detail="",
    )
