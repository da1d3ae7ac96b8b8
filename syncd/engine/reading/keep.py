"""Step 9: rows, findings, decisions and the cursor of a page are kept in one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from syncd.engine.domains import want_domains
from syncd.engine.forget import not_forgotten
from syncd.engine.guarding.watch import note_moves
from syncd.engine.judging.ageing import replaced
from syncd.engine.judging.agreed import note_agreed, note_before
from syncd.engine.judging.decide import to_fixes
from syncd.engine.judging.judge import Judged, drop_unchanged, judge, to_kept
from syncd.engine.judging.people import leave_alone_who_lost_them, notice_overrides, notice_taken_back
from syncd.engine.outside.enriching import want_answers
from syncd.engine.reading.caught import ONE_VERSION, By, Kind, note_caught
from syncd.engine.reading.waking import calls_of, calls_of_gone, wake
from syncd.engine.setup import StreamPass, StreamSetup
from syncd.model import Gone, Page, SourceRecord, Stream
from syncd.store import Transaction


def keep_page(work: StreamPass, page: Page, looked_at: datetime | None = None) -> None:
    """Judge a page and commit all that follows from it together with its cursor.

    `looked_at`: when changes were last looked at, by the CRM's clock; what is older and new here was shown late.
    """
    with work.tools.store.transaction() as tx:
        fresh = drop_unchanged(tx, work.setup, page.records)
        note_moves(tx, work, fresh)
        late = _late(tx, work, fresh, looked_at)
        note_caught(tx, work, By.OVERLAP, late)
        work.tally.late += sum(late.values())
        keep_records(work, tx, fresh)
        keep_gone(work, tx, page.gone)
        tx.cursors.keep(work.stream, page.cursor)
    work.tally.pulled += len(page.records)
    work.tally.unchanged += len(page.records) - len(fresh)
    work.tally.repeated += page.repeated_count
    work.tools.telemetry.records_pulled(work.stream, len(page.records))


def _late(
    tx: Transaction, work: StreamPass, fresh: Sequence[SourceRecord], looked_at: datetime | None
) -> dict[str, int]:
    """Count records and changes that an earlier look should have shown."""
    old = [one for one in fresh if looked_at is not None and one.modified_at < looked_at]
    if not old:
        return {}
    versions = tx.records.versions(work.stream, [one.ref.id for one in old])
    new = sum(one.ref.id not in versions for one in old)
    changed = sum(one.modified_at - versions.get(one.ref.id, one.modified_at) > ONE_VERSION for one in old)
    return {Kind.NEW.value: new, Kind.CHANGE.value: changed}


def keep_records(work: StreamPass, tx: Transaction, sources: Sequence[SourceRecord]) -> list[Judged]:
    """Judge records and keep them with their findings and decisions; nothing is kept of those who were forgotten."""
    sources = not_forgotten(work, tx, sources)
    if not sources:
        return []
    now = work.tools.clock.now()
    for rule in notice_overrides(tx, work.setup, sources, now):
        work.tools.telemetry.override_seen(work.stream, rule)
    judged = judge(tx, work.setup, _with_held_links(tx, work.setup, sources), now)
    calls = calls_of(tx, work.setup, judged)
    note_before(tx, work.setup, sources)
    want_domains(tx, work.setup.ruleset.asks, (one.keys for one in judged))
    want_answers(tx, {asked for one in judged for asked in one.asks})
    tx.records.keep(work.stream, [to_kept(work.setup, one) for one in judged])
    times = {one.source.ref.id: one.times for one in judged if one.times}
    tx.field_times.count_changes(work.stream, replaced(tx, work.stream, times))
    tx.field_times.keep(work.stream, times)
    note_agreed(tx, work.setup, judged, now)
    decided = tx.journal.decide(
        work.stream, [one.source.ref.id for one in judged], to_fixes(work.setup, judged), work.run
    )
    work.tally.judged += len(judged)
    work.tally.proposed += decided.proposed
    work.tally.approved += decided.approved
    for one in judged:
        for failure in one.failures:
            work.tools.telemetry.rule_failed(work.stream, failure.rule)
        for problem in one.problems:
            work.tools.telemetry.value_left_out(work.stream, one.source.ref.id, problem.field, problem.message)
        if one.taken_back:
            notice_taken_back(tx, work.setup, one.source.ref.id, one.taken_back, now)
    wake(tx, work.stream.account, calls, now)
    work.tools.memory.note_fresh(work.stream, [one.source.ref.id for one in judged])
    return judged


def keep_gone(work: StreamPass, tx: Transaction, gone: Sequence[Gone]) -> None:
    """Close everything open about records the CRM no longer has; their history stays."""
    if gone:
        if work.setup.is_completed:
            lost = [one.ref.id for one in gone if one.merged_into is None]
            leave_alone_who_lost_them(tx, work.stream, lost, work.tools.clock.now())
        work.tally.gone += keep_gone_of(tx, work.stream, gone, work.tools.clock.now())


def keep_gone_of(tx: Transaction, stream: Stream, gone: Sequence[Gone], now: datetime) -> int:
    """Mark records of a stream as gone, and have those judged again whom that concerns; return how many were there."""
    calls = calls_of_gone(tx, stream, [one.ref.id for one in gone])
    count = tx.records.mark_gone(stream, gone, now)
    if count:
        wake(tx, stream.account, calls, now)
    return count


def _with_held_links(tx: Transaction, setup: StreamSetup, sources: Sequence[SourceRecord]) -> list[SourceRecord]:
    """Give records that were read without their links those of the copy: "not fetched" is not "unlinked".

    One that is not held yet, as what two others were just merged into, is left to the next pull, which brings them.
    """
    lacking = {source.ref.id for source in sources if setup.want.links and not source.links}
    held = tx.records.read(setup.stream, sorted(lacking)) if lacking else {}
    known = [one for one in sources if one.ref.id not in lacking or one.ref.id in held]
    return [replace(one, links=held[one.ref.id].links) if one.ref.id in held else one for one in known]
