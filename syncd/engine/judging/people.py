"""People win: a value that someone changed after our write is left alone by the rules that wrote it.

An override is pinned to the value the person left. When the field changes again, to anything else, the rules may look
at it afresh; until then every proposal for that field is hushed and the finding no longer makes the record unclean.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from syncd.engine.setup import StreamSetup
from syncd.model import (
    Action,
    Finding,
    Fix,
    FixState,
    Link,
    Merge,
    Mode,
    Raw,
    Ref,
    Removal,
    Severity,
    SourceRecord,
    Stream,
)
from syncd.store import Transaction

Overrides = Mapping[tuple[str, str, str], Raw]

#: The rule that records are made under which only another account has.
COUNTERPART_MISSING = "counterpart_missing"

#: What an override of a link or a removal holds: there is no value that a person could have left.
UNLINKED: Raw = None


def is_same(left: Raw, right: Raw) -> bool:
    """Return whether two raw values mean the same: CRMs answer a cleared field as null or as empty text."""
    return (left if left != "" else None) == (right if right != "" else None)


def notice_overrides(tx: Transaction, setup: StreamSetup, sources: Sequence[SourceRecord], at: datetime) -> list[str]:
    """Remember every field that no longer holds what we last wrote there; return the rules overruled."""
    written = tx.journal.last_written(setup.stream, [source.ref.id for source in sources])
    if not written:
        return []
    by_id = {source.ref.id: source for source in sources}
    fields = {field.property: name for name, field in setup.mapping.fields.items()}
    overridden = []
    overruled: list[str] = []
    set_back: list[tuple[str, str, str]] = []
    for (record_id, property_name), change in written.items():
        values = by_id[record_id].values
        if property_name not in values or is_same(values[property_name], change.after):
            continue
        overridden.append((record_id, property_name))
        # What an undo put back is overruled already; another value than that one is looked at afresh.
        for rule in () if change.undoes else change.rules:
            tx.overrides.keep(setup.stream, record_id, fields.get(property_name, ""), rule, values[property_name], at)
            overruled.append(rule)
            if is_same(values[property_name], change.before):
                set_back.append((record_id, fields.get(property_name, ""), rule))
    tx.set_backs.add(setup.stream, set_back, at)
    tx.journal.supersede(setup.stream, overridden)
    return overruled


def notice_taken_back(tx: Transaction, setup: StreamSetup, record_id: str, rules: Sequence[str], at: datetime) -> None:
    """Remember that somebody took back what these rules did to a record as a whole: a link, a removal."""
    known = tx.overrides.of(setup.stream, [record_id])
    tx.set_backs.add(setup.stream, [(record_id, "", rule) for rule in rules if (record_id, "", rule) not in known], at)
    for rule in rules:
        tx.overrides.keep(setup.stream, record_id, "", rule, UNLINKED, at)


def leave_alone_who_lost_them(tx: Transaction, stream: Stream, ids: Sequence[str], at: datetime) -> None:
    """Let nothing be made for the counterparts of records that are gone: whoever took one away has said so."""
    for rows in tx.twins.of(stream, ids).values() if ids else ():
        for row in rows:
            if row.is_sure and row.ref.account != stream.account:
                there = replace(stream, account=row.ref.account, object=row.ref.object)
                tx.overrides.keep(there, row.ref.id, "", COUNTERPART_MISSING, UNLINKED, at)


def hush_taken_back(findings: Sequence[Finding], made: Collection[Ref], *, was_removed: bool) -> tuple[Finding, ...]:
    """Take the proposal from findings whose very link or removal was ours before: somebody has taken it back since."""

    def is_taken_back(proposal: object) -> bool:
        return (isinstance(proposal, Link) and proposal.to in made) or (isinstance(proposal, Removal) and was_removed)

    return tuple(hushed(finding) if is_taken_back(finding.proposal) else finding for finding in findings)


def hush_parted(findings: Sequence[Finding], parted: Collection[str]) -> tuple[Finding, ...]:
    """Take the proposal from merges with records that somebody said are not the same, or took such a merge back of."""
    if not parted:
        return tuple(findings)
    return tuple(
        hushed(one) if isinstance(one.proposal, Merge) and one.proposal.into.id in parted else one for one in findings
    )


def leave_to_person(tx: Transaction, setup: StreamSetup, fix: Fix, record: SourceRecord, at: datetime) -> None:
    """Leave the fields of a fix, or the record, as they are: it may have been taken back before we knew of it."""
    for rule in fix.rules if fix.action is Action.ARCHIVE else ():
        tx.overrides.keep(setup.stream, fix.ref.id, "", rule, UNLINKED, at)
    for change in fix.changes:
        for rule in change.rules:
            tx.overrides.keep(setup.stream, fix.ref.id, change.field, rule, record.values.get(change.property), at)


def settle_undos(tx: Transaction, setup: StreamSetup, ends: Sequence[tuple[Fix, FixState]], at: datetime) -> None:
    """After an undo was written, the rules leave its fields as they are: whoever undid has said so."""
    for fix, state in ends:
        is_done = state in {FixState.APPLIED, FixState.ALREADY_TRUE}
        # After the undo of a merge the two are kept apart; that is told with the pair.
        # What was made and taken away again is not made a second time: its key is used.
        if not fix.undoes or not is_done or fix.action in {Action.MERGE, Action.CREATE}:
            continue
        for rule in fix.rules if fix.action is not Action.UPDATE else ():
            tx.overrides.keep(setup.stream, fix.ref.id, "", rule, UNLINKED, at)
        for change in fix.changes:
            for rule in change.rules:
                tx.overrides.keep(setup.stream, fix.ref.id, change.field, rule, change.after, at)


def hush_overridden(
    setup: StreamSetup, source: SourceRecord, findings: Sequence[Finding], overrides: Overrides
) -> tuple[Finding, ...]:
    """Take the proposal from every finding on a field that a person has settled.

    All rules are hushed on such a field, not only the one overruled: a later rule's proposal holds the earlier one's.
    """
    settled = {finding.field for finding in findings if _is_overridden(setup, source, finding, overrides)}
    return tuple(hushed(finding) if finding.field in settled else finding for finding in findings)


def settled_fields(setup: StreamSetup, source: SourceRecord, overrides: Overrides) -> frozenset[str]:
    """Return the fields of a record that hold what a person set against some rule."""
    fields = setup.mapping.fields
    return frozenset(
        name
        for (record_id, name, _), value in overrides.items()
        if record_id == source.ref.id and name in fields and is_same(source.values.get(fields[name].property), value)
    )


def hushed(finding: Finding) -> Finding:
    """Return the finding without its proposal, and no longer counting against the record."""
    return replace(finding, has_proposal=False, proposal=None, severity=Severity.INFO, mode=Mode.OBSERVE)


def _is_overridden(setup: StreamSetup, source: SourceRecord, finding: Finding, overrides: Overrides) -> bool:
    key = (source.ref.id, finding.field, finding.rule)
    if key not in overrides or isinstance(finding.proposal, Link):
        return False
    if isinstance(finding.proposal, Removal):
        return True
    mapped = setup.mapping.fields.get(finding.field)
    return mapped is not None and is_same(source.values.get(mapped.property), overrides[key])
