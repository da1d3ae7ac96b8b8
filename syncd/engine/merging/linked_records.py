"""Which records of linked accounts are the same, as far as merging any of them concerns the others.

That is what matching is sure of, and what an id says that one of them holds, whatever matching thinks of it: a
connector that keeps the accounts in step goes by nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from syncd.model import Fix, Mode, Ref, Stream
from syncd.store import Transaction

Place = tuple[str, str]

#: Salesforce tells ids in this length, too, without the signs that follow from them.
_SHORT = 15


@dataclass(frozen=True, slots=True)
class Known:
    """What has to be known of a stream of linked accounts to plan its merges."""

    stream: Stream
    mode: Mode = Mode.APPLY
    #: The property that holds the id of a counterpart; empty where there is none.
    holds: str = ""
    #: Whether a merge of its CRM gives a record another id: what it takes back is another record, too.
    changes_id: bool = False
    #: Whether the account may have several records of the same: that some are left is no reason to wait.
    has_several: bool = False

    def held_by(self, tx: Transaction, ids: Collection[str]) -> dict[str, str]:
        """Return the ids of counterparts that records hold, by record."""
        if not self.holds or not ids:
            return {}
        held = {key: one.values.get(self.holds) for key, one in tx.records.read(self.stream, sorted(ids)).items()}
        return {key: value for key, value in held.items() if isinstance(value, str) and value}


@dataclass(frozen=True, slots=True)
class SameRecords:
    """Who is the same as the records of some merges."""

    #: All others, by record.
    others: Mapping[Ref, frozenset[Ref]]
    #: The id of a counterpart that a record of a merge holds, of one that is there: as it is known by now.
    held: Mapping[Ref, str]

    def of(self, fix: Fix) -> set[Ref]:
        """Return both records of a merge, and all that are the same as either."""
        return {fix.ref, fix.changed, *self.others.get(fix.ref, ()), *self.others.get(fix.changed, ())}

    def told(self, fix: Fix) -> tuple[str, str]:
        """Return the ids that the records of a merge hold."""
        return self.held.get(fix.ref, ""), self.held.get(fix.changed, "")

    def is_torn(self, fix: Fix) -> bool:
        """Return whether the records of a merge are linked with two records of another account."""
        one, other = self.told(fix)
        return bool(one and other) and one != other


def same_records(tx: Transaction, places: Mapping[Place, Known], merges: Sequence[Fix]) -> SameRecords:
    """Return who is the same as the records of `merges`, of whatever linked account."""
    ends = {ref for fix in merges for ref in (fix.ref, fix.changed)}
    rows = {
        Ref(*place, one): found
        for place, ids in by_place(ends).items()
        for one, found in tx.twins.of(Stream(*place, ""), sorted(ids)).items()
    }
    doubtful = {row.ref for ref, found in rows.items() for row in found if row.ref.account != ref.account}
    held = _held(tx, places, ends | doubtful)
    others = {
        ref: frozenset(
            row.ref
            for row in found
            if row.is_sure or is_id(held.get(ref, ""), row.ref.id) or is_id(held.get(row.ref, ""), ref.id)
        )
        for ref, found in rows.items()
    }
    told = {ref: _now(tx, places, ref, held[ref]) for ref in ends if ref in held}
    return SameRecords(others, {ref: now for ref, now in told.items() if now})


def is_id(held: str, id_: str) -> bool:
    """Return whether an id that a record holds is this one, in either of its lengths."""
    return bool(held) and (held == id_ or (len(held) == _SHORT and id_.startswith(held)))


def by_place(refs: Collection[Ref]) -> dict[Place, set[str]]:
    """Return records by account and object."""
    found: dict[Place, set[str]] = {}
    for ref in refs:
        found.setdefault((ref.account, ref.object), set()).add(ref.id)
    return found


def _now(tx: Transaction, places: Mapping[Place, Known], ref: Ref, held: str) -> str:
    """Return the id that answers for a counterpart by now; empty where there is none any more."""
    for place, known in places.items():
        if place[0] == ref.account:
            continue
        current = tx.aliases.current(known.stream, held)
        if tx.records.versions(known.stream, [current]):
            return current
    return ""


def _held(tx: Transaction, places: Mapping[Place, Known], refs: Collection[Ref]) -> dict[Ref, str]:
    return {
        Ref(*place, one): value
        for place, ids in by_place(refs).items()
        if place in places
        for one, value in places[place].held_by(tx, ids).items()
    }
