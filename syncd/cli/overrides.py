"""`syncd overrides`: what people set back and the rules leave alone, and letting the rules look afresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath, Yes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.cli.output.screen import Screen
    from syncd.store import Override, Store

#: Overrides shown; a script gets all.
SHOWN = 200
_COLUMNS = ("record", "field", "rule", "left at", "since")


def overrides(
    stream: Annotated[str | None, typer.Argument(metavar="STREAM", help="One stream; all if none.")] = None,
    *,
    rule: Annotated[str | None, typer.Option("--rule", help="Only what was set against this rule.")] = None,
    record: Annotated[str | None, typer.Option("--record", metavar="ID", help="Only of this record.")] = None,
    release: Annotated[bool, typer.Option("--release", help="Let the rules look afresh at all of these.")] = False,
    yes: Yes = False,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> ExitCode:
    """List the fields that people settled against a rule, newest first. Makes no call."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.settings.reading.names import must_be_rule, stream_named

    screen = Screen()
    with open_store(config) as (settings, store):
        if rule is not None:
            must_be_rule(settings, rule)
        wanted = [stream_named(settings, stream)] if stream else [one.stream for one in settings.streams]
        with store.reading() as tx:
            found = [
                one
                for each in wanted
                for one in tx.overrides.select(stream=each, rule=rule, limit=10**9)
                if record in {None, one.ref.id}
            ]
        if as_json:
            screen.json(
                {
                    "overrides": [_data(one) for one in found],
                    "released": sum(bool(one.field) for one in found) if release else 0,
                }
            )
        else:
            _show(screen, found)
        if release:
            ours = [one for one in found if one.field]
            if ours and not yes and not as_json:
                typer.confirm(f"Let the rules look afresh at these {len(ours)}?", abort=True)
            _release(store, ours)
            if not as_json:
                screen.line(f"released: {len(ours)}; the next pass judges these records again")
    return ExitCode.OK


def _release(store: Store, found: Iterable[Override]) -> None:
    """Forget overrides of fields. Links and removals that people took back stay so: the journal remembers those."""
    from syncd.model import Stream

    with store.transaction() as tx:
        for one in found:
            stream = Stream(one.ref.account, one.ref.object, "")
            tx.overrides.clear(stream, record_id=one.ref.id, field=one.field, rule=one.rule)
            tx.records.make_due(stream, [one.ref.id])


def _data(one: Override) -> dict[str, Any]:
    return {
        "account": one.ref.account,
        "object": one.ref.object,
        "id": one.ref.id,
        "field": one.field,
        "rule": one.rule,
        "value": one.value,
        "since": one.at,
    }


def _show(screen: Screen, found: list[Override]) -> None:
    if not found:
        screen.line("Nobody has set anything back.")
        return
    rows = [(str(one.ref), one.field or "(the record)", one.rule, one.value, one.at) for one in found[:SHOWN]]
    screen.table(_COLUMNS, rows, title="Left as people want it", whole=("record",))
    if len(found) > SHOWN:
        screen.line(f"and {len(found) - SHOWN} more; --json shows all")
