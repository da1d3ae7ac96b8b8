"""What a CRM said by itself: kept at once, read again in the next pass. It says which records, and nothing else.

Reading for changes stays the truth: what is announced wrongly, twice, late or never makes no difference to where things
come to, only to how soon.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from syncd.engine.forget import forget, is_unsettled
from syncd.engine.guarding.watch import note_moves
from syncd.engine.judging.judge import drop_unchanged
from syncd.engine.reading.keep import keep_gone, keep_records
from syncd.engine.same_person import is_kept, somebody
from syncd.engine.setup import StreamPass
from syncd.model import Announcement, Cursor, News, Stream
from syncd.store import Transaction, Waiting

#: Records read, and committed, together.
BATCH = 500
#: What became of an announcement: it is read in the next pass, it was our own write, nobody watches its object.
KEPT, OWN, NOT_WATCHED = "kept", "own", "not_watched"


def note(
    tx: Transaction, streams: Mapping[str, Stream], heard: Iterable[Announcement]
) -> Mapping[tuple[str, str], int]:
    """Keep what was announced of an account, whose streams are given by object; return how often what became of it,
    by object (empty: none that is watched) and outcome."""
    counts = Counter[tuple[str, str]]()
    kept: dict[Stream, list[Announcement]] = {}
    for one in heard:
        stream = streams.get(one.object)
        if stream is None:
            counts["", NOT_WATCHED] += 1
            continue
        counts[one.object, OWN if one.is_own else KEPT] += 1
        if not one.is_own:
            kept.setdefault(stream, []).append(one)
    for stream, announced in sorted(kept.items()):
        tx.announced.keep(stream, announced)
    return counts


def read_announced(work: StreamPass) -> Sequence[Waiting]:
    """Read what was announced of a stream, and keep what comes of it. Return what no reading by id can answer: that
    anything may have changed.

    A stream that was not read to its end yet is left to its first pull.
    """
    with work.tools.store.reading() as tx:
        cursor = tx.cursors.read(work.stream)
        waiting = tx.announced.waiting(work.stream)
    anything = [one for one in waiting if not one.id]
    if not is_read(cursor):
        return anything
    named = [one for one in waiting if one.id]
    for start in range(0, len(named), BATCH):
        if work.tools.stop.is_set():
            break
        _read(work, named[start : start + BATCH])
    return anything


def is_read(cursor: Cursor | None) -> bool:
    """Return whether a stream was read to its end once, so that single records can be brought up to date."""
    return cursor is not None and cursor.after is None


def answered(work: StreamPass, read: Sequence[Waiting]) -> None:
    """Forget announcements that a reading has answered, if it came to its end."""
    if read and not work.tools.stop.is_set():
        with work.tools.store.transaction() as tx:
            tx.announced.done(work.stream, read)


def _read(work: StreamPass, named: Sequence[Waiting]) -> None:
    reading = work.setup.connector.read(work.setup.want, [one.id for one in named])
    gone = {one.ref.id for one in reading.gone if one.merged_into is None}
    erased = [one for one in named if one.news is News.ERASED and one.id in gone]
    waits = {one.id for one in erased if not _forgotten(work, one.id)}
    read = [one for one in named if one.id not in waits]
    with work.tools.store.transaction() as tx:
        fresh = drop_unchanged(tx, work.setup, reading.records)
        note_moves(tx, work, fresh)
        keep_records(work, tx, fresh)
        keep_gone(work, tx, reading.gone)
        tx.announced.done(work.stream, read)
    work.tally.pulled += len(reading.records)
    work.tally.unchanged += len(reading.records) - len(fresh)
    lag = work.tools.clock.now() - min(one.changed_at for one in named)
    work.tools.telemetry.announced.read(work.stream, len(read), lag.total_seconds())


def _forgotten(work: StreamPass, record_id: str) -> bool:
    """Forget a person whom the CRM erased; return whether that is done. A write of unknown end is settled first."""
    peers = {(stream.account, stream.object): peer for stream, peer in work.tools.peers.items()}
    places = {**work.setup.peers, **peers}
    with work.tools.store.reading() as tx:
        is_known = is_kept(tx, work.stream, tx.aliases.current(work.stream, record_id))
        found = somebody(tx, places, work.stream, record_id).refs if is_known else ()
        if is_unsettled(tx, work.stream.kind, found):
            return False
    if found:
        forget(work.tools.store, places, work.stream.kind, found)
        work.tools.telemetry.announced.erased(work.stream)
    return True
