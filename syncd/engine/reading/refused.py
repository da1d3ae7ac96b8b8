"""What the CRM refused because another record holds a value that only one may: it is said so, and both are read anew.

The copy did not know the holder's value, or the holder: read, it is known, and nobody proposes the value any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from syncd.engine.judging.taken import UniqueValues
from syncd.engine.setup import StreamSetup
from syncd.model import Fix, Outcome, SourceRecord

_WORDS = "another record holds a value that only one may have: "


def told_with_holder(outcome: Outcome) -> str:
    """Return what an outcome says; where another record holds the value, that one by its id before all else."""
    return f"{_WORDS}{outcome.holder} ({outcome.detail})" if outcome.holder else outcome.detail


def is_taken(fix: Fix) -> bool:
    """Return whether a settled fix was refused because another record holds its value: that is no fault of its rule."""
    return fix.detail.startswith(_WORDS)


def read_refused(setup: StreamSetup, outcomes: Iterable[Outcome], fixes: Mapping[str, Fix]) -> Sequence[SourceRecord]:
    """Read the records that hold what was refused, and those it was refused for; without any, no call is made.

    Where a holder does not show the value, whoever it was refused for is left as it is: judged again, it would be
    proposed again.
    """
    refused = {one.fix: one.holder for one in outcomes if one.holder}
    if not refused:
        return ()
    ids = dict.fromkeys([*refused.values(), *(fixes[one].ref.id for one in refused)])
    read = {one.ref.id: one for one in setup.connector.read(setup.want, list(ids)).records}
    unique = UniqueValues(setup)
    found: dict[str, SourceRecord] = {}
    for fix_id, holder_id in refused.items():
        fix, holder = fixes[fix_id], read.get(holder_id)
        if holder is None:
            continue
        found[holder_id] = holder
        if fix.ref.id in read and _holds(unique, holder, fix):
            found[fix.ref.id] = read[fix.ref.id]
    return list(found.values())


def _holds(unique: UniqueValues, holder: SourceRecord, fix: Fix) -> bool:
    wanted = {unique.written(change.property, change.after) for change in fix.changes}
    return not unique.held_by(holder).isdisjoint(wanted)
