"""The weekly report: a few lines for a channel, and the whole as a page that goes with a mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from syncd.model import FixState
from syncd.settings import Settings
from syncd.store import Store, Transaction

if TYPE_CHECKING:
    from syncd.report import Report

#: How many rules and objects the lines name.
_NAMED = 5
#: A report that could not be sent so long is not worth sending: the next one is near.
STALE_AFTER = timedelta(days=3)


def is_due(tx: Transaction, moment: datetime, now: datetime) -> bool:
    """Return whether there was something to report of at that moment, not too long ago."""
    baseline = tx.runs.baseline()
    return baseline is not None and baseline.at < moment and now - moment < STALE_AFTER


def report_of(tx: Transaction, settings: Settings, now: datetime) -> Report:
    """Return the report of all streams."""
    # What draws pages is loaded once a week, not at each start.
    from syncd.report import make_report, watched_of

    return make_report(tx, watched_of(settings), now)


def page_for(store: Store, settings: Settings, now: datetime) -> str:
    """Return the report as a page of its own."""
    from syncd.report import page_of

    with store.reading() as tx:
        made = report_of(tx, settings, now)
    return page_of(made)


def lines_of(made: Report) -> tuple[str, str]:
    """Return one line, and the text below it."""
    from syncd.report import grade_of
    from syncd.report.words import percent

    before = "" if made.share_before is None else f", at the beginning {percent(made.share_before)}"
    clean = f"{percent(made.share)} of {made.records:,} records clean"
    summary = f"Weekly report: grade {grade_of(made.share)}, {clean}{before}"
    rules = [f"{one.rule} ({one.stream.name}): {one.open:,}" for one in made.rules[:_NAMED]]
    objects = [
        f"{one.stream.name}: {percent(one.kpis.clean_ratio)} of {one.now.judged:,} clean" for one in made.streams
    ]
    waiting = sum(one.kpis.review_pending for one in made.streams)
    lines = [
        *objects,
        *(["Most often wrong: " + ", ".join(rules)] if rules else []),
        f"Waiting for a person: {waiting:,}. Written so far: {made.fixes.get(FixState.APPLIED, 0):,}.",
    ]
    return summary, "\n".join(lines)
