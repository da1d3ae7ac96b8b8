"""Records of several accounts that are one, held against each other: what a rule sees of them, and what comes of it.

All are put into the form that their own rules want, whether those may write or not: so the same value wins whichever of
them is judged, and two accounts that are tidied in their own ways have nothing to quarrel about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from mappings import RecordMapping, is_writable
from quality import Ruleset, Surroundings, evaluate
from quality.facts import Fact, Member
from quality.fields import is_empty
from quality.golden import Authority, GoldenRecord, doubted_where_several_differ, golden_record, head_of
from quality.words import is_stand_in
from syncd.engine.judging.counterparts import NOT_THIS_ONE
from syncd.engine.judging.fitting import HELD, why_not_held
from syncd.engine.judging.value_times import AUTHORITY, facts_of
from syncd.engine.matching.several import has_several
from syncd.engine.setup import StreamSetup
from syncd.model import Deed, Finding, Mode, Record, Ref, Severity, Stream, Value
from syncd.store import Transaction

#: The flag of records that stand for nobody.
_MADE_UP = "fake"
_NOT_WHOLE = "what belongs together with it cannot be written"


def authority_of(setup: StreamSetup) -> Authority | None:
    """Return which account's values win; None where the rule that carries them is off, or there is nothing to carry."""
    steps = (step for step in setup.ruleset.steps if step.name == AUTHORITY)
    return next((one.options for one in steps if isinstance(one.options, Authority)), None)


def with_same(tx: Transaction, setup: StreamSetup, around: Surroundings, records: Sequence[Record]) -> Surroundings:
    """Return the surroundings with the records that surely are the judged ones, in one form, and what is known of them.

    A record with twins in its own account is left out: they become one first. Where an account may have several of the
    same, each stands for itself, and what those of another account disagree in is none of its matter.
    """
    is_several = has_several(setup)
    groups = {one.ref: found for one in records if (found := _group(one, around, is_several=is_several))}
    if not groups:
        return around
    tidy = Tidying(setup, around.now)
    everybody = {one.ref: one for group in groups.values() for one in group}
    everybody |= {one.ref: one for one in records if one.ref in everybody}  # what was read just now is newer
    facts = _facts(tx, setup, list(everybody.values()))
    members = {
        ref: Member(replace(record, values=form), facts.get(ref, {}), doubted)
        for ref, record in everybody.items()
        if (told := tidy.tidied(record)) is not None
        for form, doubted in [told]
    }
    same = {
        ref: tuple(members[one.ref] for one in group if one.ref in members)
        for ref, group in groups.items()
        if ref in members
    }
    authority = authority_of(setup)
    if is_several and authority is not None:
        same = {ref: doubted_where_several_differ(found, authority) for ref, found in same.items()}
    return replace(around, same={ref: found for ref, found in same.items() if len(found) > 1})


def golden_of(setup: StreamSetup, around: Surroundings, ref: Ref) -> GoldenRecord | None:
    """Return the golden record that a judged one is part of; None where it surely has no counterpart."""
    authority, members = authority_of(setup), around.same.get(ref)
    return golden_record(members, authority) if members and authority is not None else None


def whole(setup: StreamSetup, record: Record, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings with what is carried over written whole or not at all, and as far as its own rule may.

    What cannot be written here at all is no finding. A value that is carried over does not build on what earlier rules
    made of the one it replaces.
    """
    mine = [one for one in findings if one.rule == AUTHORITY]
    if not mine:
        return tuple(findings)
    blocks: dict[str, list[Finding]] = {}
    for one in mine:
        blocks.setdefault(head_of(one.field), []).append(one)
    held: dict[tuple[str, str], Finding | None] = {}
    for parts in blocks.values():
        for one, said in zip(parts, _whole_block(setup, record, parts), strict=True):
            held[one.rule, one.field] = said
    told = [held.get((one.rule, one.field), one) for one in findings]
    return _replacing([one for one in told if one is not None])


def _group(record: Record, around: Surroundings, *, is_several: bool) -> list[Record]:
    """Return a record and all that surely are the same; nothing where some of one object have to become one first.

    Whichever of them is judged, it is the same group: lead and contact of one person are both in it.
    """
    here = (record.ref.account, record.ref.object)
    twins = [one.record for one in around.twins.get(record.ref, ()) if one.is_sure]
    told = around.counterparts.get(record.ref, ())
    others = [one.record for one in told if one.is_sure]
    if is_several:
        beside = [one for one in twins if (one.ref.account, one.ref.object) != here]
        return [record, *beside, *others] if others else []
    is_twin = any((one.ref.account, one.ref.object) == here for one in twins)
    if not others or is_twin or any(NOT_THIS_ONE in one.reasons for one in told):
        return []
    return [record, *twins, *others]


class Tidying:
    """Puts records of any of the linked accounts into the form their rules want."""

    def __init__(self, setup: StreamSetup, now: datetime) -> None:
        self._setup = setup
        self._now = now

    def tidied(self, record: Record) -> tuple[Mapping[str, Value], frozenset[str]] | None:
        """Return the values a record should have by itself, and which are wrong all the same; None for made-up ones."""
        ruleset = self._ruleset(record.ref)
        if ruleset is None:
            return record.values, frozenset()
        findings = evaluate(ruleset, record, Surroundings(self._now)).findings
        made_up = {step.name for step in ruleset.steps if step.rule.flag == _MADE_UP}
        if any(one.rule in made_up for one in findings):
            return None
        said = [one for one in findings if one.field]
        values = {one.field: one.proposal for one in said if _is_done(one) and not isinstance(one.proposal, Deed)}
        # What only stands where a CRM insists on a value is none.
        values |= {name: None for name, value in record.values.items() if is_stand_in(value)}
        # A value for which a better one is only suggested stays, and nobody should have it from there.
        doubted = {one.field for one in said if one.severity >= Severity.WARNING and not _is_done(one)}
        return ({**record.values, **values} if values else record.values), frozenset(doubted)

    def _ruleset(self, ref: Ref) -> Ruleset | None:
        if ref.account == self._setup.stream.account:
            return self._setup.tidying
        peer = self._setup.peers.get((ref.account, ref.object))
        return None if peer is None else peer.tidying


def _is_done(one: Finding) -> bool:
    return one.mode is Mode.APPLY and one.has_proposal and not isinstance(one.proposal, Deed)


def _facts(tx: Transaction, setup: StreamSetup, records: Sequence[Record]) -> dict[Ref, dict[str, Fact]]:
    by_place: dict[tuple[str, str], list[Record]] = {}
    for one in records:
        by_place.setdefault((one.ref.account, one.ref.object), []).append(one)
    found: dict[Ref, dict[str, Fact]] = {}
    for (account, name), those in sorted(by_place.items()):
        mapping = _mapping(setup, account, name)
        if mapping is not None:
            found |= facts_of(tx, Stream(account, name, setup.stream.kind), mapping, those)
    return found


def _mapping(setup: StreamSetup, account: str, name: str) -> RecordMapping | None:
    if (account, name) == (setup.stream.account, setup.stream.object):
        return setup.mapping
    peer = setup.peers.get((account, name))
    return setup.mappings.get(name) if account == setup.stream.account else peer.mapping if peer is not None else None


def _whole_block(setup: StreamSetup, record: Record, parts: Sequence[Finding]) -> list[Finding | None]:
    """Return what is left of what belongs together: another address comes whole or not at all; gaps, one by one."""
    proposed = {one.field: one.proposal for one in parts if one.has_proposal and not isinstance(one.proposal, Deed)}
    why = {name: why_not_held(setup, name, after) for name, after in proposed.items()}
    is_replaced = any(not is_empty(record.values.get(one.field)) for one in parts)
    is_held_back = any(not one.has_proposal or why[one.field] for one in parts)
    said: list[Finding | None] = []
    for one in parts:
        if not one.has_proposal:
            said.append(one)
        elif not is_writable(setup.mapping, one.field):
            said.append(None)
        elif why[one.field] or (is_replaced and is_held_back):
            message = one.message + HELD + (why[one.field] or _NOT_WHOLE)
            said.append(replace(one, message=message, mode=Mode.OBSERVE, has_proposal=False, proposal=None))
        else:
            said.append(one)
    return said


def _replacing(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings without proposals of weaker rules for values that another account's is to replace."""
    strength = {one.field: one.mode.strength for one in findings if one.rule == AUTHORITY and one.has_proposal}
    places = {one.field: place for place, one in enumerate(findings) if one.rule == AUTHORITY and one.has_proposal}
    return tuple(
        replace(one, has_proposal=False, proposal=None)
        if place < places.get(one.field, 0) and one.has_proposal and one.mode.strength < strength[one.field]
        else one
        for place, one in enumerate(findings)
    )
