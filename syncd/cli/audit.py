"""`syncd audit`: the seven steps of looking through a CRM's data, from the store alone, and kept there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath, Streams

if TYPE_CHECKING:
    from syncd.cli.output.screen import Screen
    from syncd.report import AuditReport
    from syncd.store import Audit, Transaction


def audit(
    streams: Streams = None,
    *,
    config: ConfigPath = DEFAULT_CONFIG,
    html: Annotated[Path | None, typer.Option("--html", help="Write the audit as a page of its own.")] = None,
    keep: Annotated[
        bool, typer.Option(help="Remember that and what was found, so that the next one can compare.")
    ] = True,
    as_json: AsJson = False,
) -> ExitCode:
    """Go through the seven steps of an audit: collect, organise, prioritise, take out, add, make uniform, repeat.

    Says what was found and what to do now, worked out from the store alone: the same store gives the same audit. Makes
    no call, and changes nothing but the note that an audit was made.
    """
    from syncd.cli.frame.noting import who
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.pages import write_page
    from syncd.cli.output.screen import Screen
    from syncd.clock import SystemClock
    from syncd.report import audit_page_of, make_audit, make_report, watched_of
    from syncd.settings.reading.names import stream_named

    with open_store(config) as (settings, store):
        wanted = {stream_named(settings, name) for name in streams or ()}
        watched = watched_of(settings, wanted)
        accounts = tuple(sorted({one.stream.account for one in watched}))
        with store.reading() as tx:
            report = make_report(tx, watched, SystemClock().now())
            found = make_audit(report, settings.rules_by_name, _last(tx, accounts))
        if keep:
            with store.transaction() as tx:
                tx.audits.keep(who(), accounts, found.data())
    if html is not None:
        write_page(html, audit_page_of(found))
    if as_json:
        Screen().json(found.data())
    else:
        _show(Screen(), found)
    return ExitCode.OK


def _last(tx: Transaction, accounts: tuple[str, ...]) -> Audit | None:
    """Return the audit before, of the same accounts."""
    return next((one for one in tx.audits.recent() if one.accounts == accounts), None)


def _show(screen: Screen, found: AuditReport) -> None:
    from syncd.report.words import counted, percent

    screen.heading(
        f"Audit of {', '.join(found.accounts)}: grade {found.grade}, {percent(found.clean)} of "
        f"{counted(found.records)} records have no issue."
    )
    for number, step in enumerate(found.steps, 1):
        screen.line()
        screen.heading(f"{number}. {step.name}")
        for sentence in step.found or ("Nothing was found.",):
            screen.line(f"   {sentence}")
        for sentence in step.todo:
            screen.line(f" → {sentence}", "yellow")
