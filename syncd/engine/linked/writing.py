"""Writes the merges of linked accounts that are one plan: nothing of it is begun that not all of it may follow.

Before the first step every side is asked: the stop switch, the hours, the guards, whether the records are what they
were, and what the CRM has against it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace

from syncd.engine.guarding.allowance import Allowance
from syncd.engine.guarding.guard import LINKED_WAIT, allowance, is_resting, is_stopped
from syncd.engine.guarding.watch import own_writes
from syncd.engine.linked.saga import ELSEWHERE, go_back, go_on
from syncd.engine.merging.linked_records import Place
from syncd.engine.merging.linked_sides import Sides, fixes_of
from syncd.engine.merging.merging import look_before
from syncd.engine.merging.plans import LinkedMerges, in_plans, linked_merges
from syncd.engine.setup import StreamPass
from syncd.engine.writing.canary import lives
from syncd.errors import ConnectorError
from syncd.model import Action, Fix, FixState, Stream
from syncd.store import Transaction

#: Merges of one stream looked at in one pass.
WINDOW = 1000

Allowed = dict[Place, Allowance]

_OPEN = frozenset({FixState.PROPOSED, FixState.APPROVED})


def write_linked(works: Sequence[StreamPass], *, over_guards: bool = False) -> Mapping[str, ConnectorError]:
    """Go on with what was begun, then begin what is ready; return the streams that failed at it, by name."""
    sides = Sides.of(works)
    if not sides.works:
        return {}
    places = _next_places(sides)
    with ExitStack() as stack:
        begun = _begun(sides)
        if begun or _ready(sides):
            for work in sides.works.values():
                stack.enter_context(own_writes(work))
        allowed: Allowed = {}
        for ids in begun:
            _resume(sides, ids, allowed, over_guards=over_guards)
        ready = _ready(sides)
        _tell_waiting(sides, [plan for plan in ready if plan.waits])
        for plan in ready:
            if not plan.waits:
                _begin(sides, plan, allowed, over_guards=over_guards)
                if not _lives(sides, plan, allowed):
                    break
    sides.tools.memory.planned.update(places)
    return sides.failed


def _begun(sides: Sides) -> list[tuple[str, ...]]:
    """Return the plans of earlier passes that something is left to do of, as far as their streams are here.

    One of which nothing was sent is no plan any more: whatever is left of it is looked at anew. What a
    person takes back stays one.
    """
    with sides.tools.store.reading() as tx:
        kept = tx.merge_plans.open()
    if not kept:
        return []
    found = []
    with sides.tools.store.transaction() as tx:
        for ids in kept:
            fixes = fixes_of(tx, ids)
            if all(fix.state is FixState.APPROVED and not fix.undoes for fix in fixes):
                tx.merge_plans.close(ids[0])
            elif sides.have(fixes):
                found.append(ids)
    return found


def _resume(sides: Sides, ids: Sequence[str], allowed: Allowed, *, over_guards: bool) -> None:
    """Go on with a plan, unless its records have come to belong with others meanwhile: then with all of those."""
    fixes = sides.fixes(ids)
    if any(fix.undoes for fix in fixes):
        go_back(sides, ids)
        return
    left = [fix for fix in fixes if fix.state is FixState.APPROVED]
    with sides.tools.store.reading() as tx:
        plans = linked_merges(tx, sides.known(), left) if left else []
    _tell_waiting(sides, [plan for plan in plans if plan.waits])
    if any(plan.waits for plan in plans):
        return
    if all({fix.id for fix in plan.steps} <= set(ids) for plan in plans):
        go_on(sides, ids)
        return
    done = [fix.id for fix in fixes if fix not in left]
    for plan in plans:
        _begin(sides, plan, allowed, over_guards=over_guards, done=done)


def _ready(sides: Sides) -> list[LinkedMerges]:
    """Return the plans that are not begun yet, those that wait for something among them.

    Of many merges that wait some are looked at in each pass, one after another: none of them keeps others waiting.
    """
    with sides.tools.store.reading() as tx:
        begun = {one for ids in tx.merge_plans.open() for one in ids}
        waiting = [fix for work in sides.works.values() for fix in _approved(tx, work)]
        seeds = [fix for fix in waiting if not fix.undoes and fix.id not in begun]
        known = sides.known()
        wanted = in_plans(tx, known, seeds)
        return linked_merges(tx, known, [fix for fix in seeds if fix.id in wanted])


def _tell_waiting(sides: Sides, waiting: Sequence[LinkedMerges]) -> None:
    for place, work in sides.works.items():
        mine = [plan for plan in waiting if any((fix.ref.account, fix.ref.object) == place for fix in plan.steps)]
        if mine:
            several = f"{len(mine)} merges wait for their counterparts, one of them"
            told = f"{several if len(mine) > 1 else 'a merge waits for its counterpart'}: {mine[0].waits[0]}"
            work.tools.telemetry.guard_tripped(work.stream, LINKED_WAIT, "", told)


def _approved(tx: Transaction, work: StreamPass) -> list[Fix]:
    """Return the merges of a stream to look at in this pass, undos among them."""
    after = work.tools.memory.planned.get(work.stream, "")
    return tx.journal.select(
        stream=work.stream, states=(FixState.APPROVED,), actions=(Action.MERGE,), limit=WINDOW, after=after
    )


def _next_places(sides: Sides) -> dict[Stream, str]:
    """Return behind which merges the next pass looks: the next ones of many, else all of them anew."""
    with sides.tools.store.reading() as tx:
        found = {work.stream: _approved(tx, work) for work in sides.works.values()}
    return {stream: fixes[-1].id if len(fixes) == WINDOW else "" for stream, fixes in found.items()}


def _begin(sides: Sides, plan: LinkedMerges, allowed: Allowed, *, over_guards: bool, done: Sequence[str] = ()) -> None:
    """Do a plan, if every side is ready for all of it now; `done` are the steps of it that an earlier pass took."""
    if not sides.have(plan.steps):
        return
    works = [sides.work_of(fix) for fix in plan.steps]
    if any(is_stopped(work) or (is_resting(work) and not over_guards) for work in works):
        return
    for fix, work in zip(plan.steps, works, strict=True):
        place = (fix.ref.account, fix.ref.object)
        allowed.setdefault(place, allowance(work, over_guards=over_guards))
    try:
        if not _passes(plan.steps, allowed) or not _is_possible(sides, plan.steps):
            return
    except ConnectorError as error:
        sides.fail(works, error)
        return
    ids = [*done, *(fix.id for fix in plan.steps)]
    with sides.tools.store.transaction() as tx:
        tx.merge_plans.keep(ids)
    go_on(sides, ids)


def _lives(sides: Sides, plan: LinkedMerges, allowed: Allowed) -> bool:
    """Look at the first merges of each rule whether the CRM holds them; return whether anything more may be sent."""
    for fix in sides.fixes([fix.id for fix in plan.steps]):
        limit = allowed.get((fix.ref.account, fix.ref.object))
        if limit is None or fix.state in _OPEN or limit.tried.issuperset(fix.rules):
            continue
        work = sides.work_of(fix)
        limit.tried.update(fix.rules)
        try:
            if work.setup.guards.canary and not lives(work, limit, [fix]):
                return False
        except ConnectorError as error:
            sides.fail([work], error)
    return True


def _passes(steps: Sequence[Fix], allowed: Allowed) -> bool:
    """Return whether the guards of every side let all steps pass, and count them."""
    limits = [allowed[fix.ref.account, fix.ref.object] for fix in steps]
    if not all(limit.left > 0 and limit.may_write(fix) for fix, limit in zip(steps, limits, strict=True)):
        return False
    if not all([limit.passing([fix]) for fix, limit in zip(steps, limits, strict=True)]):  # noqa: C419 - each counts
        return False
    for limit in limits:
        limit.left -= 1
    return True


def _is_possible(sides: Sides, steps: Sequence[Fix]) -> bool:
    """Return whether all records are what they were when they were decided on, and no CRM says no.

    What some CRM refuses is settled for all of them, before anything of it is sent.
    """
    looked = {fix.id: look_before(sides.work_of(fix), fix, steps) for fix in steps}
    refused = {key: one.refusal for key, one in looked.items() if one.refusal}
    if not refused:
        return all(one.is_ready for one in looked.values())
    for fix in sides.fixes([fix.id for fix in steps]):
        if fix.state is FixState.APPROVED:
            _settle_unsent(sides.work_of(fix), fix, refused)
    return False


def _settle_unsent(work: StreamPass, fix: Fix, refused: Mapping[str, str]) -> None:
    is_refused = fix.id in refused
    state = FixState.REJECTED if is_refused else FixState.STALE
    detail = f"not sent: {refused[fix.id]}" if is_refused else ELSEWHERE + next(iter(refused.values()))
    now = work.tools.clock.now()
    with work.tools.store.transaction() as tx:
        if is_refused:
            tx.journal.intend([fix.id], work.run, now)
        tx.journal.settle([(fix.id, state, detail)], now)
    work.tally.settled(state)
    work.tools.telemetry.fix_settled(work.stream, replace(fix, detail=detail), state)
