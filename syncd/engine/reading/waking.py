"""Records that lacked something are judged again when what they lacked arrives with another record.

Bounded by what is lacking: a record that holds everything has no key to be woken by, and a value that did not change
wakes nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mappings import to_canonical
from quality import COMPANY_NAME, DOMAIN, EMAIL_DOMAIN, GIVEN, LACKS, NAME, NO_DOMAIN, PERSON, WORKS_AT, Keys
from syncd.engine.judging.judge import Judged
from syncd.engine.judging.taken import UniqueValues, concerned
from syncd.engine.setup import StreamSetup
from syncd.model import Record, Stream
from syncd.store import Transaction

#: Which of a record's keys, when they are new, wake whom: kind woken and the key it holds.
_WAKES = {DOMAIN: ("person", EMAIL_DOMAIN), NAME: ("person", COMPANY_NAME), WORKS_AT: ("company", NO_DOMAIN)}


@dataclass(frozen=True, slots=True)
class Call:
    """Records of a kind to be judged again, by a key they hold."""

    kind: str
    keys: Keys


def calls_of(tx: Transaction, setup: StreamSetup, judged: Sequence[Judged]) -> list[Call]:
    """Return who has to be woken by these records; ask before they are kept."""
    calls = list(_of_new_keys(tx, setup, judged))
    if setup.stream.kind == "company":
        calls += _of_new_values(tx, setup, judged)
    if setup.stream.kind == "person":
        linked = frozenset((PERSON, one.record.ref.id) for one in judged if one.record.links.get("company"))
        calls += [Call(kind, linked) for kind in ("deal", "ticket") if linked]
    return calls + _of_unique_values(tx, setup, judged)


def calls_of_gone(tx: Transaction, stream: Stream, ids: Collection[str]) -> list[Call]:
    """Return who has to be woken when these are gone; ask before they are marked so.

    Values that only one record may hold are free then.
    Who could have been linked to a company is told so no longer; who was, the CRM has let go without a word.
    """
    if not ids:
        return []
    held = {key for keys in tx.records.keys_of(stream, ids).values() for key in keys}
    waiting = concerned(held)
    calls = [Call(stream.kind, waiting)] if waiting else []
    if stream.kind != "company":
        return calls
    theirs = {name: key for name, (kind, key) in _WAKES.items() if kind == "person"}
    keys = {(theirs[name], value) for name, value in held if name in theirs} | {(WORKS_AT, one) for one in ids}
    return [*calls, Call("person", frozenset(keys))]


def wake(tx: Transaction, account: str, calls: Sequence[Call], now: datetime) -> None:
    """Make the records due."""
    for call in calls:
        links = frozenset(key for key in call.keys if key[0] == EMAIL_DOMAIN)
        if links:
            tx.records.wake(account, call.kind, links, now)
        if call.keys - links:
            tx.records.wake(account, call.kind, call.keys - links, now, unlinked_only=False)


def _of_new_keys(tx: Transaction, setup: StreamSetup, judged: Sequence[Judged]) -> Iterator[Call]:
    waking = [one for one in judged if any(name in _WAKES for name, _ in one.keys)]
    if not waking:
        return
    held = tx.records.keys_of(setup.stream, [one.record.ref.id for one in waking])
    new = {key for one in waking for key in one.keys - held.get(one.record.ref.id, set()) if key[0] in _WAKES}
    for name, (kind, theirs) in _WAKES.items():
        keys = frozenset((theirs, value) for found, value in new if found == name)
        if keys:
            yield Call(kind, keys)


def _of_unique_values(tx: Transaction, setup: StreamSetup, judged: Sequence[Judged]) -> list[Call]:
    """Return calls for whoever should hold what these get or give up, and for who holds what these should.

    Only values that one record alone may hold have such keys. Who should hold what another one does is judged once more
    itself: whether the two may be one was not asked yet.
    """
    if not judged or not UniqueValues(setup).is_any:
        return []
    held = tx.records.keys_of(setup.stream, [one.record.ref.id for one in judged])
    keys: set[tuple[str, str]] = set()
    for one in judged:
        before, ref = held.get(one.record.ref.id, set()), one.record.ref
        keys |= concerned(before, one.keys)
        keys |= {key for key in one.keys - before if one.taken is not None and one.taken.is_held_beside(ref, key)}
    return [Call(setup.stream.kind, frozenset(keys))] if keys else []


def _of_new_values(tx: Transaction, setup: StreamSetup, judged: Sequence[Judged]) -> Iterator[Call]:
    """Yield calls for those who lack a value that a company comes to have."""
    copies = tx.records.read(setup.stream, [one.record.ref.id for one in judged])
    before = {key: to_canonical(setup.mapping, copy) for key, copy in copies.items()}
    for kind, given in GIVEN.items():
        keys = frozenset(
            (LACKS + theirs, one.record.ref.id)
            for one in judged
            for theirs, ours in given.items()
            if _comes(one.record, before, ours)
        )
        if keys:
            yield Call(kind, keys)


def _comes(record: Record, before: Mapping[str, Record], name: str) -> bool:
    value = record.values.get(name)
    was = before.get(record.ref.id)
    return value is not None and (was is None or was.values.get(name) != value)
