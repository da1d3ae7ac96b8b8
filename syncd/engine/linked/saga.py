"""The steps of merges that are one plan, one after the other.

Each step is a fix of the journal: it is sent, settled and recovered like any other. The plan is kept before the first
of them is sent. So whatever ends a life, the next one finds what was done and goes on from there. What was begun is
finished, whatever the limits of the day; only the stop switch holds it. Should a later step be refused for good, the
earlier ones are taken back, as far as their CRM allows, and the records are left to a person.
"""

from __future__ import annotations

from collections.abc import Sequence

from syncd.engine.guarding.guard import LINKED_MERGE, is_stopped
from syncd.engine.linked.ids import mend_links
from syncd.engine.merging.linked_sides import Sides
from syncd.engine.setup import StreamPass
from syncd.engine.writing.recover import recover
from syncd.engine.writing.undo import reversal_of
from syncd.engine.writing.undo_of_plans import end_plans
from syncd.engine.writing.write import write_batch
from syncd.errors import ConnectorError
from syncd.model import Fix, FixState

#: On whose word earlier steps are taken back.
BY = "linked merge"
#: What a step that is not sent any more says.
ELSEWHERE = "not sent: a linked account refuses its part: "

_DONE = frozenset({FixState.APPLIED, FixState.ALREADY_TRUE})
_WAITING = frozenset({FixState.APPROVED, FixState.INTENDED, FixState.UNKNOWN})


def go_on(sides: Sides, ids: Sequence[str]) -> None:
    """Do what is left of a plan that is kept. A step without an answer, or that has to wait, is for the next pass."""
    for one in ids:
        [fix] = sides.fixes([one])
        end = _done(sides, fix)
        if end is None or end.state in _WAITING:
            return
        if end.state is FixState.REJECTED:
            _take_back(sides, ids, end)
            return
        if end.state not in _DONE:
            # Somebody was faster. What is left is decided anew, by what the records are now.
            _close(sides, ids)
            return
    _finish(sides, ids)


def go_back(sides: Sides, ids: Sequence[str]) -> None:
    """Do what is left of taking a plan back, in its order: where one cannot be, the earlier merges stay."""
    for one in ids:
        [fix] = sides.fixes([one])
        end = _done(sides, fix)
        if end is None or end.state is not FixState.APPLIED:
            break
    end_plans(sides.tools, [ids])


def _done(sides: Sides, fix: Fix) -> Fix | None:
    """Do one step, unless it is done; return how it stands then, and None where nothing may be sent."""
    work = sides.work_of(fix)
    if fix.state not in _WAITING:
        return fix
    if work.stream.name in sides.failed or is_stopped(work):
        return None
    try:
        if fix.state is FixState.APPROVED:
            write_batch(work, [fix])
            [fix] = sides.fixes([fix.id])
        if fix.state in {FixState.UNKNOWN, FixState.INTENDED}:
            recover(work)
            [fix] = sides.fixes([fix.id])
    except ConnectorError as error:
        sides.fail([work], error)
        return None
    return fix


def _take_back(sides: Sides, ids: Sequence[str], refused: Fix) -> None:
    """Take the earlier steps back, the last one first, and leave the records to a person."""
    work, reason = sides.work_of(refused), refused.detail.removeprefix("not sent: ")
    if refused.into is not None:
        with work.tools.store.transaction() as tx:
            # The others are kept apart by their undo.
            tx.twins.keep_apart(work.stream, refused.ref.id, refused.into.id, by="undo")
    for fix in reversed(sides.fixes(ids)):
        if fix.state is FixState.APPROVED:
            with sides.tools.store.transaction() as tx:
                tx.journal.settle([(fix.id, FixState.STALE, ELSEWHERE + reason)], sides.tools.clock.now())
        elif fix.state is FixState.APPLIED and not _undone(sides, fix):
            return
    _tell(work, f"{refused.id} was refused: {reason}")
    _close(sides, ids)


def _undone(sides: Sides, fix: Fix) -> bool:
    """Take one merge back; return whether it is settled how that ended."""
    work = sides.work_of(fix)
    with work.tools.store.transaction() as tx:
        [undo] = tx.journal.add(work.stream, [reversal_of(fix)], work.run, by=BY)
    end = _done(sides, *sides.fixes([undo]))
    if end is None or end.state in _WAITING:
        return False
    if end.state not in _DONE:
        _tell(work, f"{fix.id} could not be taken back: {end.detail}")
    return True


def _finish(sides: Sides, ids: Sequence[str]) -> None:
    """See that the records that stayed know each other, and close the plan."""
    steps = [(sides.work_of(fix), fix) for fix in sides.fixes(ids)]
    try:
        mend_links(steps)
    except ConnectorError as error:
        sides.fail([steps[0][0]], error)
        return
    _close(sides, ids)


def _close(sides: Sides, ids: Sequence[str]) -> None:
    with sides.tools.store.transaction() as tx:
        tx.merge_plans.close(ids[0])


def _tell(work: StreamPass, told: str) -> None:
    work.tools.telemetry.guard_tripped(work.stream, LINKED_MERGE, "", told)
