"""Removing records: a whole copy is kept before one goes, and an undo brings it back where the CRM can do that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connectors.protocol import Want
from syncd.engine.setup import StreamSetup
from syncd.model import Action, Fix, FixState, Gone, Outcome, SourceRecord


def read_whole(setup: StreamSetup, fixes: Sequence[Fix]) -> Mapping[str, SourceRecord]:
    """Return the records that are about to be removed, by id, with every property the CRM lets us see."""
    ids = [fix.ref.id for fix in fixes if fix.removes]
    if not ids:
        return {}
    everything = Want(setup.want.object, tuple(setup.schema.fields), setup.want.links)
    return {record.ref.id: record for record in setup.connector.read(everything, ids).records}


def may_go(fix: Fix, copies: Mapping[str, SourceRecord], compared: Mapping[str, SourceRecord]) -> bool:
    """Return whether a fix can be sent: a removal only when its record was copied whole, and as it was compared."""
    if not fix.removes:
        return True
    copy = copies.get(fix.ref.id)
    return copy is not None and copy.modified_at == compared[fix.ref.id].modified_at


def push_removals(setup: StreamSetup, fixes: Sequence[Fix]) -> list[Outcome]:
    """Remove records, and bring back those whose removal is undone; one outcome for each."""
    of_records = {fix.ref.id: fix for fix in fixes if fix.removes or fix.action is Action.ARCHIVE}
    going = [id_ for id_, fix in of_records.items() if fix.removes]
    coming = [id_ for id_, fix in of_records.items() if not fix.removes]
    outcomes = setup.connector.archive(setup.stream.object, going) if going else []
    gone = [_with_gone(of_records[one.fix], one) for one in outcomes]
    return gone + (_restored(setup, of_records, coming) if coming else [])


def _with_gone(fix: Fix, outcome: Outcome) -> Outcome:
    gone = Gone(fix.ref) if outcome.state is FixState.APPLIED else outcome.gone
    return replace(outcome, fix=fix.id, gone=gone)


def _restored(setup: StreamSetup, of_records: Mapping[str, Fix], ids: Sequence[str]) -> list[Outcome]:
    outcomes = setup.connector.restore(setup.stream.object, ids)
    back = [one.fix for one in outcomes if one.state is FixState.APPLIED]
    there = {one.ref.id: one for one in setup.connector.read(setup.want, back).records} if back else {}
    return [replace(one, fix=of_records[one.fix].id, record=there.get(one.fix)) for one in outcomes]
