"""What reading changes cannot see: records archived or merged away, and records that never showed up.

Runs on its own schedule. `removed` follows the CRM's own list of removals; a census compares ids.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

from syncd.engine.keep import keep_gone
from syncd.engine.setup import StreamPass, StreamSetup, Tools
from syncd.engine.sync import refresh
from syncd.engine.tally import Tally

#: Records read in one go when a census found them missing.
BATCH = 500


class Sweep(StrEnum):
    """A look for what reading changes cannot see."""

    REMOVALS = "removals"
    CENSUS = "census"


def sweep(tools: Tools, setup: StreamSetup, kind: Sweep) -> None:
    """Make one sweep over a stream, as a run of its own."""
    with tools.store.transaction() as tx:
        run = tx.runs.start(kind.value, tools.clock.now())
    work = StreamPass(tools, setup, run, Tally())
    if kind is Sweep.REMOVALS:
        follow_removals(work)
    else:
        take_census(work)
    now = tools.clock.now()
    with tools.store.transaction() as tx:
        tx.archive.forget_before(setup.stream, now - setup.guards.keep_copies)
        tx.erasures.forget_gone_before(setup.stream, now - setup.guards.keep_gone)
        tx.erasures.forget_history_before(setup.stream, now - setup.guards.keep_history)
        tx.accesses.forget_before(now - setup.guards.keep_accesses)
        tx.runs.finish(run, now, {setup.stream.name: {"gone": work.tally.gone, "judged": work.tally.judged}})


def follow_removals(work: StreamPass) -> None:
    """Close what the CRM says was archived or deleted."""
    for gone in work.setup.connector.removed(work.stream.object):
        with work.tools.store.transaction() as tx:
            keep_gone(work, tx, gone)
        if work.tools.stop.is_set():
            return


def take_census(work: StreamPass) -> int:
    """Compare all ids with the copy; read what is missing or left over; return how many were missing.

    Where a record is linked without becoming a new version, its links are compared, too.
    """
    there = {record_id for ids in work.setup.connector.census(work.stream.object) for record_id in ids}
    here = set(_held_ids(work))
    missing = sorted(there - here - _forgotten(work, there - here))
    # A record that left the list may only have been merged or archived a moment ago: reading it by id tells.
    for doubtful in (missing, sorted(here - there)):
        for start in range(0, len(doubtful), BATCH):
            refresh(work, doubtful[start : start + BATCH])
    if work.setup.connector.links_change_silently:
        _compare_links(work, sorted(here & there))
    with work.tools.store.transaction() as tx:
        tx.cursors.keep_missing(work.stream, len(missing))
    work.tools.telemetry.census_taken(work.stream, len(there), len(missing))
    return len(missing)


def _compare_links(work: StreamPass, ids: Sequence[str]) -> None:
    """Read those anew whose links are not those of the copy, or whose first is another one."""
    for start in range(0, len(ids), 2 * BATCH):
        if work.tools.stop.is_set():
            return
        part = ids[start : start + 2 * BATCH]
        with work.tools.store.reading() as tx:
            held = {key: copy.links for key, copy in tx.records.read(work.stream, part).items()}
        differ: dict[str, None] = {}
        for to in work.setup.want.links:
            linked = work.setup.connector.links_of(work.stream.object, to, part)
            differ |= {key: None for key in held if _differ(held[key], to, linked.get(key, ()))}
        refresh(work, list(differ))


def _differ(held: Mapping[str, tuple[str, ...]], to: str, linked: tuple[str, ...]) -> bool:
    if to not in held:
        return True
    ours = held[to]
    return ours[:1] != linked[:1] or set(ours) != set(linked)


def _forgotten(work: StreamPass, ids: Collection[str]) -> frozenset[str]:
    """Return those of `ids` that are not to be kept."""
    with work.tools.store.reading() as tx:
        return tx.erasures.among(work.stream, dict.fromkeys(ids, ()))


def _held_ids(work: StreamPass) -> list[str]:
    held: list[str] = []
    while True:
        with work.tools.store.reading() as tx:
            part = tx.records.ids(work.stream, held[-1] if held else "", 10 * BATCH)
        if not part:
            return held
        held.extend(part)
