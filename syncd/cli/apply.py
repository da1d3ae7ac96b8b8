"""`syncd apply`: write what is approved."""

from __future__ import annotations

from typing import Annotated

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath, Streams
from syncd.model import Action


def apply(
    streams: Streams = None,
    *,
    config: ConfigPath = DEFAULT_CONFIG,
    over_guards: Annotated[bool, typer.Option("--over-guards", help="Write what the guards hold back, too.")] = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Write the approved fixes: each record is read and compared first, so less may be written than was planned."""
    from syncd.cli.frame.noting import counted
    from syncd.cli.frame.opening import opened, telling
    from syncd.cli.output.fix_lines import pass_data, show_passes, show_refused, show_run
    from syncd.cli.output.progress import watching
    from syncd.cli.output.screen import Screen
    from syncd.cli.sync import outcome_of
    from syncd.engine import apply_approved

    with opened(config, streams) as parts, watching(parts.telemetry), telling(parts):
        run, results = apply_approved(parts.tools, parts.setups, trigger="apply", over_guards=over_guards)
        with parts.store.reading() as tx:
            written = tx.journal.written_in(run)
            counted(written=sum(written.values()))
            counts = [tx.journal.count_approved(setup.stream) for setup in parts.setups]
            merges = sum(count for one in counts for (action, _), count in one.items() if action is Action.MERGE)
    screen = Screen()
    if as_json:
        screen.json(pass_data(run, results))
    else:
        show_passes(screen, results)
        if merges:
            # A record that was written to is matched anew before it is merged, and only a pass does that.
            screen.line(
                f"{merges} approved merges wait for the next pass: `syncd sync` looks at their records again first"
            )
        show_run(screen, run, results, written)
    show_refused(parts.refused)
    return outcome_of(results, parts.refused)
