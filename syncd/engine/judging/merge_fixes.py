"""A proposed merge as a fix: what the record that stays shall hold, as the CRM spells it and as far as it can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from mappings import to_source
from quality import ProposedMerge
from quality.fields import OWN_PREFIX
from syncd.engine.judging.fitting import why_not_held
from syncd.engine.judging.judge import Judged
from syncd.engine.judging.merge_table import LEFT
from syncd.engine.judging.merge_ways import way_of
from syncd.engine.judging.people import is_same
from syncd.engine.setup import StreamSetup
from syncd.model import Action, Change, Fix, FixState, KeptValue, Mode, SourceRecord

#: A fix of this mode starts its life in this state. What may only be observed never becomes a fix.
STATES: Mapping[Mode, FixState] = MappingProxyType({Mode.APPLY: FixState.APPROVED, Mode.SUGGEST: FixState.PROPOSED})

_PROTECTED = "no rule may change this field"
_SET_BY_PERSON = "somebody has set it so against a rule"
_NOT_FETCHED = "it was not fetched"


def to_merge(setup: StreamSetup, judged: Judged) -> Fix | None:
    """Return the fix for a proposed merge; None when there is none, or nothing is kept of the record that stays.

    A value that cannot be kept is left out, and the fix says so among its reasons.
    """
    wanted, stays = judged.resolution.merge, judged.stays
    if wanted is None or stays is None:
        return None
    caps = _caps(setup, wanted)
    changes: list[Change] = []
    reasons = list(wanted.reasons)
    for kept in wanted.merge.values:
        why = _why_left_out(setup, judged, stays, kept, caps)
        if why:
            # What a field of an admin's own only shows is nobody's to keep.
            reasons += [] if kept.field.startswith(OWN_PREFIX) else [kept.field + LEFT + why]
        else:
            changes += _change(setup, stays, kept, wanted.rules)
    ending, why = way_of(setup, judged)
    reasons += [why] if why else []
    mode = Mode.weakest((wanted.mode, *(caps[one.field] for one in changes if one.field in caps)))
    return Fix(
        "",
        judged.source.ref,
        Action.MERGE,
        STATES[mode],
        tuple(changes),
        rules=wanted.rules,
        reasons=tuple(reasons),
        into=wanted.merge.into,
        ending=ending,
    )


def _caps(setup: StreamSetup, wanted: ProposedMerge) -> dict[str, Mode]:
    """Return how far the rules of the merge may change single fields."""
    caps: dict[str, Mode] = {}
    for step in setup.ruleset.steps:
        if step.name in wanted.rules:
            caps |= {name: Mode.weakest((cap, caps.get(name, Mode.APPLY))) for name, cap in step.caps.items()}
    return caps


def _why_left_out(
    setup: StreamSetup, judged: Judged, stays: SourceRecord, kept: KeptValue, caps: Mapping[str, Mode]
) -> str:
    if caps.get(kept.field) is Mode.OBSERVE:
        return _PROTECTED
    if kept.field in judged.settled:
        return _SET_BY_PERSON
    mapped = setup.mapping.fields.get(kept.field)
    if mapped is not None and mapped.property not in stays.values:
        return _NOT_FETCHED
    why = why_not_held(setup, kept.field, kept.value)
    if not why and judged.taken is not None:
        why = judged.taken.why(judged.source.ref, kept.field, kept.value, beside=stays.ref.id)
    return why


def _change(setup: StreamSetup, stays: SourceRecord, kept: KeptValue, rules: tuple[str, ...]) -> Iterator[Change]:
    """Yield the change in the CRM's spelling; none where it holds the value already."""
    name, after = to_source(setup.mapping, kept.field, kept.value)
    before = stays.values.get(name)
    if not is_same(before, after):
        yield Change(kept.field, name, before, after, rules, (kept.reason,))
