"""Makes one record of two without Salesforce's merge: what refers to the one that goes refers to the one that stays.

For objects that have no merge, and for records that a merge would refuse. What goes is deleted by an ordinary call, or
stays and is marked: either way it comes back as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from connectors.protocol import Fidelity, Merged, Want
from connectors.salesforce.history import History
from connectors.salesforce.ids import long_id
from connectors.salesforce.images import Images
from connectors.salesforce.objects import Objects
from connectors.salesforce.reading import Reader
from connectors.salesforce.writes import Writer, is_kept
from connectors.turns import in_turn
from syncd.errors import RefusedError
from syncd.model import Ending, FixState, Gone, Outcome, Ref, SourceRecord, Update

_LEFT = (
    "what refers to it by fields that can be set only when a record is made stays with it: campaign members",
    "what other objects than activities, cases, deals, contacts, contracts, orders, quotes and own ones referred to",
)
_BACK = (
    "the values of both that were changed, and both ids",
    "activities, cases, opportunities, contacts, roles and records of the org's own objects that belonged to it",
)
_MARKED = Fidelity(("the record that went, which was there all along", *_BACK), _LEFT)
_ARCHIVED = Fidelity(
    ("the record that went, from the recycle bin, for fifteen days and unless that is emptied", *_BACK), _LEFT
)
_STAYED_GONE = "the record that stayed is gone"


def fidelity_of(ending: Ending) -> Fidelity:
    """Return what an undo brings back of a merge that ends so."""
    return _MARKED if ending.mark else _ARCHIVED


class Preserver:
    """Moves what refers to records of one org, and writes what merged records lack."""

    def __init__(
        self, account: str, objects: Objects, reader: Reader, images: Images, writer: Writer, history: History
    ) -> None:
        self._account = account
        self._objects = objects
        self._reader = reader
        self._images = images
        self._writer = writer
        self._history = history

    def take_over(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Let what refers to the records that go refer to the records that stay."""
        return in_turn([[one] for one in merged], lambda one: [self._take(object_name, one[0])], lambda one: one.fix)

    def finish(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Write values that records lack; those that Salesforce merged itself have theirs from the start."""
        return in_turn([[one] for one in merged], lambda one: [self._finish(object_name, one[0])], lambda one: one.fix)

    def refer(self, place: str, to: str, ids: Sequence[str]) -> list[Outcome]:
        """Let records refer to another one by a field, where that can be written."""
        child, _, field = place.partition(".")
        if not ids or not self._is_writable(child, field):
            return []
        return self._writer.update(child, [Update(id_, Ref(self._account, child, id_), {field: to}) for id_ in ids])

    def _take(self, object_name: str, one: Merged) -> Outcome:
        found = {it.ref.id: it for it in self._images.read(object_name, [one.went.ref.id, one.at.id]).records}
        goes = found.get(one.went.ref.id)
        if one.at.id not in found:
            return Outcome(one.fix, FixState.STALE, _STAYED_GONE)
        if goes is None:
            return Outcome(one.fix, FixState.APPLIED)
        outcomes = [
            (place, outcome)
            for place, ids in goes.links.items()
            for outcome in self.refer(place, one.at.id, [id_ for id_ in ids if long_id(id_) != one.at.id])
        ]
        if any(outcome.state is FixState.UNKNOWN for _, outcome in outcomes):
            return Outcome(one.fix, FixState.UNKNOWN, "not all of what refers to it was answered")
        refused = [f"{place}: {it.detail}" for place, it in outcomes if it.state is FixState.REJECTED]
        if refused:
            return Outcome(one.fix, FixState.REJECTED, f"Salesforce does not move what refers to it: {refused[0]}")
        return Outcome(one.fix, FixState.APPLIED, "; ".join(self._left(goes)))

    def _left(self, goes: SourceRecord) -> Iterator[str]:
        told = [
            f"{place} ({len(ids)})"
            for place, ids in goes.links.items()
            if ids and not self._is_writable(*place.split(".", 1))
        ]
        if told:
            yield f"stays with the record that went: {', '.join(told)}"

    def _is_writable(self, child: str, field: str) -> bool:
        try:
            known = self._objects.known(child).schema.fields.get(field)
        except RefusedError:
            return False
        return known is not None and known.is_writable

    def _finish(self, object_name: str, one: Merged) -> Outcome:
        gone = Gone(one.went.ref, one.at.id)
        record = self._record(object_name, one.at.id, one.written)
        if record is None:
            return Outcome(one.fix, FixState.STALE, _STAYED_GONE, gone=Gone(one.went.ref))
        lacking = {
            name: value
            for name, value in one.written.items()
            if not is_kept(value, record.values, name) and is_kept(one.stayed.values.get(name), record.values, name)
        }
        asked = [Update(name, one.at, {name: value}) for name, value in lacking.items()]
        since = {one.at.id: one.stayed.modified_at}
        told: Mapping[str, bool] = self._history.arrived(object_name, asked, since) if asked else {}
        due = {name: value for name, value in lacking.items() if told.get(name) is not True}
        if not due:
            return Outcome(one.fix, FixState.APPLIED, gone=gone)
        [outcome] = self._writer.update(object_name, [Update(one.fix, one.at, due)])
        if outcome.state is FixState.REJECTED:
            return Outcome(one.fix, FixState.APPLIED, f"merged; its values were not taken: {outcome.detail}", gone=gone)
        return Outcome(one.fix, outcome.state, outcome.detail, gone=gone)

    def _record(self, object_name: str, id_: str, fields: Iterable[str]) -> SourceRecord | None:
        found = self._reader.read(Want(object_name, tuple(fields)), [id_]).records
        return next((one for one in found if one.ref.id == id_), None)
