"""Who makes one record of two: the CRM by its own merge, or syncd, by ordinary calls after which both keep their ids.

The CRM does it unless the settings say otherwise, or it cannot, or a record would lose an id that others know it by.
What the CRM would refuse for one pair shows only when both records are there: such a pair is made one without it then.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from mappings import SUPERSEDED_BY, is_writable, to_canonical
from quality.fields import is_empty
from quality.survivorship import Loser, Merging, Wishes
from syncd.engine.judging.judge import Judged
from syncd.engine.matching.alike import wishes_of
from syncd.engine.setup import StreamSetup
from syncd.model import Ending, Fix, MergeWrite

#: The field that holds the id of a counterpart, where the CRM itself keeps one.
_LINKED_ID = "linked_id"
_WISHED = "both records keep their ids: the settings have them made one without the CRM's merge"
_NO_MERGE = "both records keep their ids: the CRM has no merge for them, and they are made one without it"
_KNOWN_BY_ID = "both records keep their ids: the CRM's merge would give a new one, and others know them by theirs"
_IN_STEP = (
    "both records keep their ids: the CRM merges none that its own connector keeps in step with a linked account, and "
    "they are made one without it"
)
_NO_MARK = "the field `superseded_by` has no property in the CRM that could mark the record that goes"


@dataclass(frozen=True, slots=True)
class Ways:
    """How merges that are about to be sent are done, by fix."""

    #: Those that preserve both records.
    endings: Mapping[str, Ending]
    #: Those that nobody can do, and why.
    blocked: Mapping[str, str]
    #: What the CRM has against those that were to be its own.
    instead: Mapping[str, str]


def way_of(setup: StreamSetup, judged: Judged) -> tuple[Ending | None, str]:
    """Return how a proposed merge is to be done, as far as its records tell, and why not by the CRM."""
    wishes = _wishes(setup)
    if wishes.merge is Merging.NATIVE:
        return None, ""
    if wishes.merge is Merging.PRESERVE:
        return _ending(setup, wishes), _WISHED
    if not setup.schema.is_mergeable:
        return _ending(setup, wishes), _NO_MERGE
    if _is_filled(setup, judged, (_LINKED_ID,)) and not setup.connector.merges_linked(setup.stream.object):
        return _ending(setup, wishes), _IN_STEP
    if wishes.keeps_id and setup.connector.merge_changes_id and _is_filled(setup, judged, wishes.keeps_id):
        return _ending(setup, wishes), _KNOWN_BY_ID
    return None, ""


def ways_of(setup: StreamSetup, fixes: Sequence[Fix], writes: Sequence[MergeWrite]) -> Ways:
    """Ask the CRM what stands against merges that are about to be sent, and find another way where there is one."""
    endings = {fix.id: fix.ending for fix in fixes if fix.ending is not None}
    natives = [one for one in writes if one.fix not in endings]
    blocked = dict(setup.connector.why_not_merged(setup.stream.object, natives)) if natives else {}
    for ending in set(endings.values()):
        blocked |= _refused(setup, ending, [one for one in writes if endings.get(one.fix) == ending])
    wishes = _wishes(setup)
    if wishes.merge is not Merging.AUTO:
        return Ways(endings, blocked, {})
    ending = _ending(setup, wishes)
    tried = [one for one in natives if one.fix in blocked]
    refused = _refused(setup, ending, tried)
    instead = {one.fix: blocked.pop(one.fix) for one in tried if one.fix not in refused}
    return Ways(endings | dict.fromkeys(instead, ending), blocked, instead)


def _wishes(setup: StreamSetup) -> Wishes:
    """Return what the settings say of merges; where no rule merges, the CRM does what a person has it do."""
    return wishes_of(setup) or Wishes(merge=Merging.NATIVE)


def _ending(setup: StreamSetup, wishes: Wishes) -> Ending:
    """Return how the record that goes ends; a field without a property stands for itself, and blocks the merge."""
    if wishes.loser is Loser.ARCHIVE:
        return Ending()
    mapped = setup.mapping.fields.get(SUPERSEDED_BY)
    return Ending(mapped.property if mapped is not None else SUPERSEDED_BY)


def _refused(setup: StreamSetup, ending: Ending, writes: Sequence[MergeWrite]) -> dict[str, str]:
    if not writes:
        return {}
    if ending.mark and not is_writable(setup.mapping, SUPERSEDED_BY):
        return {one.fix: _NO_MARK for one in writes}
    return dict(setup.connector.why_not_preserved(setup.stream.object, writes, ending))


def _is_filled(setup: StreamSetup, judged: Judged, names: Collection[str]) -> bool:
    both = [judged.record, *([to_canonical(setup.mapping, judged.stays)] if judged.stays is not None else [])]
    return any(not is_empty(one.values.get(name)) for one in both for name in names)
