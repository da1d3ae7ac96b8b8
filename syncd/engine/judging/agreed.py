"""What judging records with counterparts leads to beside findings and fixes, kept together with those."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from quality import Resolution
from quality.facts import Setter
from quality.fields import is_empty
from quality.golden import Authority, GoldenRecord, block_of, lacking, says_same, words_of
from syncd.engine.judging.agreeing import authority_of
from syncd.engine.judging.judge import Judged
from syncd.engine.judging.people import Overrides
from syncd.engine.judging.value_times import AUTHORITY, note_changed
from syncd.engine.setup import StreamSetup
from syncd.model import Ref, SourceRecord, Stream
from syncd.store import GoldenShare, Mark, Transaction


def note_before(tx: Transaction, setup: StreamSetup, sources: Sequence[SourceRecord]) -> None:
    """Remember what others than us have changed; ask before the records are kept."""
    authority = authority_of(setup) if setup.linked is not None else None
    if authority is not None:
        note_changed(tx, setup, sources, authority.fields)


def note_agreed(tx: Transaction, setup: StreamSetup, judged: Sequence[Judged], now: datetime) -> None:
    """Remember where the values are from that records are to hold because others do, and what times are lacking.

    What a person set against us, and all have come to hold since, stands against nothing any more.
    """
    _count_shares(tx, setup, judged)
    met = {one.source.ref: one.golden for one in judged if one.golden is not None}
    if not met:
        return
    marks = {one.source.ref.id: _carried(one.golden, one.resolution, now) for one in judged if one.golden is not None}
    tx.value_marks.keep(setup.stream, {record_id: found for record_id, found in marks.items() if found})
    _want_times(tx, setup.stream, met.values())
    overrides = tx.overrides.of(setup.stream, [ref.id for ref in met])
    for ref, golden in met.items() if overrides else ():
        for name in _fulfilled(golden, ref, overrides):
            tx.overrides.clear(setup.stream, record_id=ref.id, field=name, rule=AUTHORITY)


def _count_shares(tx: Transaction, setup: StreamSetup, judged: Sequence[Judged]) -> None:
    """Count the golden records that are told with these records: with the first of its records each."""
    authority = authority_of(setup)
    if authority is not None:
        shares = {one.source.ref.id: _share(one, authority) for one in judged}
        tx.golden_shares.keep(setup.stream, shares)


def _share(judged: Judged, authority: Authority) -> GoldenShare | None:
    golden, ref = judged.golden, judged.source.ref
    if judged.is_left_alone:
        return None
    if golden is None:
        values = judged.record.values
        names = (name for head in authority.fields for name in block_of(head))
        return GoldenShare(is_shared=False, filled=[name for name in names if not is_empty(values.get(name))])
    if next(iter(golden.members)) != ref:
        return None
    told = {name: one for name, one in golden.values.items() if not is_empty(one.value)}
    return GoldenShare(is_shared=True, filled=[*told], conflicts=[name for name, one in told.items() if one.losers])


def _want_times(tx: Transaction, stream: Stream, goldens: Collection[GoldenRecord]) -> None:
    """Have the CRMs asked when values were set, where that decides which of two wins."""
    by_stream: dict[Stream, dict[str, set[str]]] = {}
    for golden in goldens:
        for ref, fields in lacking(golden).items():
            filled = {name for name in fields if not is_empty(golden.members[ref].record.values.get(name))}
            known = golden.members[ref].facts
            if wanted := {name for name in filled if name not in known}:
                by_stream.setdefault(Stream(ref.account, ref.object, stream.kind), {})[ref.id] = wanted
    for place, fields_of in sorted(by_stream.items(), key=lambda one: one[0].name):
        tx.value_marks.want(place, fields_of)


def _carried(golden: GoldenRecord, resolution: Resolution, now: datetime) -> dict[str, list[Mark]]:
    """Return where the values are from that a record is to hold because others do, to be remembered when it does."""
    marks = {}
    for name, proposed in resolution.update.items():
        value = golden.values.get(name)
        if AUTHORITY not in proposed.rules or value is None or is_empty(value.value):
            continue
        said, by = words_of(value.value), Setter.SYNCD.value
        at, since = (now, golden.members[value.origin].record.created_at) if value.at is None else (value.at, None)
        marks[name] = [Mark(words_of(proposed.after), at, since, by, value.origin, said)]
    return marks


def _fulfilled(golden: GoldenRecord, ref: Ref, overrides: Overrides) -> list[str]:
    """Return the fields in which what somebody set against us has become the value of all: that is settled."""
    values = golden.members[ref].record.values
    return [
        name
        for record_id, name, rule in overrides
        if (record_id, rule) == (ref.id, AUTHORITY)
        and name in golden.values
        and not golden.values[name].lacking
        and not is_empty(values.get(name))
        and says_same(name, values[name], golden.values[name].value)
    ]
