"""Compares a piece of a look at everything with the copy: what differs, and of what kind the difference is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syncd.engine.judging.judge import content_of
from syncd.engine.reading.caught import ONE_VERSION, Kind
from syncd.engine.setup import StreamPass
from syncd.model import Cursor, SourceRecord
from syncd.store import Transaction


@dataclass(frozen=True, slots=True)
class Differences:
    """What a piece brought that the copy does not hold like this."""

    records: tuple[SourceRecord, ...]
    caught: Mapping[str, int]


def compare(tx: Transaction, work: StreamPass, cursor: Cursor, records: Sequence[SourceRecord]) -> Differences:
    """Return the records that are to be kept, and of what kind they are.

    What changed at or after the cursor is none of it: reading changes would have brought it. An older answer never
    takes the place of a newer copy.
    """
    ids = [one.ref.id for one in records]
    versions, states = tx.records.versions(work.stream, ids), tx.records.states(work.stream, ids)
    doubtful = [
        one
        for one in records
        if one.ref.id not in versions
        or versions[one.ref.id] < one.modified_at
        or (versions[one.ref.id] == one.modified_at and states[one.ref.id][0] != content_of(work.setup.mapping, one))
    ]
    if not doubtful:
        return Differences((), {})
    unknown = [one.ref.id for one in doubtful if one.ref.id not in versions]
    forgotten = tx.erasures.among(work.stream, dict.fromkeys(unknown, ()))
    gone = tx.records.read(work.stream, unknown, with_gone=True)
    held = tx.records.read(work.stream, [one.ref.id for one in doubtful if one.ref.id in versions])
    kept: list[SourceRecord] = []
    caught: Counter[str] = Counter()
    for one in doubtful:
        if one.ref.id in forgotten:
            continue
        copy = held.get(one.ref.id)
        is_late = one.modified_at < cursor.since
        if copy is None:
            caught[Kind.RESTORED if one.ref.id in gone else Kind.NEW] += is_late
        elif one.modified_at - copy.modified_at > ONE_VERSION:
            caught[Kind.CHANGE] += is_late
        elif (kind := _silent(work, copy, one)) is not None:
            caught[kind] += 1
        elif one.modified_at == copy.modified_at:
            continue
        kept.append(one)
    return Differences(tuple(kept), +caught)


def _silent(work: StreamPass, copy: SourceRecord, now: SourceRecord) -> Kind | None:
    """Return what differs under one and the same version; None when nothing does that is told."""
    if any(_are_others(copy.links, to, linked) for to, linked in now.links.items() if to in work.setup.want.links):
        return Kind.LINK
    names = [name for name in work.setup.mapping.properties if name in now.values]
    # Empty is empty, whichever way a CRM spells it.
    moved = [name for name in names if (now.values[name] or None) != (copy.values.get(name) or None)]
    if not moved:
        return None
    fields = work.setup.schema.fields
    return Kind.CALCULATED if any(name in fields and fields[name].is_calculated for name in moved) else Kind.VALUE


def _are_others(held: Mapping[str, tuple[str, ...]], to: str, linked: tuple[str, ...]) -> bool:
    """Tell whether links are others, or another one is the first of them."""
    return to not in held or held[to][:1] != linked[:1] or set(held[to]) != set(linked)
