"""Steps 2 to 9 for one stream: read what changed, judge it, decide, keep. Nothing here writes to a CRM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.purpose import Purpose, calling_for
from syncd.engine.guarding.watch import far_fewer
from syncd.engine.holds import PULL_TOO_SMALL, begin_hold
from syncd.engine.reading.ahead import read_ahead
from syncd.engine.reading.foresight import Progress
from syncd.engine.reading.keep import keep_gone, keep_page, keep_records
from syncd.engine.setup import StreamPass
from syncd.errors import BrokenPromiseError
from syncd.model import Cursor, Page, Stream
from syncd.store import Store, Transaction

#: Records judged in one transaction when no page sets the size.
BATCH = 500
#: A repeated full pull that brings less than this share of what the CRM says it holds is not believed (FM-12).
LEAST_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Held:
    """What the store holds of a stream, for the connector: it need not read again what is known."""

    store: Store
    stream: Stream

    def versions(self, ids: Sequence[str]) -> Mapping[str, datetime]:
        """Return modified_at of those of `ids` that are held."""
        with self.store.reading() as tx:
            return tx.records.versions(self.stream, ids)

    def count(self) -> int:
        """Return how many records are held."""
        with self.store.reading() as tx:
            return tx.records.count(self.stream)

    def count_since(self, since: datetime) -> int:
        """Return how many held records were modified at or after `since`."""
        with self.store.reading() as tx:
            return tx.records.count_since(self.stream, since)


def read_changes(work: StreamPass) -> None:
    """Pull from where the cursor stands to the end, page by page; each page is committed with its cursor."""
    with work.tools.store.reading() as tx:
        cursor = tx.cursors.read(work.stream)
        was_held = tx.records.count(work.stream)
    is_full = cursor is None or cursor.after is not None
    memory = work.tools.memory
    # What is older than the last look, and comes only now, was shown late.
    looked_at = None if cursor is None or is_full else memory.asked_at.get(work.stream, cursor.walked_at)
    last: Page | None = None
    progress = Progress(work)
    purpose = Purpose.FIRST_LOADS if is_full else work.pace.purpose
    with calling_for(purpose), read_ahead(_pages(work, cursor)) as pages:
        for page in pages:
            keep_page(work, page, looked_at)
            last = page
            if work.tools.stop.is_set() or (is_full and _pauses(work, progress, page)):
                return
    if last is None or not last.is_last:
        raise BrokenPromiseError("The pull ended without a last page.")
    if is_full:
        progress.finished()
        _believe(work, last.total, was_held)
    elif last.asked_at is not None:
        memory.asked_at[work.stream] = last.asked_at
    with work.tools.store.transaction() as tx:
        if last.short_count:
            _fell_short(work, tx, last)
        else:
            memory.short_at.pop(work.stream, None)
        tx.cursors.succeeded(work.stream, work.tools.clock.now())


def _pauses(work: StreamPass, progress: Progress, page: Page) -> bool:
    """Tell how far a full pull is; return whether it is paused behind this page."""
    progress.page_kept(page)
    if page.is_last or not (why := work.pace.why_pause()):
        return False
    work.tally.paused = why
    progress.paused(why)
    return True


def judge_again(work: StreamPass) -> None:
    """Judge what did not change but may be seen differently now: other rules, or time has passed."""
    _judge_by_new_rules(work)
    judge_woken(work)
    with work.tools.store.reading() as tx:
        due = tx.records.due(work.stream, work.tools.clock.now(), 10 * BATCH)
    for start in range(0, len(due), BATCH):
        if work.tools.stop.is_set():
            return
        refresh(work, due[start : start + BATCH])


def refresh(work: StreamPass, ids: Sequence[str]) -> None:
    """Read records anew by id and judge them: signs of life, and links, may move without a new modification time."""
    reading = work.setup.connector.read(work.setup.want, list(ids))
    with work.tools.store.transaction() as tx:
        keep_records(work, tx, reading.records)
        keep_gone(work, tx, reading.gone)


def _fell_short(work: StreamPass, tx: Transaction, last: Page) -> None:
    """Note rows that the CRM counts and no answer showed. The cursor stays; a look through everything settles it."""
    if last.asked_at is not None:
        work.tools.memory.short_at[work.stream] = last.asked_at
    if not tx.sweeps.of(work.stream).is_wanted:
        tx.sweeps.want(work.stream)
    work.tools.telemetry.pull_fell_short(work.stream, last.short_count)


def _pages(work: StreamPass, cursor: Cursor | None) -> Iterator[Page]:
    return work.setup.connector.pull(work.setup.want, cursor, Held(work.tools.store, work.stream))


def _believe(work: StreamPass, told: int | None, was_held: int) -> None:
    """Compare a full pull with what the CRM counts, and with what was held before (FM-12).

    One that is not believed is made again from its beginning, and everything is held until one is.
    """
    with work.tools.store.transaction() as tx:
        held = tx.records.count(work.stream)
        is_short = told is not None and held < LEAST_SHARE * told
        if is_short:
            tx.cursors.forget(work.stream)
            begin_hold(tx, work, PULL_TOO_SMALL, "", f"the CRM counts {told} records, a full pull brought {held}")
        else:
            tx.holds.release(work.stream, PULL_TOO_SMALL)
    if is_short:
        raise BrokenPromiseError(
            f"{work.stream.name}: the CRM counts {told} records, a full pull brought {held}.",
            hint="Nothing is written from an incomplete pull. Check what the credentials may see, then sync again.",
        )
    if told is not None:
        far_fewer(work, was_held, told)
        _settle_counts(work, told)


def _settle_counts(work: StreamPass, told: int) -> None:
    """Take the counts for right when all that was told of is held; else ask once more, and then for a look through all.

    Records that came or went during the pull explain a difference to what was told at its beginning.
    """
    with work.tools.store.reading() as tx:
        held = tx.records.count(work.stream)
    now = told if told == held else work.setup.connector.count(work.stream.object)
    with work.tools.store.transaction() as tx:
        if now == held:
            tx.sweeps.counted(work.stream, 0, is_settled=True)
        elif now is not None:
            tx.sweeps.want(work.stream)
            work.tools.telemetry.counts_differed(work.stream, now, held)


def judge_woken(work: StreamPass) -> None:
    """Judge the local copy of records whose twins or counterparts changed, or what those say; costs no call."""
    while not work.tools.stop.is_set():
        # No lane of a linked account has them judged again meanwhile, and the word of it lost.
        with work.tools.pool_lock(work.setup), work.tools.store.transaction() as tx:
            due = tx.twins.due(work.stream, BATCH)
            if not due:
                return
            keep_records(work, tx, list(tx.records.read(work.stream, due).values()))
            tx.twins.done(work.stream, due)


def _judge_by_new_rules(work: StreamPass) -> None:
    """Judge the local copy by rules that changed since; costs no call unless the mapping asks for more."""
    needed = set(work.setup.mapping.properties)
    after = ""
    while not work.tools.stop.is_set():
        with work.tools.store.transaction() as tx:
            ids = tx.records.judged_otherwise(work.stream, work.setup.fingerprint, after, BATCH)
            if not ids:
                return
            copies = tx.records.read(work.stream, ids)
            whole = [copy for copy in copies.values() if needed <= copy.values.keys()]
            keep_records(work, tx, whole)
        if len(whole) < len(copies) and not work.pace.why_pause():
            # The mapping asks for properties that were not fetched then. That is reading a base again: it may have to
            # wait, for another pass.
            with calling_for(Purpose.FIRST_LOADS):
                refresh(work, [copy.ref.id for copy in copies.values() if copy not in whole])
        after = ids[-1]
