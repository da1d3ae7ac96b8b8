"""Deals that two CRMs know of: each has heard of other people in them, and of the last price, or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.people import Company, Deal, Kin, Person, Population
from connectors.sandbox.population.work import Work

#: Of deals with companies that are in both CRMs, so many are in the first alone, and in the second alone.
_FIRST, _SECOND = 0.15, 0.3
#: Of deals in both, so many have no people in the first; in the second; no company in the first; in the second.
_GAPS = (0.25, 0.5, 0.56, 0.59)
_OLDER = 0.1


@dataclass(frozen=True, slots=True)
class SharedWork:
    """Makes the deals of two CRMs."""

    dice: Dice
    now: datetime
    first: Population
    second: Population

    def deals(self) -> tuple[list[Deal], list[Deal]]:
        """Return the deals of each; those of both have the same key."""
        companies = {it.key: it for it in (*self.second.companies, *self.first.companies) if not it.duplicate_of}
        halves: tuple[list[Deal], list[Deal]] = ([], [])
        known = [(self._keys(side), {it.key for it in side.companies}) for side in (self.first, self.second)]
        for deal in Work(self.dice, self.now, companies, self._linked(companies)).deals():
            where = [place for place in (0, 1) if deal.company in known[place][1]]
            if len(where) == 2:
                throw = self.dice.random()
                where = [0] if throw < _FIRST else [1] if throw < _SECOND else where
            made = [self._held(deal, known[place][0]) for place in where]
            if len(made) == 2:
                made = self._apart(*made)
            for place, held in zip(where, made, strict=True):
                halves[place].append(held)
        return halves

    def _held(self, deal: Deal, people: frozenset[str]) -> Deal:
        """Return a deal as one CRM would hold it that knows all it can know."""
        here = tuple(key for key in deal.people if key in people)
        values = dict(deal.values)
        return replace(
            deal, values=dict(values), people=here, truth=values, true_company=deal.company, true_people=here
        )

    def _apart(self, first: Deal, second: Deal) -> list[Deal]:
        throw = self.dice.random()
        both = [first, second]
        if throw < _GAPS[1]:
            both[throw >= _GAPS[0]].people = ()
        elif throw < _GAPS[3]:
            both[throw >= _GAPS[2]].company = None
        if self.dice.chance(_OLDER) and int(first.values["amount"]) > 100:
            place = self.dice.pick((0, 1))
            stale, current = both[place], both[1 - place]
            before = str(int(current.values["amount"]) * 3 // 4)
            stale.values["amount"] = before
            stale.kin = Kin(older={"amount": before})
            current.kin = Kin(set_at={"amount": current.modified_at})
        return both

    def _keys(self, side: Population) -> frozenset[str]:
        return frozenset(it.key for it in side.people if not it.is_prospect)

    def _linked(self, companies: Mapping[str, Company]) -> dict[str, list[Person]]:
        """Return who works where, whichever CRM says so; those in both first."""
        linked: dict[str, dict[str, Person]] = defaultdict(dict)
        shared = self._keys(self.first) & self._keys(self.second)
        for it in sorted((*self.first.people, *self.second.people), key=lambda one: one.key not in shared):
            if it.true_company in companies and it.is_real and not it.duplicate_of:
                linked[it.true_company or ""][it.key] = it
        return {key: list(found.values()) for key, found in linked.items()}
