"""What a new judgement means for the fixes of the judged records: which to add, keep, approve or drop. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from syncd.model import Action, Fix, FixState, Raw
from syncd.store.columns.packing import pack_raw
from syncd.store.journal.fix_rows import digest_of
from syncd.store.journal.life import IN_FLIGHT

#: What the removal of a record touches, and a merge of both its records.
WHOLE = frozenset({"/"})


@dataclass(frozen=True, slots=True)
class OpenFix:
    """A fix of a judged record that is not settled."""

    id: str
    record_id: str
    state: FixState
    digest: bytes
    approved_by: str = ""
    is_undo: bool = False
    #: What it touches: properties of an update, the object a link leads to.
    touches: frozenset[str] = frozenset()
    #: The record that stays, when it merges the other one away.
    into: str = ""
    #: Whether it merges two records the other way round than rules would, since a person said so.
    is_turned: bool = False

    @property
    def blocks(self) -> bool:
        """Return whether a new fix for the same field has to wait for it."""
        return self.state in IN_FLIGHT or self.is_undo

    @property
    def records(self) -> frozenset[str]:
        """Return the records it is about."""
        return frozenset({self.record_id, self.into} - {""})


@dataclass(slots=True)
class Dismissed:
    """What a person has said no to, record by record, change by change."""

    changes: set[tuple[str, str, bytes, bytes]] = field(default_factory=set)
    links: set[tuple[str, str, str]] = field(default_factory=set)
    #: Records that are to stay.
    kept: set[str] = field(default_factory=set)
    #: Records that are not one, whichever of them would have stayed.
    apart: set[frozenset[str]] = field(default_factory=set)

    def without(self, fix: Fix) -> Fix | None:
        """Return what is left of `fix`; None when nothing is."""
        if fix.action is Action.LINK:
            is_refused = fix.link is not None and (fix.ref.id, fix.link.to.object, fix.link.to.id) in self.links
            return None if is_refused else fix
        if fix.action is Action.ARCHIVE:
            return None if fix.ref.id in self.kept else fix
        if fix.action is Action.MERGE:
            return None if _records(fix) in self.apart else fix
        left = tuple(
            one for one in fix.changes if _key(fix.ref.id, one.property, one.before, one.after) not in self.changes
        )
        if len(left) == len(fix.changes):
            return fix
        rules = tuple(dict.fromkeys(rule for change in left for rule in change.rules))
        reasons = tuple(dict.fromkeys(reason for change in left for reason in change.reasons))
        return replace(fix, changes=left, rules=rules, reasons=reasons) if left else None


@dataclass(slots=True)
class Verdicts:
    """What to do, and what was met on the way."""

    add: list[Fix] = field(default_factory=list)
    approve: list[str] = field(default_factory=list)
    #: Fix and why.
    drop: list[tuple[str, str]] = field(default_factory=list)
    kept: int = 0
    waiting: int = 0
    dismissed: int = 0


def decide(
    open_fixes: Sequence[OpenFix], wanted: Iterable[Fix], dismissed: Dismissed, judged: Collection[str] = ()
) -> Verdicts:
    """Compare the fixes that are open with those that are wanted now. Deciding twice decides nothing new.

    An open fix that is wanted is kept; it becomes approved when its rules now write by themselves, and is proposed
    anew when they no longer do, unless a person approved it. One that is not wanted is dropped, but for undos, which no
    rule wants. Whatever a person dismissed is taken out of what is wanted. What touches a field that is in flight
    waits; so does a merge as long as anything of either record is, and everything about the two records of a merge
    under way. Nobody needs to tidy a record whose merge is approved. A merge that a person turned round stands as long
    as the record that would have gone is still to be merged with the other one; `judged` are those who were asked.
    """
    verdicts = Verdicts()
    held = {(one.record_id, one.digest): one for one in open_fixes if not one.blocks}
    blocks = _Blocks.of(open_fixes)
    left = [dismissed.without(whole) for whole in wanted]
    merging = {_records(fix) for fix in left if fix is not None and fix.action is Action.MERGE}
    turned = {one.records: one for one in held.values() if one.is_turned and one.records in merging}
    going = {
        fix.ref.id
        for fix in left
        if fix is not None and fix.action is Action.MERGE and _is_approved(fix, held) and not blocks.hold(fix)
    }
    seen: set[tuple[str, bytes]] = set()
    for fix in left:
        if fix is None:
            verdicts.dismissed += 1
        elif fix.action is not Action.MERGE and fix.ref.id in going:
            continue
        elif fix.action is Action.MERGE and _records(fix) in turned:
            verdicts.kept += 1
        elif blocks.hold(fix):
            held.pop((fix.ref.id, digest_of(fix)), None)
            verdicts.waiting += 1
        elif (key := (fix.ref.id, digest_of(fix))) not in seen:
            seen.add(key)
            _decide_one(fix, held.pop(key, None), verdicts)
    kept = {one.id for one in held.values() if one.is_turned and (one.records in turned or one.into not in judged)}
    verdicts.drop.extend((one.id, "no longer needed") for one in held.values() if one.id not in kept)
    return verdicts


@dataclass(frozen=True, slots=True)
class _Blocks:
    """What is under way, and holds others up."""

    #: Records and what of them is touched.
    touched: frozenset[tuple[str, str]]
    #: Records of which anything is touched.
    busy: frozenset[str]
    #: Both records of merges.
    sealed: frozenset[str]

    @staticmethod
    def of(open_fixes: Sequence[OpenFix]) -> _Blocks:
        under_way = [one for one in open_fixes if one.blocks]
        return _Blocks(
            frozenset((one.record_id, name) for one in under_way for name in one.touches),
            frozenset(record for one in under_way for record in one.records),
            frozenset(record for one in under_way if one.into for record in one.records),
        )

    def hold(self, fix: Fix) -> bool:
        """Return whether the fix has to wait."""
        records = _records(fix)
        if fix.action is Action.MERGE:
            return not records.isdisjoint(self.busy)
        return not records.isdisjoint(self.sealed) or any((fix.ref.id, name) in self.touched for name in touches(fix))


def _records(fix: Fix) -> frozenset[str]:
    return frozenset({fix.ref.id, fix.changed.id})


def _is_approved(fix: Fix, held: Mapping[tuple[str, bytes], OpenFix]) -> bool:
    """Return whether a fix is written as soon as it is its turn: by its rules, or on a person's word."""
    if fix.state is FixState.APPROVED:
        return True
    same = held.get((fix.ref.id, digest_of(fix)))
    return same is not None and same.state is FixState.APPROVED and bool(same.approved_by)


def touches(fix: Fix) -> frozenset[str]:
    """Return what a fix touches; a link and the record as a whole are told apart from properties by their slash."""
    if fix.action in {Action.ARCHIVE, Action.MERGE, Action.CREATE}:
        return WHOLE
    if fix.link is not None:
        return frozenset({f"/{fix.link.to.object}"})
    return frozenset(change.property for change in fix.changes)


def dismissed_change(record_id: str, name: str, before: bytes, after: bytes) -> tuple[str, str, bytes, bytes]:
    """Return the key of a dismissed change, from packed values."""
    return (record_id, name, before, after)


def _key(record_id: str, name: str, before: Raw, after: Raw) -> tuple[str, str, bytes, bytes]:
    return (record_id, name, pack_raw(before), pack_raw(after))


def _decide_one(fix: Fix, same: OpenFix | None, verdicts: Verdicts) -> None:
    if same is None:
        verdicts.add.append(fix)
    elif same.state is fix.state or same.approved_by:
        verdicts.kept += 1
    elif fix.state is FixState.APPROVED:
        verdicts.approve.append(same.id)
    else:
        verdicts.drop.append((same.id, "its rules no longer write by themselves"))
        verdicts.add.append(fix)
