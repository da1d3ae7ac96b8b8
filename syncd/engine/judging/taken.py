"""Values that only one record of an account may have, and who has them: nobody else is proposed one.

Who holds such a value, and who should, is found by it: when a record gets one or gives one up, whoever should hold it
is judged again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mappings import UnmappedValueError, to_source
from quality import Keys
from syncd.engine.judging.people import is_same
from syncd.engine.setup import StreamSetup
from syncd.model import CREATION_TOKEN, Deed, Finding, Merge, Raw, Ref, SourceRecord, Stream, Value
from syncd.store import Transaction

#: The kinds of key: a value that a record holds and no other may; one that a record should hold by what is proposed.
HOLDS = "holds"
SHOULD_HOLD = "should_hold"
#: Why such a value is not written.
TAKEN = "another record of this account holds that value, and only one may: the two may be one"

_Key = tuple[str, str]


class UniqueValues:
    """Which properties of a stream no two records share a value of, and how such values are looked up."""

    def __init__(self, setup: StreamSetup) -> None:
        """Take a stream's mapping and what its account says of the properties. Only those that we write matter."""
        fields = setup.schema.fields
        self._mapping = setup.mapping
        #: With another property whose values count as well.
        self._shared = {
            one.property: fields[one.property].shared_with
            for name, one in setup.mapping.fields.items()
            if one.is_writable and name != CREATION_TOKEN and one.property in fields and fields[one.property].is_unique
        }

    @property
    def is_any(self) -> bool:
        """Return whether there are any such properties."""
        return bool(self._shared)

    def held_by(self, source: SourceRecord) -> Keys:
        """Return what a record holds and no other may, as keys it is found by."""
        return frozenset((HOLDS, _text(name, value)) for name, value in self._values(source.values))

    @staticmethod
    def written(name: str, value: Raw) -> _Key:
        """Return the key of a value as the CRM spells it, by its property."""
        return HOLDS, _text(name, value)

    def wanted_by(self, findings: Iterable[Finding], held: Keys) -> Keys:
        """Return what a record, which holds something else, should hold and no other may, as keys it is found by."""
        keys = {key for name, after in _proposed(findings) if (key := self.key_of(name, after)) is not None}
        return frozenset((SHOULD_HOLD, value) for _, value in keys - held)

    def key_of(self, name: str, after: Value) -> _Key | None:
        """Return the key of a value that a field should hold; None where several records may hold it."""
        mapped = self._mapping.fields.get(name)
        if mapped is None or mapped.property not in self._shared:
            return None
        try:
            property_name, raw = to_source(self._mapping, name, after)
        except UnmappedValueError:
            return None
        return None if is_same(raw, None) else (HOLDS, _text(property_name, raw))

    def _values(self, values: Mapping[str, Raw]) -> Iterator[tuple[str, Raw]]:
        for name, shared in self._shared.items():
            if not is_same(values.get(name), None):
                yield name, values[name]
            if shared and (more := values.get(shared)):
                yield from ((name, one) for one in str(more).split(";") if one.strip())


@dataclass(frozen=True, slots=True)
class Taken:
    """Who holds the values that are proposed for some records, as far as only one record may."""

    unique: UniqueValues
    #: By a value's key the ids of the records that hold it.
    _holders: Mapping[_Key, frozenset[str]] = field(default_factory=dict)

    def holders(self, ref: Ref, name: str, after: Value, *, beside: str = "") -> frozenset[str]:
        """Return the ids of the other records that hold what is proposed for a field; `beside` is no other one."""
        key = self.unique.key_of(name, after) if self._holders else None
        return frozenset() if key is None else self._holders.get(key, frozenset()) - {ref.id, beside}

    def is_held_beside(self, ref: Ref, key: _Key) -> bool:
        """Return whether another record holds what a record should hold by one of its keys."""
        name, value = key
        return name == SHOULD_HOLD and bool(self._holders.get((HOLDS, value), frozenset()) - {ref.id})

    def why(self, ref: Ref, name: str, after: Value, *, beside: str = "") -> str:
        """Return why a value is not to be written; empty when nobody else holds it."""
        return TAKEN if self.holders(ref, name, after, beside=beside) else ""


def taken_of(
    tx: Transaction,
    setup: StreamSetup,
    unique: UniqueValues,
    found: Iterable[Sequence[Finding]],
    held: Mapping[Ref, Keys],
) -> Taken:
    """Look up who holds what is proposed; `held` is what the records that are judged together hold now."""
    proposed = (pair for findings in found for pair in _proposed(findings))
    keys = {key for name, after in proposed if (key := unique.key_of(name, after)) is not None}
    if not keys:
        return Taken(unique)
    holders: dict[_Key, set[str]] = defaultdict(set)
    for key, refs in tx.records.with_key(setup.stream.account, setup.stream.kind, keys).items():
        holders[key] |= {ref.id for ref in refs if ref.object == setup.stream.object and ref not in held}
    for ref, mine in held.items():
        for key in keys & mine:
            holders[key].add(ref.id)
    return Taken(unique, {key: frozenset(ids) for key, ids in holders.items() if ids})


def holders_beside(tx: Transaction, stream: Stream, record_id: str) -> list[Ref]:
    """Return the records that hold a value which a kept one should hold and therefore cannot."""
    kept = tx.records.keys_of(stream, [record_id]).get(record_id, set())
    keys = {(HOLDS, value) for name, value in kept if name == SHOULD_HOLD}
    found = tx.records.with_key(stream.account, stream.kind, keys) if keys else {}
    return sorted({ref for refs in found.values() for ref in refs if ref.object == stream.object})


def concerned(before: Iterable[_Key], now: Keys = frozenset()) -> Keys:
    """Return the keys of those whom it concerns that a record holds, or should hold, other values than before."""
    changed = frozenset(before) ^ now
    wanting = {(SHOULD_HOLD, value) for name, value in changed if name == HOLDS}
    return frozenset(wanting | {(HOLDS, value) for name, value in changed if name == SHOULD_HOLD})


def _proposed(findings: Iterable[Finding]) -> Iterator[tuple[str, Value]]:
    """Yield the fields that are to hold something, and what: of merges, too, whichever record is to hold it."""
    for one in findings:
        if isinstance(one.proposal, Merge):
            yield from ((kept.field, kept.value) for kept in one.proposal.values)
        elif one.has_proposal and not isinstance(one.proposal, Deed):
            yield one.field, one.proposal


def _text(name: str, value: Raw) -> str:
    """Return how a value is looked up, whatever its case: some CRMs tell none apart, and it hurts nobody."""
    return f"{name} {str(value).strip().casefold()}"
