"""`syncd plan`: what would be written and why; writes nothing to a CRM."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath, Streams

if TYPE_CHECKING:
    from syncd.cli.planning.content import Plan
    from syncd.engine import PassResult

#: Fixes shown of each stream in each part of the plan unless all are asked for.
SHOWN = 20

Html = Annotated[Path | None, typer.Option("--html", help="Write the plan as a page of its own.")]


def plan(
    streams: Streams = None,
    *,
    config: ConfigPath = DEFAULT_CONFIG,
    no_sync: Annotated[bool, typer.Option("--no-sync", help="Plan from the local copy; make no call.")] = False,
    show_all: Annotated[bool, typer.Option("--all", help="Show every fix, not the first of each stream.")] = False,
    html: Html = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Show what would be written, record by record, and why."""
    from syncd.cli.frame.noting import counted
    from syncd.cli.frame.opening import opened
    from syncd.cli.output.fix_lines import show_refused
    from syncd.cli.output.progress import watching
    from syncd.cli.output.screen import Screen
    from syncd.cli.planning.content import make_plan, show_plan
    from syncd.cli.sync import outcome_of
    from syncd.engine import run_pass

    with opened(config, streams) as parts, watching(parts.telemetry):
        results: list[PassResult] = []
        if not no_sync:
            _, results = run_pass(parts.tools, parts.setups, trigger="plan", may_write=False)
        made = make_plan(parts)
        counted(fixes=sum(len(part.fixes) for part in made.parts))
    if html is not None:
        _write_page(html, made)
    screen = Screen()
    if as_json:
        screen.json(made.data())
    else:
        show_plan(screen, made, limit=None if show_all else SHOWN)
    show_refused(parts.refused)
    failed = [result for result in results if result.error is not None]
    return outcome_of(failed, parts.refused) if failed or parts.refused else ExitCode.OK


def _write_page(file: Path, plan: Plan) -> None:
    from syncd.cli.planning.page import page_of
    from syncd.errors import ConfigError, Mistake

    try:
        file.write_text(page_of(plan), "utf-8")
    except OSError as error:
        raise ConfigError([Mistake(str(file), 0, 0, f"cannot be written: {error.strerror}")]) from error
