"""Taking back merges of linked accounts that were one plan: all of them, the last one first.

So no account has two records again while the other one still has one for both of them, where whoever keeps them in step
would make another one.
"""

from __future__ import annotations

from collections.abc import Sequence

from syncd.engine.merging.linked_sides import fixes_of
from syncd.engine.setup import StreamSetup, Tools
from syncd.engine.writing.undo_choice import newest_first
from syncd.model import Action, Fix, FixState


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


def held_up(tools: Tools, undo: Fix, ends: Sequence[Fix]) -> bool:
    """Return whether a later step of the same plan should have been taken back before, and was not."""
    with tools.store.reading() as tx:
        steps = tx.merge_plans.of([undo.undoes]).get(undo.undoes, ())
    later = steps[steps.index(undo.undoes) + 1 :] if steps else ()
    return any(end.undoes in later and end.state is not FixState.APPLIED for end in ends)
