"""Merges of linked accounts that belong together: the same person is several records here, and several there.

One of them alone would leave a counterpart behind, and a connector that keeps the accounts in step would make of it
what was just merged away. So they are one plan: all of it is decided on, or nothing; it has an order; and nothing of it
is sent while anything of it waits.

The account whose records hold the ids of the others goes first. After its merge one record holds one id, and whatever
becomes of the other one's counterpart concerns nobody any more. The other way round its second record would point at a
record that is gone, and whoever keeps them in step would make another one of it, or take it away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from syncd.engine.merging.linked_records import Known, Place, by_place, is_id, same_records
from syncd.model import Fix, FixState, Mode, Ref
from syncd.store import Transaction

_OPEN = frozenset({FixState.PROPOSED, FixState.APPROVED})
_UNANSWERED = frozenset({FixState.INTENDED, FixState.UNKNOWN})
_NOT_ANSWERED = "a merge of theirs is not answered yet"


@dataclass(frozen=True, slots=True)
class LinkedMerges:
    """Merges that are one plan, in their order."""

    steps: tuple[Fix, ...]
    #: Why none of them is sent yet, in sentences; empty when all may be.
    waits: tuple[str, ...] = ()
    #: The records of each account and object that are the same.
    members: Mapping[Place, frozenset[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Family:
    """Records that are surely the same, and the merges among them."""

    members: set[Ref]
    fixes: dict[str, Fix]
    #: Of merges whose records hold two ids: those ids.
    torn: dict[str, tuple[str, str]]


def linked_merges(tx: Transaction, known: Iterable[Known], merges: Sequence[Fix]) -> list[LinkedMerges]:
    """Return the plans that open merges are part of. One whose records have no counterparts is part of none."""
    places = {(one.stream.account, one.stream.object): one for one in known}
    families = _families(tx, places, merges)
    for family in families:
        _add_mates(tx, places, family)
    return [_planned(tx, places, family) for family in _joined(families)]


def with_mates(tx: Transaction, known: Iterable[Known], fix_ids: Collection[str]) -> list[str]:
    """Return fixes with whatever is one plan with any of them, as far as it is open: said of one, said of all."""
    found = dict.fromkeys(fix_ids)
    merges = [fix for fix in tx.journal.merges(fix_ids) if fix.state in _OPEN]
    for plan in linked_merges(tx, known, merges) if merges else ():
        found |= dict.fromkeys(fix.id for fix in plan.steps if fix.state in _OPEN)
    return list(found)


def in_plans(tx: Transaction, known: Iterable[Known], merges: Sequence[Fix]) -> frozenset[str]:
    """Return those of `merges` whose records have counterparts, or hold the ids of some: they are never sent alone."""
    found = same_records(tx, {(one.stream.account, one.stream.object): one for one in known}, merges)
    return frozenset(
        fix.id for fix in merges if found.is_torn(fix) or any(ref.account != fix.ref.account for ref in found.of(fix))
    )


def _families(tx: Transaction, places: Mapping[Place, Known], merges: Sequence[Fix]) -> list[_Family]:
    """Return merges by the records they are about, as far as any of those is of another account."""
    found = same_records(tx, places, merges)
    families: list[_Family] = []
    for fix in merges:
        members = {ref for ref in found.of(fix) if (ref.account, ref.object) in places}
        torn = {fix.id: found.told(fix)} if found.is_torn(fix) else {}
        if torn or any(ref.account != fix.ref.account for ref in members):
            families.append(_Family(members, {fix.id: fix}, torn))
    return _joined(families)


def _joined(families: Iterable[_Family]) -> list[_Family]:
    """Return families of which none has a record or a merge of another one."""
    apart: list[_Family] = []
    for family in families:
        ends = {ref for fix in family.fixes.values() for ref in (fix.ref, fix.changed)}
        touching = [one for one in apart if not one.members.isdisjoint(family.members | ends)]
        members = family.members.union(ends, *(one.members for one in touching))
        whole = _Family(members, dict(family.fixes), dict(family.torn))
        for one in touching:
            whole.fixes |= one.fixes
            whole.torn |= one.torn
        apart = [one for one in apart if one not in touching] + [whole]
    return apart


def _add_mates(tx: Transaction, places: Mapping[Place, Known], family: _Family) -> None:
    """Add the merges of other accounts among the same records."""
    for place, ids in by_place(family.members).items():
        for fix in tx.journal.merges_of(places[place].stream, sorted(ids)):
            if fix.state in _OPEN | _UNANSWERED and not fix.undoes and {fix.ref.id, fix.changed.id} <= ids:
                family.fixes[fix.id] = fix


def _planned(tx: Transaction, places: Mapping[Place, Known], family: _Family) -> LinkedMerges:
    members = by_place(family.members)
    held = {
        Ref(*place, one): id_ for place, ids in members.items() for one, id_ in places[place].held_by(tx, ids).items()
    }
    holding = {ref.account for ref in held}

    def turn(fix: Fix) -> tuple[bool, bool, str, str]:
        place = places[fix.ref.account, fix.ref.object]
        return (fix.ref.account not in holding, place.changes_id, fix.ref.account, fix.id)

    steps = tuple(sorted(family.fixes.values(), key=turn))
    shown = {place: frozenset(ids) for place, ids in members.items()}
    waits = (*_why_waiting(places, members, steps), *_why_crossed(steps, held), *_why_torn(family))
    return LinkedMerges(steps, waits, shown)


def _why_torn(family: _Family) -> Iterable[str]:
    """Yield what is known of records that are to be one, and are linked with two of another account that are not."""
    going = {fix.ref.id for fix in family.fixes.values()}
    for fix_id, (one, other) in sorted(family.torn.items()):
        if going.isdisjoint({one, other}):
            yield f"the records of {fix_id} hold two ids of another account, {one} and {other}, which are not to be one"


def _why_crossed(steps: Sequence[Fix], held: Mapping[Ref, str]) -> Iterable[str]:
    """Yield which record stays and is linked with one that would go: somebody has turned a merge round, or a link."""
    going = {fix.ref for fix in steps}
    for ref, id_ in sorted(held.items(), key=str):
        gone = next((fix for fix in steps if is_id(id_, fix.ref.id) and fix.ref.account != ref.account), None)
        if gone is not None and ref not in going:
            yield f"{ref.id} stays, and is linked with {gone.ref.id}, which goes by {gone.id}: turn one of them round"


def _why_waiting(
    places: Mapping[Place, Known], members: Mapping[Place, set[str]], steps: Sequence[Fix]
) -> Iterable[str]:
    """Yield what has to happen before any of the merges may be sent."""
    if any(fix.state in _UNANSWERED for fix in steps):
        yield _NOT_ANSWERED
    going = {(fix.ref.account, fix.ref.object): set[str]() for fix in steps}
    for fix in steps:
        going[fix.ref.account, fix.ref.object].add(fix.ref.id)
    for place, ids in sorted(members.items()):
        if places[place].has_several:
            continue
        left = len(ids - going.get(place, set()))
        # Where nothing else is merged, a third one that stays for itself is nobody's business.
        if left > 1 and (place not in going or len(going) > 1):
            yield _why_unmerged(places[place], left, is_begun=place in going)
    asked = [fix.id for fix in steps if fix.state is FixState.PROPOSED]
    if asked:
        yield f"a person has to say yes, to one for all: {', '.join(asked)}"


def _why_unmerged(known: Known, left: int, *, is_begun: bool) -> str:
    name = known.stream.name
    if known.mode is Mode.OBSERVE:
        return f"{name} is only observed, and holds {left} records of the same: nothing is merged on one side alone"
    told = f"{left} of them would be left" if is_begun else f"they are {left} records, and none of them is to be merged"
    return f"in {name} {told}: nothing is merged on one side alone"
