"""`syncd undo`: put back what a run or a fix has written, and list what cannot be."""

from __future__ import annotations

from typing import Annotated

import typer

from syncd.cli.exits import ExitCode
from syncd.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, Yes


def undo(
    target: Annotated[str, typer.Argument(metavar="RUN|FIX", help="The id of a run, or of one fix.")],
    *,
    config: ConfigPath = DEFAULT_CONFIG,
    yes: Yes = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Put back what was written. A field that somebody has changed since is left alone and listed."""
    from syncd.cli.fix_lines import COLUMNS, data_of, rows_of
    from syncd.cli.opening import opened
    from syncd.cli.screen import Screen
    from syncd.engine import apply_approved, plan_undo, queue_undo
    from syncd.model import FixState

    screen = Screen()
    with opened(config) as parts:
        planned = plan_undo(parts.tools, target)
        if not as_json:
            screen.heading(f"To be put back: {len(planned.undoing)}")
            screen.table(COLUMNS, rows_of(planned.undoing[:20]))
            for fix, reason in planned.refused[:20]:
                screen.line(f"not put back: {fix.id} {fix.ref}: {reason}")
        if not planned.undoing:
            return ExitCode.OK
        if not yes and not as_json and not typer.confirm(f"Put back {len(planned.undoing)} fixes?"):
            raise typer.Abort
        ids = queue_undo(parts.tools, parts.setups, planned)
        apply_approved(parts.tools, parts.setups, trigger="undo", over_guards=True)
        with parts.tools.store.reading() as tx:
            ends = [end for fix_id in ids if (end := tx.journal.find(fix_id)) is not None]
    done = [fix for fix in ends if fix.state in {FixState.APPLIED, FixState.ALREADY_TRUE}]
    kept = [fix for fix in ends if fix not in done]
    if as_json:
        refused = [{**data_of(fix), "reason": reason} for fix, reason in planned.refused]
        screen.json(
            {"undone": [data_of(fix) for fix in done], "kept": [data_of(fix) for fix in kept], "refused": refused}
        )
    else:
        screen.line(f"put back: {len(done)}")
        for fix in kept:
            screen.line(f"left alone: {fix.ref}: {fix.detail or fix.state.value}")
    return ExitCode.LEFT_TO_DO if kept or planned.refused else ExitCode.OK
