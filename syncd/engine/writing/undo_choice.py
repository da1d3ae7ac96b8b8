"""Which fixes an undo is about: those of a run, a single one, or those of a rule, a record, a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from syncd.engine.setup import StreamSetup, Tools
from syncd.errors import UnknownNameError
from syncd.model import Fix, FixState, Ref, Stream
from syncd.store import Transaction

#: Fixes read from the journal in one step.
PART = 1000


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be taken back, of all that stands: what is left out leaves nothing out."""

    rule: str = ""
    #: Only what was written at or after this moment.
    since: datetime | None = None
    streams: Collection[Stream] = ()
    #: Only of this record.
    ref: Ref | None = None


def named(tools: Tools, target: str) -> list[Fix]:
    """Return the fix, or the fixes of the run, of that id: the newest first, so that each finds what it wrote."""
    with tools.store.reading() as tx:
        fix = tx.journal.find(target)
        if fix is not None:
            return [fix]
        if tx.runs.find(target) is not None:
            return newest_first(_fixes_of_run(tx, target))
    raise UnknownNameError(
        f"There is no run and no fix {target!r}.", hint="`syncd explain` and `syncd review list` show ids."
    )


def chosen(tools: Tools, setups: Sequence[StreamSetup], choice: Choice) -> list[Fix]:
    """Return what was written and is of the choice, the newest first; of fixes of several rules, that rule's part."""
    found: list[Fix] = []
    for setup in setups:
        if choice.streams and setup.stream not in choice.streams:
            continue
        with tools.store.reading() as tx:
            found += [fix for fix in _applied(tx, setup.stream, choice) if not fix.undoes]
    late_enough = [fix for fix in found if choice.since is None or _is_since(fix, choice.since)]
    parts = [_part(fix, choice.rule) for fix in late_enough] if choice.rule else late_enough
    return newest_first(parts)


def newest_first(fixes: Sequence[Fix]) -> list[Fix]:
    """Return fixes in the order in which they can be taken back."""
    return sorted(fixes, key=_written, reverse=True)


def _applied(tx: Transaction, stream: Stream, choice: Choice) -> list[Fix]:
    fixes: list[Fix] = []
    if choice.ref is not None and (choice.ref.account, choice.ref.object) != (stream.account, stream.object):
        return fixes
    while part := tx.journal.select(
        stream=stream,
        states=(FixState.APPLIED,),
        rule=choice.rule or None,
        ref=choice.ref,
        limit=PART,
        after=fixes[-1].id if fixes else "",
    ):
        fixes.extend(part)
    return fixes


def _is_since(fix: Fix, since: datetime) -> bool:
    return fix.settled_at is not None and fix.settled_at >= since


def _part(fix: Fix, rule: str) -> Fix:
    """Return the fix with those of its changes in which a rule has a part; a link or a merge is one whole."""
    changes = tuple(one for one in fix.changes if rule in one.rules) if fix.into is None else fix.changes
    return replace(fix, changes=changes)


def _written(fix: Fix) -> tuple[bool, object, str]:
    return fix.settled_at is not None, fix.settled_at or fix.decided_at, fix.id


def _fixes_of_run(tx: Transaction, run: str) -> list[Fix]:
    fixes: list[Fix] = []
    while part := tx.journal.select(run=run, limit=PART, after=fixes[-1].id if fixes else ""):
        fixes.extend(part)
    return [fix for fix in fixes if not fix.undoes]
