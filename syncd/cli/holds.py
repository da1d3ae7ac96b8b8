"""`syncd holds`: what guards hold until it is over or a person says go on, and saying so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath, Yes

if TYPE_CHECKING:
    from syncd.cli.output.screen import Screen
    from syncd.store import Hold

_COLUMNS = ("stream", "guard", "held", "since", "why")


def holds(
    stream: Annotated[str | None, typer.Argument(metavar="STREAM", help="One stream; all if none.")] = None,
    *,
    rule: Annotated[str | None, typer.Option("--rule", help="Only what holds this rule.")] = None,
    guard: Annotated[str | None, typer.Option("--guard", help="Only what this guard holds.")] = None,
    release: Annotated[bool, typer.Option("--release", help="Say go on: let go of all of these.")] = False,
    yes: Yes = False,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> ExitCode:
    """List rules that are parked, and fields and streams that are not believed, and let them go. Makes no call."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.engine.holds import OF_RULES, held_streams
    from syncd.engine.holds import release as let_go
    from syncd.settings.reading.names import must_be_rule, stream_named

    screen = Screen()
    with open_store(config) as (settings, store):
        if rule is not None:
            must_be_rule(settings, rule)
        wanted = [stream_named(settings, stream)] if stream else [one.stream for one in settings.streams]
        with store.reading() as tx:
            found = [
                one
                for one in held_streams(tx, wanted)
                if guard in {None, one.guard} and (rule is None or (one.guard in OF_RULES and one.key == rule))
            ]
        if as_json:
            screen.json({"holds": [_data(one) for one in found], "released": len(found) if release else 0})
        else:
            _show(screen, found)
        if release and found:
            if not yes and not as_json:
                typer.confirm(f"Let go of these {len(found)}?", abort=True)
            with store.transaction() as tx:
                let_go(tx, found)
            if not as_json:
                screen.line(f"released: {len(found)}; what was held is written by the next pass, within the limits")
    return ExitCode.OK


def _data(one: Hold) -> dict[str, Any]:
    return {"stream": one.stream.name, "guard": one.guard, "held": one.key, "since": one.at, "why": one.detail}


def _show(screen: Screen, found: list[Hold]) -> None:
    if not found:
        screen.line("Nothing is held.")
        return
    rows = [(one.stream.name, one.guard, one.key or "(the stream)", one.at, one.detail) for one in found]
    screen.table(_COLUMNS, rows, title="Held until it is over, or a person says go on", whole=("stream",))
