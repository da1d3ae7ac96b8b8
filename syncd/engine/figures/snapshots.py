"""How clean each stream was, kept once a day: a report can tell from where to where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from syncd.engine.figures.figures import Figures
from syncd.engine.figures.freshness import ages_of, half_lives, summed_up, watched_days
from syncd.engine.figures.measure import count
from syncd.engine.setup import StreamSetup, Tools
from syncd.store import Transaction

_EVERY = timedelta(days=1)


def keep_snapshot(tools: Tools, setups: Sequence[StreamSetup]) -> None:
    """Keep how clean streams are that were not kept within a day.

    Called before anything is written, so that the first of a stream is its baseline: what it was like without syncd.
    """
    now = tools.clock.now()
    with tools.store.reading() as tx:
        known = {name for one in tx.runs.snapshots(now - _EVERY) for name in one.kpis}
        due = [one for one in setups if one.stream.name not in known and tx.cursors.last_success(one.stream)]
        figures = {one.stream.name: asdict(_figures(tx, one, now)) for one in due}
    if figures:
        with tools.store.transaction() as tx:
            tx.runs.snapshot(now, figures)


def _figures(tx: Transaction, setup: StreamSetup, now: datetime) -> Figures:
    figures = Figures.of(count(tx, setup))
    ages = ages_of(tx, setup, now)
    if not ages:
        return figures
    watched = watched_days(tx, setup, ages, now)
    return replace(
        figures, watched=watched, ages=summed_up(ages, half_lives(tx.field_times.changes(setup.stream), watched))
    )
