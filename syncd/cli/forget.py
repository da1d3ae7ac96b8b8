"""`syncd forget`: erase what is kept of a person who asked for it, and keep nothing of them from then on."""

from __future__ import annotations

from typing import Annotated

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath, Yes


def forget(
    stream: Annotated[str, typer.Argument(help="The stream, `hubspot-main/contacts`.")],
    record_id: Annotated[str, typer.Argument(metavar="ID", help="The record's id in the CRM.")],
    *,
    config: ConfigPath = DEFAULT_CONFIG,
    yes: Yes = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Erase every value of a record from the copy, the journal and the archive, for good. The CRM is not touched."""
    from syncd.cli.frame.noting import counted
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.engine import forget as erase
    from syncd.settings.reading.names import stream_named

    with open_store(config) as (settings, store):
        found = stream_named(settings, stream)
        wanted = next(one for one in settings.streams if one.stream == found)
        if not yes:
            typer.confirm(
                f"Erase what is kept of {found.name}/{record_id}? Its fixes can then not be undone.",
                abort=True,
                err=True,
            )
        forgotten = erase(store, found, wanted.mapping, record_id, wanted.enriching)
        counted(records=len(forgotten.ids))
    screen = Screen()
    if as_json:
        screen.json({"ids": forgotten.ids, "changes": forgotten.changes, "copies": forgotten.copies})
        return ExitCode.OK
    screen.line(f"forgotten: {found.name}/{', '.join(forgotten.ids)}")
    screen.line(f"erased: its values, {forgotten.changes} changes in the journal, {forgotten.copies} copies")
    screen.line("The CRM was not touched. Should the person come back, syncd will know them and keep nothing.")
    return ExitCode.OK
