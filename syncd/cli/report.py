"""`syncd report`: how clean the CRM is, what is worst, and what became of it since the beginning."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath, Streams

if TYPE_CHECKING:
    from syncd.cli.output.screen import Screen
    from syncd.report import OwnerFacts, Report

#: Lines of each table on a terminal.
SHOWN = 10


def report(
    streams: Streams = None,
    *,
    config: ConfigPath = DEFAULT_CONFIG,
    html: Annotated[Path | None, typer.Option("--html", help="Write the report as a page of its own.")] = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Show the grade, the trend, and the worst rules, sources and owners. Reads the store alone; makes no call.

    A record is clean when no rule of severity warning or above has something open against it; each counts once. What it
    was like before is kept from the first pass on, once a day.
    """
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.pages import write_page
    from syncd.cli.output.screen import Screen
    from syncd.clock import SystemClock
    from syncd.report import data_of, make_report, page_of, watched_of
    from syncd.settings.reading.names import stream_named

    with open_store(config) as (settings, store):
        wanted = {stream_named(settings, name) for name in streams or ()}
        with store.reading() as tx:
            made = make_report(tx, watched_of(settings, wanted), SystemClock().now())
    if html is not None:
        write_page(html, page_of(made))
    if as_json:
        Screen().json(data_of(made))
    else:
        _show(Screen(), made)
    return ExitCode.OK


def _show(screen: Screen, made: Report) -> None:
    from syncd.model import FixState
    from syncd.report import grade_of
    from syncd.report.words import counted, day, percent

    if made.since is None:
        screen.heading("Nothing was read yet: `syncd sync`.")
        return
    before = made.share_before
    since = "" if before is None or made.since is None else f" On {day(made.since)} it was {percent(before)}."
    screen.heading(
        f"Grade {grade_of(made.share)}: {percent(made.share)} of {counted(made.records)} records have no issue.{since}"
    )
    _show_targets(screen, made)
    _show_streams(screen, made)
    screen.table(
        ("rule", "object", "open", "since the beginning"),
        [(one.rule, one.stream.name, one.open, _change(one.open, one.before)) for one in made.rules[:SHOWN]],
        title="What is wrong most often",
        numbers=("open", "since the beginning"),
    )
    screen.table(
        ("source", "kind", "object", "defects", "not clean", "of"),
        [
            (one.name or "unnamed", one.kind, one.stream.name, one.defects, one.dirty, one.judged)
            for one in made.makers[:SHOWN]
        ],
        title="Where it comes from",
        numbers=("defects", "not clean", "of"),
    )
    screen.table(
        ("owner", "object", "not clean", "of"),
        [(_owner(one), one.stream.name, one.dirty, one.judged) for one in made.owners[:SHOWN]],
        title="Whose it is",
        numbers=("not clean", "of"),
    )
    screen.table(
        ("field", "object", "filled"),
        [(name, stream.name, percent(filled)) for stream, name, filled in made.fields[:SHOWN]],
        title="What is filled least",
        numbers=("filled",),
    )
    _show_time_and_money(screen, made)
    told = {
        "written": FixState.APPLIED,
        "approved, not yet written": FixState.APPROVED,
        "waiting for a person": FixState.PROPOSED,
        "refused by the CRM": FixState.REJECTED,
        "undone": FixState.UNDONE,
    }
    counts = [f"{made.fixes[state]:,} {words}" for words, state in told.items() if made.fixes.get(state)]
    screen.line(f"Fixes: {', '.join(counts) if counts else 'none yet'}.")


def _show_streams(screen: Screen, made: Report) -> None:
    from syncd.report.facts import share
    from syncd.report.pictures import blocks_of
    from syncd.report.words import gained, percent

    rows = [
        (
            one.stream.name,
            one.now.judged,
            percent(share(one.now)),
            gained(one.gain),
            "–" if one.kpis.duplicate_records is None else one.kpis.duplicate_records,
            one.kpis.missing,
            blocks_of(one.trend),
        )
        for one in made.streams
    ]
    screen.table(
        ("object", "records", "clean", "gained", "duplicates", "missing", "trend"),
        rows,
        title="Objects",
        numbers=("records", "clean", "gained", "duplicates", "missing"),
    )


def _owner(one: OwnerFacts) -> str:
    return f"{one.shown} (has left)" if one.is_active is False else one.shown


def _show_targets(screen: Screen, made: Report) -> None:
    from syncd.report.words import day, percent

    rows = [
        (
            one.name,
            one.stream.name,
            percent(one.state.current),
            percent(one.state.expected),
            percent(one.state.goal),
            day(one.last_day),
            "reached" if one.state.is_reached else "on track" if one.state.is_on_track else "off track",
        )
        for one in made.targets
    ]
    if rows:
        screen.table(
            ("target", "object", "now", "should be", "goal", "by", "how it stands"),
            rows,
            title="Targets",
            numbers=("now", "should be", "goal"),
        )


def _show_time_and_money(screen: Screen, made: Report) -> None:
    from syncd.report.words import counted, money, percent

    ages = [
        (one.field, one.stream.name, _days(one.half_life_days), _days(one.median_days), percent(one.stale))
        for one in made.ages[:SHOWN]
    ]
    if ages:
        screen.table(
            ("field", "object", "half change within", "median age", "old"),
            ages,
            title="How old values are",
            numbers=("half change within", "median age", "old"),
        )
    cost = made.cost
    if cost is not None and cost.dirty and cost.assumed.per_record:
        each, total = (money(one, cost.assumed.currency) for one in (cost.assumed.per_record, cost.of_records))
        screen.line(f"Cost: {counted(cost.dirty)} records not clean, at {each} each (assumed): {total}.")
    for one in made.maturity:
        needed = f" The next takes that {'; that '.join(it.says for it in one.missing)}." if one.missing else ""
        screen.line(f"Upkeep of {one.account}: stage {one.stage} of 4, {one.name}.{needed}")


def _days(days: float | None) -> str:
    return "not known yet" if days is None else f"{days:.0f} days"


def _change(now: int, before: int | None) -> str:
    return "–" if before is None else f"{now - before:+d}" if now != before else "±0"
