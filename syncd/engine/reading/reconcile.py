"""What reading changes cannot see: records archived or merged away, records and changes that never showed up, links and
calculated values that move without a new version.

Runs beside the passes, on its own schedule, in slices: each piece is committed with its place, so that a look through a
large base gives way to passes in between and survives a restart. The CRM's count of records, one call, comes first: as
long as it is what it was, nothing was removed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from connectors.protocol import Survey
from connectors.purpose import Purpose, calling_for
from syncd.engine.guarding.watch import are_too_many, far_fewer, is_told_fewer
from syncd.engine.holds import accepted, is_accepted
from syncd.engine.reading.caught import MISSING, By, Kind, note_caught
from syncd.engine.reading.keep import keep_gone_of, keep_records
from syncd.engine.reading.survey import compare
from syncd.engine.setup import StreamPass, StreamSetup, Tools
from syncd.engine.tally import Tally
from syncd.model import Cursor, Gone
from syncd.store import Look, Transaction

#: Left-over records read by id in one go.
BATCH = 500
#: How far behind a look through everything reading changes goes on, where it had stood still.
OVERLAP = timedelta(minutes=10)


class Sweep(StrEnum):
    """A look for what reading changes cannot see."""

    REMOVALS = "removals"
    CENSUS = "census"


def sweep(tools: Tools, setup: StreamSetup, kind: Sweep, is_over: Callable[[], bool] = lambda: False) -> bool:
    """Go on with a sweep over a stream until it is at its end or `is_over`; return whether it came to its end.

    A stream that was never read to its end is left to that: there is nothing to compare with yet.
    """
    with tools.store.reading() as tx:
        cursor = tx.cursors.read(setup.stream)
    if cursor is None or cursor.after is not None:
        return True
    calls = tools.telemetry.calls_of(setup.stream.account)

    def calls_made() -> int:
        return tools.telemetry.calls_of(setup.stream.account) - calls

    with calling_for(Purpose.SWEEPS):
        if kind is Sweep.REMOVALS:
            _sweep_removals(tools, setup)
            return True
        return _Census(tools, setup, cursor).go_on(is_over, calls_made)


def follow_removals(work: StreamPass) -> None:
    """Close what the CRM says was archived or deleted, unless its count says that nothing was."""
    told = work.setup.connector.count(work.stream.object)
    with work.tools.store.reading() as tx:
        state, held = tx.sweeps.of(work.stream), tx.records.count(work.stream)
    if told is not None and told - held == state.gap:
        if state.last_gap != state.gap:
            with work.tools.store.transaction() as tx:
                tx.sweeps.counted(work.stream, told - held)
        return
    for gone in work.setup.connector.removed(work.stream.object):
        with work.tools.store.transaction() as tx:
            _close(work, tx, gone, By.REMOVALS)
        if work.tools.stop.is_set():
            return
    if told is not None:
        _judge_gap(work, told)


def _judge_gap(work: StreamPass, told: int) -> None:
    """Ask for a look through everything when the counts differ from what was right, and did so the last time, too.

    Once is nothing: what came or went a moment ago is on its way.
    """
    with work.tools.store.transaction() as tx:
        state = tx.sweeps.of(work.stream)
        gap = told - tx.records.count(work.stream)
        tx.sweeps.counted(work.stream, gap)
        if gap != state.gap and gap == state.last_gap and not state.is_wanted:
            tx.sweeps.want(work.stream)
            work.tools.telemetry.counts_differed(work.stream, told, told - gap)


def _close(work: StreamPass, tx: Transaction, gone: Sequence[Gone], by: By) -> dict[str, int]:
    """Mark as gone those that are held; return how many of each kind there were."""
    held = tx.records.versions(work.stream, [one.ref.id for one in gone])
    live = [one for one in gone if one.ref.id in held]
    if not live:
        return {}
    work.tally.gone += keep_gone_of(tx, work.stream, live, work.tools.clock.now())
    merged = sum(one.merged_into is not None for one in live)
    caught = {Kind.MERGED.value: merged, Kind.DELETED.value: len(live) - merged}
    note_caught(tx, work, by, caught)
    return caught


def _sweep_removals(tools: Tools, setup: StreamSetup) -> None:
    with tools.store.transaction() as tx:
        run = tx.runs.start(Sweep.REMOVALS.value, tools.clock.now())
    work = StreamPass(tools, setup, run, Tally())
    follow_removals(work)
    with tools.store.transaction() as tx:
        tx.runs.finish(run, tools.clock.now(), {setup.stream.name: {"gone": work.tally.gone, "judged": 0}})


class _Census:
    """One slice of a look through every record of a stream."""

    def __init__(self, tools: Tools, setup: StreamSetup, cursor: Cursor) -> None:
        self._tools = tools
        self._cursor = cursor
        with tools.store.transaction() as tx:
            look = tx.sweeps.of(setup.stream).under_way
            self._is_begun = look is not None
            if look is None:
                settling = tools.memory.short_at.get(setup.stream)
                if settling is not None:
                    tools.memory.settling[setup.stream] = settling
                now = tools.clock.now()
                look = Look(now, run=tx.runs.start(Sweep.CENSUS.value, now))
            tx.sweeps.go_on(setup.stream, look)
            self._is_accepted = is_accepted(tx, setup.stream)
        self._look = look
        self._work = StreamPass(tools, setup, look.run, Tally())

    def go_on(self, is_over: Callable[[], bool], calls_made: Callable[[], int]) -> bool:
        """Compare piece by piece; return whether the last one was."""
        work, calls_before = self._work, self._look.calls
        if not self._is_begun:
            told = work.setup.connector.count(work.stream.object)
            if told is not None:
                self._compare_counts(told)
        for piece in work.setup.connector.survey(work.setup.want, self._look.place):
            self._look = replace(self._look, calls=calls_before + calls_made())
            self._keep(piece)
            if piece.place is None:
                break
            if work.tools.stop.is_set() or is_over():
                return False
        told = work.setup.connector.count(work.stream.object)
        self._look = replace(self._look, calls=calls_before + calls_made())
        self._end(told)
        return True

    def _keep(self, piece: Survey) -> None:
        """Commit what a piece differs in with its place; what is left over on our side is read by id first."""
        work = self._work
        ids = [one.ref.id for one in piece.records]
        up_to = None if piece.place is None else ids[-1] if ids else self._look.behind
        with work.tools.store.reading() as tx:
            between = tx.records.ids_between(work.stream, self._look.behind, up_to) if up_to != "" else []
        merged = {one.ref.id for one in piece.gone}
        left_over = sorted({*between} - {*ids} - merged)
        gone = [*piece.gone, *self._read(left_over)]
        with work.tools.store.transaction() as tx:
            found = compare(tx, work, self._cursor, piece.records)
            judged = keep_records(work, tx, found.records)
            # Whoever was forgotten is not missing.
            unkept = len(found.records) - len(judged)
            caught = {kind: max(0, count - unkept * (kind == Kind.NEW)) for kind, count in found.caught.items()}
            note_caught(tx, work, By.SWEEP, caught)
            look = self._look.add(caught).add(_close(work, tx, gone, By.SWEEP))
            behind = ids[-1] if ids else look.behind
            self._look = replace(look, place=piece.place or "", behind=behind, seen=look.seen + len(ids))
            if piece.place is not None:
                tx.sweeps.go_on(work.stream, self._look)

    def _read(self, ids: Sequence[str]) -> list[Gone]:
        """Read what was not listed; return what is gone, and can be believed to be."""
        work = self._work
        gone: list[Gone] = []
        for start in range(0, len(ids), BATCH):
            reading = work.setup.connector.read(work.setup.want, ids[start : start + BATCH])
            with work.tools.store.transaction() as tx:
                keep_records(work, tx, reading.records)
            gone += reading.gone
        lost = [one for one in gone if one.merged_into is None]
        if not lost or self._is_accepted:
            return gone
        so_far = self._look.caught.get(Kind.DELETED, 0)
        with work.tools.store.reading() as tx:
            held = tx.records.count(work.stream)
            is_vanished = is_told_fewer(tx, work) or self._look.caught.get(Kind.VANISHED, 0) > 0
        if not is_vanished and not are_too_many(work, so_far + len(lost), held + so_far):
            return gone
        self._look = self._look.add({Kind.VANISHED.value: len(lost)})
        return [one for one in gone if one.merged_into is not None]

    def _compare_counts(self, told: int) -> None:
        """Hold the stream at once when far fewer records are counted than are held; none of those is taken for gone."""
        work = self._work
        with work.tools.store.reading() as tx:
            held = tx.records.count(work.stream)
        if not self._is_accepted:
            far_fewer(work, held, told)

    def _end(self, told: int | None) -> None:
        work, look, now = self._work, self._look, self._tools.clock.now()
        stream, guards = work.stream, work.setup.guards
        missing = sum(look.caught.get(kind, 0) for kind in MISSING)
        with self._tools.store.transaction() as tx:
            held = tx.records.count(stream)
            tx.sweeps.end(stream, look, None if told is None else told - held)
            tx.cursors.keep_missing(stream, missing)
            self._settle(tx)
            if self._is_accepted:
                accepted(tx, stream)
            tx.archive.forget_before(stream, now - guards.keep_copies)
            tx.erasures.forget_gone_before(stream, now - guards.keep_gone)
            tx.erasures.forget_history_before(stream, now - guards.keep_history)
            tx.accesses.forget_before(now - guards.keep_accesses)
            tx.orders.forget_before(now - guards.keep_accesses)
            tally = {"gone": work.tally.gone, "judged": work.tally.judged, "seen": look.seen, **look.caught}
            tx.runs.finish(look.run, now, {stream.name: tally})
        if not self._is_accepted:
            far_fewer(work, held, look.seen)
        self._tools.telemetry.census_taken(
            stream,
            there=look.seen,
            missing=missing,
            calls=look.calls,
            seconds=(now - look.at).total_seconds(),
            caught={kind: count for kind, count in look.caught.items() if count},
        )

    def _settle(self, tx: Transaction) -> None:
        """Move a cursor that stood still because the CRM contradicted itself: all from before this look is held now."""
        stream = self._work.stream
        moment = self._tools.memory.settling.pop(stream, None)
        cursor = tx.cursors.read(stream)
        if moment is not None and cursor is not None and cursor.after is None and cursor.since < moment - OVERLAP:
            tx.cursors.keep(stream, Cursor(moment - OVERLAP, None, walked_at=cursor.walked_at))
