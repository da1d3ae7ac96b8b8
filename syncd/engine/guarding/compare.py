"""Compare, then set: what the CRM holds now, against what a fix was decided on.

The same comparison serves the moment before a write and the question, after a lost answer, whether it took effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from connectors.protocol import Want
from syncd.engine.judging.people import is_same
from syncd.engine.setup import StreamSetup
from syncd.model import BESIDE, PARENT, PROMOTE, Action, Fix, Gone, SourceRecord


class Standing(Enum):
    """How a record stands to a fix."""

    #: Every field holds the value the fix was based on; what is to go is there.
    BEFORE = "before"
    #: Every field already holds what the fix would write; what was to go is gone.
    AFTER = "after"
    #: Some field holds something else: someone was here.
    OTHER = "other"
    #: The record is archived, deleted or merged away.
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The records of some fixes as they are now, and how each fix stands."""

    standing: Mapping[str, Standing]
    records: Mapping[str, SourceRecord]
    gone: tuple[Gone, ...]
    #: Records that somebody has changed this very moment; their next change might not show.
    fresh: frozenset[str] = frozenset()

    def updated(self, later: Comparison) -> Comparison:
        """Return the comparison with what a later one says of some of its records."""
        gone = {one.ref.id: one for one in (*self.gone, *later.gone)}
        records = {key: record for key, record in self.records.items() if key not in gone}
        return Comparison(
            {**self.standing, **later.standing},
            {**records, **later.records},
            tuple(gone.values()),
            later.fresh,
        )


def compare(setup: StreamSetup, fixes: Sequence[Fix]) -> Comparison:
    """Read the records of `fixes` by id, with all their fields, and say how each fix stands."""
    ids = list(dict.fromkeys(fix.ref.id for fix in fixes))
    needs_links = any(fix.action is Action.LINK for fix in fixes)
    want = setup.want if needs_links else Want(setup.want.object, setup.want.fields)
    reading = setup.connector.read(want, ids)
    records = {record.ref.id: record for record in reading.records}
    gone = {one.ref.id: one for one in reading.gone}
    return Comparison(
        {
            fix.id: _gone_standing(fix, gone[fix.ref.id])
            if fix.ref.id in gone
            else _standing(setup, fix, records[fix.ref.id])
            for fix in fixes
        },
        records,
        reading.gone,
        reading.fresh,
    )


def _standing(setup: StreamSetup, fix: Fix, record: SourceRecord) -> Standing:
    is_of_parent = fix.link is not None and fix.link.label == PARENT
    return _parent_standing(setup, fix, record) if is_of_parent else standing(fix, record)


def standing(fix: Fix, record: SourceRecord) -> Standing:
    """Say how `record` stands to `fix`."""
    if fix.action is Action.LINK:
        return _link_standing(fix, record)
    if fix.removes or fix.action is Action.ARCHIVE:
        return Standing.BEFORE if fix.removes else Standing.AFTER
    if any(change.property not in record.values for change in fix.changes):
        # Not fetched is not empty: without the value there is nothing to compare (FM-09).
        return Standing.OTHER
    if all(is_same(record.values[change.property], change.after) for change in fix.changes):
        return Standing.AFTER
    if all(is_same(record.values[change.property], change.before) for change in fix.changes):
        return Standing.BEFORE
    return Standing.OTHER


def _gone_standing(fix: Fix, gone: Gone) -> Standing:
    """Say how a record that is not there stands to `fix`; one that was merged away can neither go nor come back."""
    if gone.merged_into is not None:
        return Standing.GONE
    if fix.removes:
        return Standing.AFTER
    return Standing.BEFORE if fix.action is Action.ARCHIVE else Standing.GONE


def _link_standing(fix: Fix, record: SourceRecord) -> Standing:
    assert fix.link is not None  # noqa: S101 - a LINK has one
    linked = record.links.get(fix.link.to.object)
    if linked is None:
        return Standing.OTHER
    is_linked = fix.link.to.id in linked
    if fix.link.label == PROMOTE:
        # Whether it is the primary one yet does not show in links: the rule has looked just now.
        return Standing.BEFORE if is_linked else Standing.OTHER
    if fix.undoes:
        return Standing.BEFORE if is_linked else Standing.AFTER
    if is_linked:
        return Standing.AFTER
    return Standing.OTHER if linked and fix.link.label != BESIDE else Standing.BEFORE


def _parent_standing(setup: StreamSetup, fix: Fix, record: SourceRecord) -> Standing:
    """Say how a company stands to a fix of which company it is a part of: a value tells that."""
    assert fix.link is not None  # noqa: S101 - a LINK has one
    parent = setup.mapping.fields.get("parent")
    if parent is None or parent.property not in record.values:
        return Standing.OTHER
    held = record.values[parent.property]
    if is_same(held, fix.link.to.id):
        return Standing.BEFORE if fix.undoes else Standing.AFTER
    is_free = is_same(held, None)
    if fix.undoes:
        return Standing.AFTER if is_free else Standing.OTHER
    return Standing.BEFORE if is_free else Standing.OTHER
