"""Ids by which linked accounts know each other's records, as matching reads them: beside what the records say.

What was merged away is followed to the record that answers now; when that changes, whoever names it is read anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from quality.dedupe.known import KNOWN_REFS, OWN_REF, WRITTEN_OVER, known_key
from syncd.engine.matching.state import KeptState
from syncd.model import Record, Ref, Stream, Value
from syncd.store import Transaction

#: The field in which a record names another system's.
LINKED_ID = "linked_id"


def with_known_ids(tx: Transaction, pool: Collection[Stream], records: Iterable[Record]) -> list[Record]:
    """Return records of a pool of linked accounts with what they go by, and what they name, among their values."""
    given = list(records)
    named = {record.ref: name for record in given if (name := _named(record))}
    over = _written_over(tx, pool, given)
    moved = {stream: tx.aliases.moved(stream, set(named.values())) for stream in pool} if named else {}
    found = []
    for record in given:
        values: dict[str, Value] = {**record.values, OWN_REF: str(record.ref)}
        if record.ref in over:
            values[WRITTEN_OVER] = True
        if record.ref in named:
            name, others = named[record.ref], [one for one in pool if one.account != record.ref.account]
            values[KNOWN_REFS] = "\n".join(f"{one.name}/{moved[one].get(name, name)}" for one in others)
        found.append(replace(record, values=values))
    return found


def _written_over(tx: Transaction, pool: Collection[Stream], records: Iterable[Record]) -> set[Ref]:
    """Return the records that were somebody else until they were written over."""
    by_place: dict[tuple[str, str], list[str]] = {}
    for record in records:
        by_place.setdefault((record.ref.account, record.ref.object), []).append(record.ref.id)
    return {
        Ref(one.account, one.object, record_id)
        for one in pool
        for record_id in tx.matching.written_over(one, by_place.get((one.account, one.object), ()))
    }


def wake_who_names(tx: Transaction, state: KeptState, gone: Collection[str]) -> None:
    """Have the records read anew that name one of those that are gone: it may be another one by now."""
    holders = state.members([known_key(ref) for ref in sorted(gone)])
    by_stream: dict[Stream, set[str]] = {}
    for one in {one for found in holders.values() for one in found} - {*gone}:
        account, name, record_id = one.split("/", 2)
        by_stream.setdefault(state.stream_of(f"{account}/{name}"), set()).add(record_id)
    for stream, ids in sorted(by_stream.items()):
        tx.matching.want(stream, ids)


def _named(record: Record) -> str:
    name = record.values.get(LINKED_ID)
    return name.strip() if isinstance(name, str) else ""
