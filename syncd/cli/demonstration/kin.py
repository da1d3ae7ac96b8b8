"""Who is whose, in both CRMs, as the sandbox knows it: records by the person, company or deal they are of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: A record: its CRM, object and id.
Place = tuple[str, str, str]
#: Whose record it is: the kind and the sandbox's name for them.
Who = tuple[str, str]


@dataclass(slots=True)
class Kin:
    """The truth of several CRMs, by record and by whose record it is."""

    rows: dict[Place, Mapping[str, Any]] = field(default_factory=dict)
    #: What a record was merged into.
    stays: dict[Place, Place] = field(default_factory=dict)
    #: Records whose row stands under another id, as HubSpot gives a new one to a merged record.
    began_as: dict[Place, Place] = field(default_factory=dict)
    #: Records that somebody else's values were written over: nobody can tell any more whose they are.
    lost: set[Place] = field(default_factory=set)
    _records: dict[Who, list[Place]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, truths: Mapping[str, Sequence[Mapping[str, Any]]], effects: Iterable[Mapping[str, Any]]) -> Kin:
        """Return the kin of the records of all CRMs, after what was done to them."""
        kin = cls({(crm, row["object"], row["id"]): row for crm, rows in truths.items() for row in rows})
        for place, row in kin.rows.items():
            kin._records[row["kind"], row["who"]].append(place)
        crms = {row["object"]: crm for crm, rows in truths.items() for row in rows}
        for effect in effects:
            crm = crms.get(effect["object"])
            if effect["kind"] == "merge" and crm is not None:
                kin._merged(crm, effect)
        return kin

    def whose(self, place: Place) -> Who | None:
        """Return whose record it is; None where the sandbox made it for nobody."""
        row = self.row(place)
        return None if row is None else (row["kind"], row["who"])

    def row(self, place: Place) -> Mapping[str, Any] | None:
        """Return what is true of a record."""
        while place in self.began_as:
            place = self.began_as[place]
        return self.rows.get(place)

    def is_lost(self, place: Place) -> bool:
        """Tell whether a record was made somebody else's, itself or what it came of."""
        return place in self.lost or (place in self.began_as and self.is_lost(self.began_as[place]))

    @property
    def taken_for(self) -> frozenset[str]:
        """Return the ids of those whose values were written over others: what these know is told of them, too."""
        return frozenset(row["tie"]["id"] for place in self.lost if "tie" in (row := self.rows.get(place, {})))

    def all_of(self, place: Place) -> Sequence[Place]:
        """Return the records there ever were of whoever a record is of."""
        who = self.whose(place)
        return () if who is None else self._records[who]

    def is_there(self, place: Place) -> bool:
        """Tell whether a record was not merged into another one."""
        return place not in self.stays

    def by_who(self) -> Mapping[Who, list[Place]]:
        """Return the records there are of everybody."""
        found: dict[Who, list[Place]] = defaultdict(list)
        for place, row in self.rows.items():
            if self.is_there(place) and not self.is_lost(place):
                found[row["kind"], row["who"]].append(place)
        for place in self.began_as:
            if self.is_there(place) and not self.is_lost(place) and (who := self.whose(place)) is not None:
                found[who].append(place)
        return found

    def _merged(self, crm: str, effect: Mapping[str, Any]) -> None:
        name, before, after = effect["object"], str(effect["before"] or ""), str(effect["after"] or "")
        if effect["property"]:
            # The record itself points at the one that stays.
            self.stays[crm, name, effect["id"]] = (crm, name, after)
            return
        halves = [(crm, name, one) for one in before.split(";") if one]
        self.began_as[crm, name, after] = halves[0]
        self.stays |= dict.fromkeys(halves, (crm, name, after))
