"""`syncd undo`: put back what a run or a fix has written, and list what cannot be."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.exits import ExitCode
from syncd.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, Yes
from syncd.model import Action, FixState

if TYPE_CHECKING:
    from connectors import Fidelity
    from syncd.cli.screen import Screen
    from syncd.engine import StreamSetup, UndoPlan
    from syncd.model import Fix

#: Fixes shown before they are put back.
SHOWN = 20
#: What a fix in such a state wrote needs no putting back: a run names it only because it was decided in it.
_NEVER_WRITTEN = frozenset(
    {FixState.PROPOSED, FixState.APPROVED, FixState.DISMISSED, FixState.ALREADY_TRUE, FixState.STALE, FixState.REJECTED}
)


def undo(
    target: Annotated[str, typer.Argument(metavar="RUN|FIX", help="The id of a run, or of one fix.")],
    *,
    config: ConfigPath = DEFAULT_CONFIG,
    yes: Yes = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Put back what was written. A field that somebody has changed since is left alone and listed."""
    from syncd.cli.noting import counted
    from syncd.cli.opening import opened
    from syncd.cli.screen import Screen
    from syncd.engine import plan_undo, put_back

    screen = Screen()
    with opened(config) as parts:
        planned = plan_undo(parts.tools, parts.setups, target)
        if not as_json:
            _show(screen, planned, parts.setups)
        if planned.undoing and not yes and not as_json:
            what = "this fix" if len(planned.undoing) == 1 else f"these {len(planned.undoing)} fixes"
            typer.confirm(f"Put back {what}?", abort=True)
        ends = put_back(parts.tools, parts.setups, planned, by=getpass.getuser())
        counted(undone=len(ends))
    return _tell(screen, planned, ends, as_json=as_json)


def _show(screen: Screen, planned: UndoPlan, setups: Sequence[StreamSetup]) -> None:
    """Say what is about to come back, and what cannot."""
    from syncd.cli.fix_lines import show_fixes
    from syncd.cli.merge_screen import show_fidelity

    screen.heading(f"To be put back: {len(planned.undoing)}")
    show_fixes(screen, planned.undoing[:SHOWN])
    if len(planned.undoing) > SHOWN:
        screen.line(f"and {len(planned.undoing) - SHOWN} more")
    merged = {(fix.ref.account, fix.ref.object) for fix in planned.undoing if fix.action is Action.MERGE}
    alike: dict[Fidelity, list[str]] = {}
    for setup in setups:
        if (setup.stream.account, setup.stream.object) in merged:
            fidelity = setup.connector.merge_fidelity(setup.stream.object)
            alike.setdefault(fidelity, []).append(setup.stream.name)
    for fidelity, names in alike.items():
        show_fidelity(screen, fidelity, f"Merges of {', '.join(names)}: ")
    written = [(fix, reason) for fix, reason in planned.refused if fix.state not in _NEVER_WRITTEN]
    told = written if planned.undoing else written or planned.refused
    for fix, reason in told[:SHOWN]:
        screen.line(f"not put back: {fix.id} {fix.ref}: {reason}")
    if len(told) > SHOWN:
        screen.line(f"and {len(told) - SHOWN} more that are not put back: --json lists them")


def _tell(screen: Screen, planned: UndoPlan, ends: Sequence[Fix], *, as_json: bool) -> ExitCode:
    from syncd.cli.fix_lines import data_of

    done = [fix for fix in ends if fix.state in {FixState.APPLIED, FixState.ALREADY_TRUE}]
    kept = [fix for fix in ends if fix not in done]
    parted = [fix for fix in done if fix.action is Action.MERGE and fix.detail]
    if as_json:
        refused = [{**data_of(fix), "reason": reason} for fix, reason in planned.refused]
        screen.json(
            {
                "undone": [data_of(fix) for fix in done],
                "kept": [data_of(fix) for fix in kept],
                "refused": refused,
                "cannot": list(planned.cannot),
            }
        )
    else:
        screen.line(f"put back: {len(done)}")
        for fix in kept:
            screen.line(f"left alone: {fix.ref}: {fix.detail or fix.state.value}")
        for fix in parted:
            screen.line(f"not as it was: {fix.ref}: {fix.detail}")
    return ExitCode.LEFT_TO_DO if kept or parted or planned.leaves_something else ExitCode.OK
