"""Makes one record of two without HubSpot's merge: both keep their ids, and what hung on one hangs on the other."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.hubspot import query
from connectors.hubspot.images import Images, knots_of
from connectors.hubspot.links import Linker
from connectors.hubspot.reading import Reader
from connectors.protocol import Fidelity, Merged, Want
from connectors.turns import in_turn
from syncd.model import Ending, FixState, MergeWrite, Outcome, SourceRecord

_LEFT = (
    "associations with other objects than those named, which stay with the record that went",
    "lists, sequences and workflows that the changes led to, and what HubSpot itself counts and computes",
)
_MARKED = Fidelity(
    comes_back=(
        "both records under the ids they always had, with their histories and dates of creation",
        "the values of both that were changed",
        "their associations with companies, contacts, deals, tickets and activities, with their labels",
    ),
    cannot=_LEFT,
)
_ARCHIVED = Fidelity(
    comes_back=(
        "the record that stays, which keeps its id all along",
        "the values of both that can be written, and the e-mail addresses of both",
        "their associations with companies, contacts, deals, tickets and activities, with their labels",
    ),
    cannot=(
        "the id of the record that went, which is made anew: the API restores none that is archived",
        "histories and the date of creation of the record that went, its form submissions",
        *_LEFT,
    ),
)
_STAYED_GONE = "the record that stayed is gone"


def fidelity_of(ending: Ending) -> Fidelity:
    """Return what an undo brings back of a merge that ends so."""
    return _MARKED if ending.mark else _ARCHIVED


class Preserver:
    """Moves what hangs on records of one account."""

    def __init__(self, reader: Reader, images: Images, linker: Linker) -> None:
        self._reader = reader
        self._images = images
        self._linker = linker

    def why_not(self, object_name: str, merges: Sequence[MergeWrite], ending: Ending) -> dict[str, str]:
        """Return by fix what would bring a record back that goes: nothing does where its account goes, too."""
        if object_name != "companies" or ending.mark:
            return {}
        merges = [one for one in merges if not one.counterpart_goes]
        ids = [one.ref.id for one in merges]
        held = self._reader.read(Want(object_name, (query.SALESFORCE_ACCOUNT,)), ids).records if ids else ()
        synced = {one.ref.id for one in held if one.values.get(query.SALESFORCE_ACCOUNT)}
        reason = "HubSpot keeps the one that would go in step with Salesforce, and would bring it back: mark it instead"
        return {one.fix: reason for one in merges if one.ref.id in synced}

    def take_over(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Let the associations of records that go be those of the records that stay."""
        return in_turn([[one] for one in merged], lambda one: [self._take(object_name, one[0])], lambda one: one.fix)

    def _take(self, object_name: str, one: Merged) -> Outcome:
        found = {it.ref.id: it for it in self._images.read(object_name, [one.went.ref.id, one.at.id]).records}
        goes, stays = found.get(one.went.ref.id), found.get(one.at.id)
        if stays is None:
            return Outcome(one.fix, FixState.STALE, _STAYED_GONE)
        lost = self._move(object_name, goes, stays) if goes is not None else []
        if lost:
            return Outcome(one.fix, FixState.REJECTED, f"HubSpot does not move associations with {', '.join(lost)}")
        return Outcome(one.fix, FixState.APPLIED)

    def _move(self, object_name: str, goes: SourceRecord, stays: SourceRecord) -> list[str]:
        """Move associations one by one: first they are the other's, too; return those that HubSpot refused."""
        held, lost = knots_of(stays), []
        filled = {to_object for (to_object, _) in held}
        for (to_object, to), kinds in sorted(knots_of(goes).items()):
            if (to_object, to) != (object_name, stays.ref.id):
                its_own = held.get((to_object, to), frozenset())
                more = self._linker.as_second(object_name, to_object, kinds) if to_object in filled else kinds
                wanted = its_own | more
                if wanted != its_own and not self._linker.retie(object_name, stays.ref.id, to_object, to, wanted):
                    lost.append(f"{to_object}/{to}")
                    continue
            self._linker.retie(object_name, goes.ref.id, to_object, to, frozenset())
        return lost
