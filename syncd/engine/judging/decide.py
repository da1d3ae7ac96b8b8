"""Step 8: turn what was found into fixes. Pure but for the mapping's answers; writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mappings import UnmappedValueError, is_writable, to_source
from quality import Proposed, ProposedLink
from syncd.engine.judging.fitting import refusal
from syncd.engine.judging.judge import Judged
from syncd.engine.judging.merge_fixes import STATES, to_merge
from syncd.engine.judging.people import is_same
from syncd.engine.setup import StreamSetup
from syncd.model import Action, Change, Fix, FixState, Mode


def to_fixes(setup: StreamSetup, judged: Sequence[Judged]) -> list[Fix]:
    """Return the fixes these records need: at most one update a mode, one link to an object, one removal or merge."""
    return [fix for one in judged for fix in _fixes_of(setup, one)]


def _fixes_of(setup: StreamSetup, judged: Judged) -> Iterator[Fix]:
    removal, merge = judged.resolution.removal, to_merge(setup, judged)
    if merge is not None:
        yield merge
        if merge.state is FixState.APPROVED:
            return  # nobody needs to tidy what is about to go
    elif removal is not None:
        yield Fix(
            "", judged.source.ref, Action.ARCHIVE, STATES[removal.mode], rules=removal.rules, reasons=removal.reasons
        )
        if removal.mode is Mode.APPLY:
            return  # nobody needs to tidy what is about to go
    for mode, state in STATES.items():
        proposals = judged.resolution.update_in(mode).items()
        changes = [change for name, proposed in proposals for change in _change(setup, judged, name, proposed)]
        if changes:
            yield _update(judged, changes, state)
    for link in judged.resolution.links:
        if link.mode in STATES:
            yield _link(judged, link)


def _change(setup: StreamSetup, judged: Judged, name: str, proposed: Proposed) -> Iterator[Change]:
    """Yield the change in the CRM's spelling, or nothing when the CRM could not hold it (see `fitting`)."""
    if not is_writable(setup.mapping, name):
        return
    try:
        property_name, after = to_source(setup.mapping, name, proposed.after)
    except UnmappedValueError:
        # A value without a place in the CRM's picklist is never written (S20).
        return
    before = judged.source.values.get(property_name)
    described = setup.schema.fields.get(property_name)
    if described is None or refusal(described, after) or is_same(before, after):
        return
    yield Change(name, property_name, before, after, proposed.rules, proposed.reasons)


def _update(judged: Judged, changes: Sequence[Change], state: FixState) -> Fix:
    rules = tuple(dict.fromkeys(rule for change in changes for rule in change.rules))
    reasons = tuple(dict.fromkeys(reason for change in changes for reason in change.reasons))
    return Fix("", judged.source.ref, Action.UPDATE, state, tuple(changes), None, rules, reasons)


def _link(judged: Judged, wanted: ProposedLink) -> Fix:
    state = STATES[wanted.mode]
    return Fix("", judged.source.ref, Action.LINK, state, (), wanted.link, wanted.rules, wanted.reasons)
