"""`syncd sync`: one pass over all (or some) streams, then exit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.frame.exits import ExitCode, exit_code_of
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath, Streams

if TYPE_CHECKING:
    from syncd.engine import PassResult
    from syncd.errors import SyncdError
    from syncd.model import Stream


#: How long providers outside are asked at most, when the pass is over: what they say counts in the next one.
_ASK_S = 60.0


def sync(
    streams: Streams = None,
    *,
    config: ConfigPath = DEFAULT_CONFIG,
    no_write: Annotated[bool, typer.Option("--no-write", help="Read and judge only; write nothing to a CRM.")] = False,
    over_guards: Annotated[bool, typer.Option("--over-guards", help="Write what the guards hold back, too.")] = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Read what changed, judge it, write what is approved, and exit."""
    from syncd.cli.frame.opening import opened, telling
    from syncd.cli.output.fix_lines import pass_data, show_passes, show_refused, show_run
    from syncd.cli.output.progress import watching
    from syncd.cli.output.screen import Screen
    from syncd.engine import run_pass
    from syncd.engine.outside.providing import ask_once

    with opened(config, streams) as parts, watching(parts.telemetry), telling(parts):
        run, results = run_pass(
            parts.tools, parts.setups, trigger="sync", may_write=not no_write, over_guards=over_guards
        )
        # Who only looks spends nothing.
        if parts.settings.enrichment.providers and not no_write:
            ask_once(parts.tools, parts.settings.enrichment, _ASK_S)
        with parts.store.reading() as tx:
            written = tx.journal.written_in(run)
    screen = Screen()
    if as_json:
        screen.json(pass_data(run, results))
    else:
        show_passes(screen, results)
        show_run(screen, run, results, written)
    show_refused(parts.refused)
    return outcome_of(results, parts.refused)


def outcome_of(results: Sequence[PassResult], refused: Mapping[Stream, SyncdError] | None = None) -> ExitCode:
    """Return how a pass went: the first failure decides, then whether a guard held something back."""
    if refused:
        return exit_code_of(next(iter(refused.values())))
    for result in results:
        if result.error is not None:
            return exit_code_of(result.error)
    if any(result.tally.held for result in results):
        return ExitCode.GUARD
    left = any(one.report.fixes_rejected or one.report.fixes_unknown or one.kpis.review_pending for one in results)
    return ExitCode.LEFT_TO_DO if left else ExitCode.OK
