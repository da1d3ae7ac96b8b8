"""`syncd rules`: what the rules are, what was chosen for them, what they found; one whole, and one tried out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath

if TYPE_CHECKING:
    from quality.rule import Verdict
    from syncd.cli.output.screen import Screen
    from syncd.rulebook import Tallies
    from syncd.settings import Settings

_COLUMNS = ("rule", "on", "mode", "severity", "owner", "open", "applied", "what holds for a right record")


def rules(
    name: Annotated[str | None, typer.Argument(metavar="RULE", help="One rule, shown whole.")] = None,
    *,
    value: Annotated[str | None, typer.Option("--try", help="Judge this value by the rule; nothing is kept.")] = None,
    given: Annotated[
        list[str] | None, typer.Option("--with", metavar="FIELD=VALUE", help="Another field of the record to try.")
    ] = None,
    field: Annotated[
        str | None, typer.Option("--field", help="The field to try; the rule's first unless given.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="The kind of record to try; the first unless given.")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> ExitCode:
    """List the rules with what was chosen for them and what they found, or show one whole. Makes no call."""
    from syncd.cli.explaining.rule_trial import Trial, tried
    from syncd.cli.output.screen import Screen
    from syncd.rulebook import told
    from syncd.settings.reading.names import must_be_rule

    settings = _settings(config)
    if name is None:
        if value is not None or given:
            raise typer.BadParameter("name the rule to try")
        return _list(Screen(), settings, as_json=as_json)
    must_be_rule(settings, name)
    if value is not None or given:
        verdict = tried(settings, Trial(name, value, tuple(given or ()), field, kind))
        if as_json:
            Screen().json(_verdict_data(verdict))
        else:
            Screen().line(told(verdict))
        return ExitCode.OK
    return _show(Screen(), settings, name, as_json=as_json)


def _settings(config: Path) -> Settings:
    """Return the settings; where there are none yet, the rules as they come."""
    import os

    from syncd.settings import load_settings

    return load_settings(
        None if config == DEFAULT_CONFIG and not config.exists() else config, os.environ, logs_in=False
    )


def _tallies(settings: Settings) -> Tallies:
    """Return what a store knows; a listing never makes one."""
    from syncd.clock import SystemClock
    from syncd.rulebook import Tallies
    from syncd.store import Store, StoreKeys

    url = settings.store.url.reveal()
    if not settings.streams or (url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()):
        return Tallies()
    store = Store.open(url, SystemClock(), StoreKeys.of(*settings.store.revealed_keys))
    try:
        store.migrate()
        with store.reading() as tx:
            return Tallies.of(tx, settings)
    finally:
        store.close()


def _list(screen: Screen, settings: Settings, *, as_json: bool) -> ExitCode:
    from syncd.rulebook import data_of_rules

    data = data_of_rules(settings, _tallies(settings), is_whole=as_json)
    if as_json:
        screen.json(data)
        return ExitCode.OK
    screen.table(_COLUMNS, [_row(one) for one in data], numbers=("open", "applied"))
    screen.line(f"{len(data)} rules, in the order they judge in. `syncd rules NAME` shows one whole.")
    return ExitCode.OK


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    streams = one["streams"]
    on = [stream for stream in streams if stream["is_on"]]
    if streams:
        is_on = "yes" if len(on) == len(streams) else f"in {len(on)} of {len(streams)}" if on else "no"
    else:
        is_on = "yes" if one["is_on"] else "no"
    modes = dict.fromkeys(
        f"{stream['mode']}, held ({stream['held']})" if stream["held"] else stream["mode"] for stream in on
    ) or {one["mode"]: None}
    severities = dict.fromkeys(stream["severity"] for stream in on) or {one["severity"]: None}
    applied = one["fixes"].get("applied", 0)
    return (
        one["rule"],
        is_on,
        " / ".join(modes),
        " / ".join(severities),
        one["owner"],
        one["findings"],
        applied,
        one["description"],
    )


def _show(screen: Screen, settings: Settings, name: str, *, as_json: bool) -> ExitCode:
    from syncd.rulebook import data_of_rule, examples_of

    data = data_of_rule(settings, _tallies(settings), name)
    data["examples"] = examples_of(settings, name)
    if name in settings.custom_rules:
        data["written"] = settings.custom_rules[name].spec.model_dump(
            mode="json", exclude_unset=True, exclude={"examples"}, by_alias=True
        )
    if as_json:
        screen.json(data)
        return ExitCode.OK
    screen.heading(f"{name}: {data['description']}")
    for kind, fields in data["fields"].items():
        screen.line(f"judges: {kind} ({', '.join(fields) or 'the record as a whole'})")
    screen.line(f"phase: {data['phase']}; severity: {data['severity']}; mode: {data['mode']}")
    for key, label in (("flag", "flag"), ("owner", "owner")):
        if data[key]:
            screen.line(f"{label}: {data[key]}")
    for key in ("when", "check", "change"):
        if key in data.get("written", {}):
            screen.line(f"{key}: {_written(data['written'][key])}")
    _show_parameters(screen, data)
    _show_streams(screen, data)
    _show_examples(screen, data["examples"])
    return ExitCode.OK


def _written(part: Any) -> str:
    """Return a part of a rule of one's own as it could stand in its file."""
    import json

    return part if isinstance(part, str) else json.dumps(part, ensure_ascii=False)


def _show_parameters(screen: Screen, data: dict[str, Any]) -> None:
    rows = [
        (name, one["type"], _written(one["default"]), one["description"]) for name, one in data["parameters"].items()
    ]
    if rows:
        screen.table(("parameter", "type", "default", "meaning"), rows, title="Parameters")


def _show_streams(screen: Screen, data: dict[str, Any]) -> None:
    columns = ("stream", "is_on", "mode", "severity", "owner", "held", "when", "findings")
    rows = [
        ["no" if one[key] is False else "yes" if one[key] is True else one[key] for key in columns]
        for one in data["streams"]
    ]
    if rows:
        screen.table(("stream", "on", *columns[2:-1], "open"), rows, title="In your streams", numbers=("open",))
    if data["fixes"]:
        screen.line("fixes: " + ", ".join(f"{count} {state}" for state, count in data["fixes"].items()))


def _show_examples(screen: Screen, examples: list[dict[str, Any]]) -> None:
    rows = []
    for one in examples:
        if "verdict" in one:
            beside = ", ".join(f"{name}={value}" for name, value in one["with"].items())
            rows.append((one["given"], beside, one["verdict"]))
        else:
            given = ", ".join(f"{name}={value}" for name, value in one["given"].items())
            becomes = f"becomes {one['becomes']}" if "becomes" in one else "right" if one["is_right"] else "found"
            rows.append((given, "", becomes))
    screen.table(("given", "with", "what the rule says"), rows, title="Examples")


def _verdict_data(verdict: Verdict) -> dict[str, Any]:
    return {
        "is_right": verdict.is_fine,
        "message": verdict.message,
        "has_proposal": verdict.has_proposal,
        "proposal": verdict.proposal if verdict.has_proposal else None,
        "is_sure": verdict.is_sure,
    }
