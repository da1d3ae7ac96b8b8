"""Golden records from what is kept: of one record to be explained, or of a whole base, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from mappings import to_canonical
from quality import Surroundings
from quality.facts import Member
from quality.golden import Authority, GoldenRecord, golden_record
from syncd.engine.judging.agreeing import Tidying, authority_of, with_same
from syncd.engine.judging.counterparts import counterparts_of
from syncd.engine.judging.evidence import setup_of
from syncd.engine.matching.twins import twins_of
from syncd.engine.setup import StreamSetup
from syncd.model import Record, SourceRecord
from syncd.settings import StreamSettings
from syncd.store import Transaction

#: Records read at once.
BATCH = 500


def golden_of_record(
    tx: Transaction, wanted: StreamSettings, streams: Sequence[StreamSettings], source: SourceRecord, now: datetime
) -> tuple[GoldenRecord, Authority] | None:
    """Return what a record and its counterparts come to, and by what; None where it surely has none."""
    setup = setup_of(wanted, streams, source)
    authority = authority_of(setup)
    if authority is None:
        return None
    record = to_canonical(setup.mapping, source)
    members = _around(tx, setup, [record], now).same.get(record.ref)
    return None if members is None else (golden_record(members, authority), authority)


def golden_records(
    reading: Callable[[], AbstractContextManager[Transaction]],
    streams: Sequence[StreamSettings],
    kind: str,
    now: datetime,
) -> Iterator[GoldenRecord]:
    """Yield the golden records of a kind over all linked accounts, each once, and those of records that stand alone."""
    linked = [one for one in streams if one.linked is not None and one.stream.kind == kind]
    for wanted in sorted(linked, key=_rank):
        after = ""
        while True:
            with reading() as tx:
                ids = tx.records.ids(wanted.stream, after, BATCH)
                if not ids:
                    break
                found = list(_of_batch(tx, wanted, streams, list(tx.records.read(wanted.stream, ids).values()), now))
            yield from found
            after = ids[-1]


def _rank(wanted: StreamSettings) -> tuple[int, str]:
    accounts = wanted.linked.accounts if wanted.linked is not None else ()
    return accounts.index(wanted.stream.account), wanted.stream.name


def _of_batch(
    tx: Transaction,
    wanted: StreamSettings,
    streams: Sequence[StreamSettings],
    sources: Sequence[SourceRecord],
    now: datetime,
) -> Iterator[GoldenRecord]:
    by_shape: dict[frozenset[str], list[SourceRecord]] = {}
    for source in sources:
        by_shape.setdefault(frozenset(source.values), []).append(source)
    for alike in by_shape.values():
        setup = setup_of(wanted, streams, alike[0])
        authority = authority_of(setup)
        if authority is None:
            continue
        records = [to_canonical(setup.mapping, source) for source in alike]
        same = _around(tx, setup, records, now).same
        tidying = Tidying(setup, now)
        for record in records:
            members = same.get(record.ref) or _alone(record, tidying)
            golden = golden_record(members, authority) if members else None
            # It is told with the first of its records.
            if golden is not None and next(iter(golden.members)) == record.ref:
                yield golden


def _around(tx: Transaction, setup: StreamSetup, records: Sequence[Record], now: datetime) -> Surroundings:
    around = Surroundings(now, twins=twins_of(tx, setup, records), counterparts=counterparts_of(tx, setup, records))
    return with_same(tx, setup, around, records)


def _alone(record: Record, tidying: Tidying) -> tuple[Member, ...]:
    told = tidying.tidied(record)
    return () if told is None else (Member(Record(record.ref, record.kind, told[0], record.links), {}, told[1]),)
