"""Who somebody is that came in: a record there is, one that is about to be made, perhaps one of some, or nobody known.

Asks nothing but the store, and keeps nothing: the same is asked while a form waits for its answer, and in the pass that
decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syncd.engine.arriving.strangers import Likeness, facts_of, like_records, like_strangers, pool_to_ask, telling_keys
from syncd.engine.reading.announced import is_read
from syncd.model import Ref, Stream, Value
from syncd.store import Arrival, ArrivalState, Candidate, Pool, Transaction


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What something that comes in is, as far as the store tells now."""

    #: The record that it surely is.
    ref: Ref | None = None
    #: What came in before, is surely the same, and is about to be made.
    pending: Arrival | None = None
    #: What it may be.
    candidates: tuple[Candidate, ...] = ()
    #: Whether it may be one of those that are about to be made.
    may_be_pending: bool = False


def foresee(tx: Transaction, stream: Stream, values: Mapping[str, Value], but: str = "") -> Foreseen | None:
    """Return who somebody is, by the records and by what came in before; None as long as the base is not matched.

    `but`: the id of what came in itself.
    """
    pool = pool_to_ask(tx, stream)
    if pool is None or not is_read(tx.cursors.read(stream)):
        return None
    facts = facts_of(stream, values)
    records = like_records(tx, pool, facts)
    earlier = _earlier(tx, pool, stream, telling_keys(facts), but)
    others = like_strangers(tx, pool, facts, {one.id: facts_of(stream, one.said.values) for one in earlier})
    made = {one.ref: others[one.id] for one in earlier if one.ref is not None and one.id in others}
    records = {**made, **records}
    sure = [ref for ref, likeness in records.items() if likeness.is_sure]
    if sure and _are_one(tx, sure, stream.kind):
        return Foreseen(ref=_nearest(stream, sure))
    pending = [one for one in earlier if one.ref is None and one.id in others]
    if not sure and (first := next((one for one in pending if others[one.id].is_sure), None)) is not None:
        return Foreseen(pending=first)
    return Foreseen(candidates=_candidates(records), may_be_pending=bool(pending))


def _earlier(tx: Transaction, pool: Pool, stream: Stream, keys: frozenset[str], but: str) -> list[Arrival]:
    """Return what came in before and is, or is about to be, a record that matching does not know yet."""
    alive = {ArrivalState.PENDING, ArrivalState.CREATED}
    found = [
        one
        for one in tx.arrivals.under(keys)
        if one.id != but
        and one.state in alive
        and (one.stream.account, one.stream.kind) == (stream.account, stream.kind)
    ]
    numbers = {(member.account, member.object): number for number, member in tx.matching.members(pool).items()}
    return [one for one in found if one.ref is None or _is_new(tx, numbers, one.stream, one.ref)]


def _is_new(tx: Transaction, numbers: Mapping[tuple[str, str], int], stream: Stream, ref: Ref) -> bool:
    """Return whether a record that was made is there, and matching does not know it yet."""
    number = numbers.get((ref.account, ref.object))
    rows = () if number is None else tx.match_rows.by_record(number, [ref.id])
    return all(one.facts is None for one in rows) and ref.id in tx.records.read(stream, [ref.id])


def _are_one(tx: Transaction, refs: Sequence[Ref], kind: str) -> bool:
    """Return whether records are known to be one with each other."""
    first, rest = refs[0], {*refs[1:]}
    twins = tx.twins.of(Stream(first.account, first.object, kind), [first.id]) if rest else {}
    return rest <= {row.ref for row in twins.get(first.id, ()) if not row.is_asked}


def _nearest(stream: Stream, refs: Sequence[Ref]) -> Ref:
    """Return the record that is dealt with: of the very stream, or of its account, before all others."""
    return min(refs, key=lambda ref: (ref.account != stream.account, ref.object != stream.object, refs.index(ref)))


def _candidates(records: Mapping[Ref, Likeness]) -> tuple[Candidate, ...]:
    return tuple(Candidate(ref, likeness.probability, likeness.reasons) for ref, likeness in records.items())


def words_of(foreseen: Foreseen) -> str:
    """Return who somebody is, in words without a value."""
    if foreseen.ref is not None:
        return "it is a record there is"
    if foreseen.pending is not None or foreseen.may_be_pending:
        return "it is, or may be, the same as something that came in before and is about to be made"
    return "it may be one of the records there are" if foreseen.candidates else "nobody is known who it could be"
