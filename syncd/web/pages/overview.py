"""How clean it all is, how it came to be, and what waits for a person."""

from __future__ import annotations

from starlette.responses import Response

from syncd.model import FixState, Role
from syncd.report import grade_of, make_report, watched_of
from syncd.switch import why_off
from syncd.web.ask import Ask
from syncd.web.page import Menu, page
from syncd.web.rendering import did_something
from syncd.web.told import People

#: Lines of each table.
SHOWN = 8
#: Runs looked through for those that did something.
LOOKED_THROUGH = 300


@page("/", role=Role.VIEWER, menu=Menu("Overview", 10))
def overview(ask: Ask) -> Response:
    """Show it. Every figure is a kept count: as quick at a million records as at a thousand."""
    watched = watched_of(ask.settings)
    with ask.reading() as tx:
        report = make_report(tx, watched, ask.console.clock.now())
        runs = [one for one in tx.runs.recent(LOOKED_THROUGH) if did_something(one)][:SHOWN]
        holds = [hold for one in watched for hold in tx.holds.of(one.stream)]
        people = People.of(tx, [one.stream.account for one in watched])
        successes = {one.stream.name: tx.cursors.last_success(one.stream) for one in watched}
    return ask.show(
        "overview.html",
        report=report,
        grade=grade_of(report.share),
        shown=SHOWN,
        runs=runs,
        holds=holds,
        people=people,
        successes=successes,
        stopped=why_off(ask.settings, ask.console.store),
        waiting=report.fixes.get(FixState.PROPOSED, 0),
        approved=report.fixes.get(FixState.APPROVED, 0),
        applied=report.fixes.get(FixState.APPLIED, 0),
        undone=report.fixes.get(FixState.UNDONE, 0),
    )
