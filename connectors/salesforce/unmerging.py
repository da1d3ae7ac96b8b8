"""Takes merges apart: the record that went comes out of the recycle bin, and gets back what had referred to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from connectors.protocol import Fidelity, Merged, Want
from connectors.salesforce.client import Client
from connectors.salesforce.images import Images
from connectors.salesforce.preserving import Preserver
from connectors.salesforce.reading import Reader
from connectors.salesforce.undelete import undelete
from connectors.salesforce.writes import Writer, is_kept
from connectors.turns import in_turn
from syncd.errors import ConnectorError
from syncd.model import FixState, Outcome, SourceRecord, Update

FIDELITY = Fidelity(
    comes_back=(
        "the record that went, under its own id, for fifteen days and unless the recycle bin is emptied",
        "the values of the record that stays that the merge changed",
        "activities, cases, opportunities, contacts, roles and records of the org's own objects that belonged to it",
    ),
    cannot=(
        "fields that refer to it and can be set only when a record is made: members of campaigns, converted leads",
        "what other objects than those named referred to it with, and memberships that both had in one place",
        "the order of events in the history of both records",
    ),
)
_STAYED_GONE = "the record that stayed is gone"
#: Fields named in what could not be put back; more are counted.
_NAMED = 8


class Splitter:
    """Takes merged records of one org apart."""

    def __init__(self, client: Client, reader: Reader, images: Images, writer: Writer, preserver: Preserver) -> None:
        self._client = client
        self._preserver = preserver
        self._reader = reader
        self._images = images
        self._writer = writer

    def revive(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Bring the records that went back from the recycle bin; those that are there already stay there."""
        ids = [id_ for one in merged for id_ in (one.went.ref.id, one.at.id)]
        there = {one.ref.id for one in self._reader.read(Want(object_name, ()), ids).records}
        gone = {one.fix: Outcome(one.fix, FixState.STALE, _STAYED_GONE) for one in merged if one.at.id not in there}
        lying = [one.went.ref.id for one in merged if one.fix not in gone and one.went.ref.id not in there]
        outcomes = {one.fix: one for one in undelete(self._client, lying)}
        back = Outcome("", FixState.APPLIED)
        return [
            gone.get(one.fix) or replace(outcomes.get(one.went.ref.id, back), fix=one.fix, record=one.went)
            for one in merged
        ]

    def part(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Let what had referred to a record refer to it again, and put back the values of the one that stays."""
        return in_turn([[one] for one in merged], lambda one: [self._part(object_name, one[0])], lambda one: one.fix)

    def _part(self, object_name: str, one: Merged) -> Outcome:
        reading = self._images.read(object_name, [one.at.id, one.went.ref.id])
        by_id = {record.ref.id: record for record in reading.records}
        stays, back = by_id.get(one.at.id), by_id.get(one.went.ref.id)
        if stays is None or back is None:
            return Outcome(one.fix, FixState.STALE, _STAYED_GONE if stays is None else "the record is gone again")
        outcomes = self._put_back(object_name, one, stays)
        for place, ids in one.went.links.items():
            moved = [id_ for id_ in ids if id_ in stays.links.get(place, ())]
            outcomes += self._preserver.refer(place, one.went.ref.id, moved)
        if any(outcome.state is FixState.UNKNOWN for outcome in outcomes):
            return Outcome(one.fix, FixState.UNKNOWN, "not all of it was answered")
        return Outcome(one.fix, FixState.APPLIED, "; ".join(self._left(object_name, one)))

    def _put_back(self, object_name: str, one: Merged, stays: SourceRecord) -> list[Outcome]:
        due = {
            name: one.stayed.values.get(name)
            for name, value in one.written.items()
            if is_kept(value, stays.values, name) and not is_kept(one.stayed.values.get(name), stays.values, name)
        }
        return self._writer.update(object_name, [Update(one.fix, one.at, due)]) if due else []

    def _left(self, object_name: str, one: Merged) -> Iterator[str]:
        """Say what is not as it was."""
        try:
            reading = self._images.read(object_name, [one.at.id, one.went.ref.id])
        except ConnectorError as problem:
            yield f"not looked at afterwards: {problem.message}"
            return
        now: Mapping[str, SourceRecord] = {record.ref.id: record for record in reading.records}
        stays, back = now.get(one.at.id), now.get(one.went.ref.id)
        held = stays.values if stays is not None else {}
        names = [name for name in one.written if not is_kept(one.stayed.values.get(name), held, name)]
        if names:
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            yield f"changed since, and left: {', '.join(names[:_NAMED])}{more}"
        hanging = back.links if back is not None else {}
        lost = {place: len(set(ids) - set(hanging.get(place, ()))) for place, ids in one.went.links.items()}
        told = [f"{place} ({count})" for place, count in lost.items() if count]
        if told:
            yield f"links not put back: {', '.join(told)}"
