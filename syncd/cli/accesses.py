"""`syncd accesses`: who looked at records, took them out or changed something by a command."""

from __future__ import annotations

from typing import Annotated

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath

#: Notes shown; a script gets all.
SHOWN = 200
_COLUMNS = ("when", "who", "command", "what", "how much")


def accesses(
    *,
    days: Annotated[int, typer.Option("--days", min=1, help="How far to look back.")] = 30,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> ExitCode:
    """List the commands that looked at records or changed something, newest first. Makes no call; is noted itself."""
    from datetime import timedelta

    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.clock import SystemClock

    screen = Screen()
    with open_store(config) as (_, store), store.reading() as tx:
        found = tx.accesses.since(SystemClock().now() - timedelta(days=days), 10**9 if as_json else SHOWN + 1)
    if as_json:
        keys = ("at", "by", "command", "target", "counts")
        screen.json([{name: getattr(one, name) for name in keys} for one in found])
        return ExitCode.OK
    rows = [(one.at, one.by, one.command, one.target, _told(one.counts)) for one in found[:SHOWN]]
    screen.table(_COLUMNS, rows, title="Who looked and who changed", whole=("when",))
    if len(found) > SHOWN:
        screen.line(f"and more before; --json shows all of {days} days")
    return ExitCode.OK


def _told(counts: object) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) if isinstance(counts, dict) else ""
