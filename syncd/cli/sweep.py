"""`syncd sweep`: look through every record for what reading changes missed or cannot see, and tell what was caught."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.frame.exits import ExitCode, exit_code_of
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath, Streams

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncd.cli.output.screen import Screen
    from syncd.engine.reading.caught import Completeness
    from syncd.errors import SyncdError
    from syncd.model import Stream


def sweep(
    streams: Streams = None,
    *,
    config: ConfigPath = DEFAULT_CONFIG,
    show: Annotated[bool, typer.Option("--show", help="Only tell what was caught so far. Makes no call.")] = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Compare every record with its copy, and tell what reading changes had missed. Writes nothing to a CRM."""
    from syncd.cli.frame.opening import open_store, opened
    from syncd.cli.output.fix_lines import show_refused
    from syncd.cli.output.screen import Screen
    from syncd.engine import Sweep
    from syncd.engine import sweep as look_through
    from syncd.engine.reading.caught import completeness
    from syncd.settings.reading.names import stream_named

    screen = Screen()
    refused: Mapping[Stream, SyncdError] = {}
    if show:
        with open_store(config) as (settings, store), store.reading() as tx:
            wanted = [stream_named(settings, one) for one in streams or ()] or [one.stream for one in settings.streams]
            found = [completeness(tx, stream) for stream in wanted]
    else:
        with opened(config, streams) as parts:
            for setup in parts.setups:
                for kind in Sweep:
                    look_through(parts.tools, setup, kind)
            with parts.store.reading() as tx:
                found = [completeness(tx, setup.stream) for setup in parts.setups]
        refused = parts.refused
    if as_json:
        screen.json({"streams": [_data(one) for one in found]})
    else:
        _show(screen, found)
    show_refused(refused)
    if refused:
        return exit_code_of(next(iter(refused.values())))
    return ExitCode.LEFT_TO_DO if any(one.vanished for one in found) else ExitCode.OK


def _data(one: Completeness) -> dict[str, Any]:
    last = one.last
    return {
        "stream": one.stream.name,
        "looked_through_at": None if last is None else last.at,
        "is_under_way": one.is_under_way,
        "records": None if last is None else last.seen,
        "calls": None if last is None else last.calls,
        "missing": one.missing,
        "last": {} if last is None else {kind: count for kind, count in last.caught.items() if count},
        "over_all_time": {
            by: {kind: count for (caught_by, kind), count in one.caught.items() if caught_by == by}
            for by in sorted({by for by, _ in one.caught})
        },
    }


def _show(screen: Screen, found: Sequence[Completeness]) -> None:
    rows = [
        (
            one.stream.name,
            "never" if one.last is None else one.last.at,
            "–" if one.last is None else one.last.seen,
            one.missing,
            _words({} if one.last is None else one.last.caught),
        )
        for one in found
    ]
    screen.table(
        ("stream", "looked through", "records", "missing", "caught then"),
        rows,
        title="What reading changes had missed",
        numbers=("records", "missing"),
        whole=("stream",),
    )
    ever = [
        (one.stream.name, by, kind, count) for one in found for (by, kind), count in sorted(one.caught.items()) if count
    ]
    if ever:
        screen.table(
            ("stream", "caught by", "kind", "records"),
            ever,
            title="Over all time",
            numbers=("records",),
            whole=("stream",),
        )
    for one in found:
        if one.vanished:
            screen.line(
                f"{one.stream.name}: {one.vanished} records are not shown any more. They stay as they were; see "
                "whether the credentials still may see them, or `syncd holds --release` when they are gone."
            )


def _words(caught: Mapping[str, int]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in sorted(caught.items()) if count) or "nothing"
