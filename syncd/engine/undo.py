"""Taking back what was written: an undo is a fix like any other, journalled, compared before it is sent, idempotent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from syncd.engine.setup import StreamSetup, Tools
from syncd.errors import SyncdError
from syncd.model import Fix, FixState
from syncd.store import Transaction

#: Fixes looked at in one step.
BATCH = 1000


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What can be taken back, and what cannot and why."""

    undoing: tuple[Fix, ...]
    refused: tuple[tuple[Fix, str], ...]


def plan_undo(tools: Tools, target: str) -> UndoPlan:
    """Find the applied fixes of a run, or one fix. Raises SyncdError when `target` names neither."""
    with tools.store.reading() as tx:
        fix = tx.journal.find(target)
        if fix is not None:
            fixes = [fix]
        elif tx.runs.find(target) is not None:
            fixes = _fixes_of_run(tx, target)
        else:
            raise SyncdError(
                f"There is no run and no fix {target!r}.", hint="`syncd explain` and `syncd review list` show ids."
            )
    undoing = tuple(_reversed(one) for one in fixes if not _refusal(one))
    return UndoPlan(undoing, tuple((one, reason) for one in fixes if (reason := _refusal(one))))


def queue_undo(tools: Tools, setups: Sequence[StreamSetup], plan: UndoPlan) -> list[str]:
    """Put the undoing fixes into the journal as approved and return their ids; `apply_approved` writes them."""
    with tools.store.transaction() as tx:
        run = tx.runs.start("undo", tools.clock.now())
        ids = [
            fix_id
            for setup in setups
            if (mine := [fix for fix in plan.undoing if _belongs(fix, setup)])
            for fix_id in tx.journal.add(setup.stream, mine, run)
        ]
        tx.runs.finish(run, tools.clock.now(), {"queued": len(ids)})
    return ids


def _fixes_of_run(tx: Transaction, run: str) -> list[Fix]:
    fixes: list[Fix] = []
    while part := tx.journal.select(run=run, limit=BATCH, after=fixes[-1].id if fixes else ""):
        fixes.extend(part)
    return [fix for fix in fixes if not fix.undoes]


def _belongs(fix: Fix, setup: StreamSetup) -> bool:
    return (fix.ref.account, fix.ref.object) == (setup.stream.account, setup.stream.object)


def _refusal(fix: Fix) -> str:
    if fix.state is FixState.APPLIED:
        return ""
    if fix.state is FixState.UNDONE:
        return "it is undone already"
    return f"it was not written ({fix.state.value})"


def _reversed(fix: Fix) -> Fix:
    """Return the fix that takes `fix` back."""
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
