"""Two CRMs that hold partly the same people, companies and deals, and know of each other in part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from connectors.sandbox.population.people import Population

#: What a tie leads to: the right record, one that was merged into it, or that of somebody else.
How = Literal["right", "stale", "wrong"]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far two CRMs hold the same, and how far they know of it. All are shares of 1."""

    #: People, companies and deals that are in both.
    shared: float = 0.6
    #: Of those in one CRM only, so many are in the first.
    first: float = 0.55
    #: Of the pairs, so many are tied: the first CRM keeps the id of the other's record.
    tied: float = 0.5
    #: Of the ties, so many lead to somebody else, and so many to a record that was merged into the right one.
    wrong: float = 0.03
    stale: float = 0.05


@dataclass(frozen=True, slots=True)
class Tie:
    """A record of the first CRM that keeps the id of a record of the second."""

    #: `person`, `company`, `deal`.
    kind: str
    #: The keys of both records.
    first: str
    second: str
    how: How


@dataclass(slots=True)
class Sides:
    """A world as two CRMs hold it. Whoever is in both has the same key in both, or the same `who`."""

    first: Population
    second: Population
    ties: list[Tie]
