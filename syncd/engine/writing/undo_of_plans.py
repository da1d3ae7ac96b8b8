"""Taking back merges of linked accounts that were one plan: all of them, the last one first.

So no account has two records again while the other one still has one for both of them, where whoever keeps them in step
would make another one. All of it is journalled before anything is sent: whatever ends a life, the next pass goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from syncd.engine.merging.linked_sides import fixes_of
from syncd.engine.setup import StreamSetup, Tools
from syncd.engine.writing.undo_choice import newest_first
from syncd.model import Action, Fix, FixState, Stream

#: What becomes of an undo whose turn never came.
HELD_UP = "not taken back: what was merged after it could not be"
_WAITING = frozenset({FixState.APPROVED, FixState.INTENDED, FixState.UNKNOWN})


def with_whole_plans(tools: Tools, fixes: Sequence[Fix]) -> list[Fix]:
    """Return fixes with what was merged together with any of them and stands, the newest first."""
    merges = [fix.id for fix in fixes if fix.action is Action.MERGE]
    if not merges:
        return list(fixes)
    known = {fix.id for fix in fixes}
    with tools.store.reading() as tx:
        more = dict.fromkeys(one for steps in tx.merge_plans.of(merges).values() for one in steps if one not in known)
        mates = [fix for fix in fixes_of(tx, list(more)) if fix.state is FixState.APPLIED]
    return newest_first([*fixes, *mates]) if mates else list(fixes)


def last_first(tools: Tools, setups: Sequence[StreamSetup], undoing: Sequence[Fix]) -> list[StreamSetup]:
    """Return streams so that what was merged last is taken back first."""
    with tools.store.reading() as tx:
        plans = tx.merge_plans.of([fix.undoes for fix in undoing])
    places: dict[tuple[str, str], int] = {}
    for fix in undoing:
        steps = plans.get(fix.undoes, ())
        place = (fix.ref.account, fix.ref.object)
        places[place] = max(places.get(place, 0), steps.index(fix.undoes) if steps else 0)
    return sorted(setups, key=lambda one: -places.get((one.stream.account, one.stream.object), 0))


def keep_plans(
    tools: Tools, setups: Sequence[StreamSetup], undoing: Sequence[Fix], run: str, by: str
) -> dict[str, tuple[str, ...]]:
    """Journal undos of merges that were one plan, all at once, the last merge first; return plans by what is undone."""
    streams = {(one.stream.account, one.stream.object): one.stream for one in setups}
    by_merge = {fix.undoes: fix for fix in undoing if (fix.ref.account, fix.ref.object) in streams}
    kept: dict[str, tuple[str, ...]] = {}
    with tools.store.transaction() as tx:
        plans = {steps for steps in tx.merge_plans.of(list(by_merge)).values() if len(by_merge.keys() & {*steps}) > 1}
        for steps in sorted(plans):
            undone = [one for one in reversed(steps) if one in by_merge]
            ids = [tx.journal.add(_stream(streams, by_merge[one]), [by_merge[one]], run, by=by)[0] for one in undone]
            tx.merge_plans.keep(ids)
            kept |= dict.fromkeys(undone, tuple(ids))
    return kept


def is_turn(tools: Tools, steps: Sequence[str], undo: str) -> bool:
    """Return whether all undos of a plan that come before this one are done."""
    with tools.store.reading() as tx:
        before = fixes_of(tx, steps[: steps.index(undo)])
    return all(fix.state is FixState.APPLIED for fix in before)


def end_plans(tools: Tools, plans: Iterable[Sequence[str]]) -> None:
    """Close undos of plans that nothing is left to do of; what one that was refused holds up comes to nothing."""
    with tools.store.transaction() as tx:
        for steps in plans:
            fixes = fixes_of(tx, steps)
            left = next((fix for fix in fixes if fix.state is not FixState.APPLIED), None)
            if left is not None and left.state in _WAITING:
                continue
            late = [fix.id for fix in fixes if fix.state is FixState.APPROVED]
            tx.journal.settle([(one, FixState.STALE, HELD_UP) for one in late], tools.clock.now())
            tx.merge_plans.close(steps[0])


def _stream(streams: Mapping[tuple[str, str], Stream], fix: Fix) -> Stream:
    return streams[fix.ref.account, fix.ref.object]
