"""`syncd report`: how clean the CRM is, what is worst, and what became of it since the beginning."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.exits import ExitCode
from syncd.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, Streams

if TYPE_CHECKING:
    from syncd.cli.screen import Screen
    from syncd.report import Report

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
    from syncd.cli.opening import open_store, stream_named
    from syncd.cli.screen import Screen
    from syncd.clock import SystemClock
    from syncd.report import make_report, page_of, watched_of

    with open_store(config) as (settings, store):
        wanted = {stream_named(settings, name) for name in streams or ()}
        with store.reading() as tx:
            made = make_report(tx, watched_of(settings, wanted), SystemClock().now())
    if html is not None:
        _write_page(html, page_of(made))
    if as_json:
        Screen().json(_data_of(made))
    else:
        _show(Screen(), made)
    return ExitCode.OK


def _write_page(file: Path, page: str) -> None:
    from syncd.errors import ConfigError, Mistake

    try:
        file.write_text(page, "utf-8")
    except OSError as error:
        raise ConfigError([Mistake(str(file), 0, 0, f"cannot be written: {error.strerror}")]) from error


def _show(screen: Screen, made: Report) -> None:
    from syncd.model import FixState
    from syncd.report import grade_of
    from syncd.report.page import counted, day, percent

    before = made.share_before
    since = "" if before is None or made.since is None else f" On {day(made.since)} it was {percent(before)}."
    screen.heading(
        f"Grade {grade_of(made.share)}: {percent(made.share)} of {counted(made.records)} records have no issue.{since}"
    )
    _show_streams(screen, made)
    screen.table(
        ("rule", "object", "open", "since the beginning"),
        [(one.rule, one.stream.name, one.open, _change(one.open, one.before)) for one in made.rules[:SHOWN]],
        title="What is wrong most often",
        numbers=("open", "since the beginning"),
    )
    screen.table(
        ("created by", "object", "not clean"),
        [(source or "unknown", stream.name, dirty) for stream, source, dirty in made.sources[:SHOWN]],
        title="Where it comes from",
        numbers=("not clean",),
    )
    screen.table(
        ("owner", "object", "not clean", "of"),
        [(one.owner or "nobody", one.stream.name, one.dirty, one.judged) for one in made.owners[:SHOWN]],
        title="Whose it is",
        numbers=("not clean", "of"),
    )
    screen.table(
        ("field", "object", "filled"),
        [(name, stream.name, percent(filled)) for stream, name, filled in made.fields[:SHOWN]],
        title="What is filled least",
        numbers=("filled",),
    )
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
    from syncd.report.page import gained, percent
    from syncd.report.pictures import blocks_of

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


def _change(now: int, before: int | None) -> str:
    return "–" if before is None else f"{now - before:+d}" if now != before else "±0"


def _data_of(made: Report) -> dict[str, Any]:
    """Return the report as JSON data, whole."""
    from syncd.report import grade_of
    from syncd.report.facts import share

    return {
        "at": made.at,
        "grade": grade_of(made.share),
        "records": made.records,
        "clean_share": made.share,
        "clean_share_before": made.share_before,
        "since": made.since,
        "streams": [
            {
                "stream": one.stream.name,
                "records": one.now.records,
                "judged": one.now.judged,
                "clean": one.now.clean,
                "clean_share": share(one.now),
                "gained": one.gain,
                "duplicate_groups": one.kpis.duplicate_groups,
                "duplicate_records": one.kpis.duplicate_records,
                "missing": one.kpis.missing,
                "stale": dict(one.kpis.stale),
                "unassociated": dict(one.kpis.unassociated),
                "overrides": dict(one.kpis.overrides),
                "held": dict(one.kpis.holds),
                "trend": [{"at": moment, "clean_share": clean} for moment, clean in one.trend],
            }
            for one in made.streams
        ],
        "rules": [
            {"stream": one.stream.name, "rule": one.rule, "open": one.open, "before": one.before} for one in made.rules
        ],
        "sources": [{"stream": at.name, "source": source, "not_clean": dirty} for at, source, dirty in made.sources],
        "owners": [
            {"stream": one.stream.name, "owner": one.owner, "not_clean": one.dirty, "of": one.judged}
            for one in made.owners
        ],
        "fields": [{"stream": at.name, "field": name, "filled": filled} for at, name, filled in made.fields],
        "fixes": {state.value: number for state, number in made.fixes.items()},
    }
