"""Where records come from, and what dirt each way in makes; read from `data/sources.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from connectors.sandbox.population.countries import DATA
from connectors.sandbox.population.dice import Dice, Urn
from connectors.sandbox.population.people import Source, User


@dataclass(frozen=True, slots=True)
class Entrance:
    """One way in: a form, a file, an app, a person at the screen."""

    type: str
    label: str
    weight: float
    #: Share of its records that get damaged.
    dirtiness: float
    #: Kinds of damage and how often each is done, as weights.
    harms: Urn[str]
    #: How many of its people come with a private mailbox.
    free_mail: float
    #: How many of its records never were a person.
    junk: float
    disposable: float
    role_mail: float
    #: Files arrive in one go: the days before now on which they did, earliest first.
    happened_days_ago: tuple[int, ...]
    lead_sources: tuple[str, ...]
    id: str = ""

    def source(self, dice: Dice, users: Sequence[User]) -> Source:
        """Return the provenance a record from here carries."""
        user = dice.pick(users) if self.type in {"CRM_UI", "IMPORT"} else None
        user_id = user.user_id if user else ""
        identity = self.id or (f"userId:{user_id}" if user else "")
        label = self.label or (f"{user.first_name} {user.last_name}" if user else "")
        return Source(self.type, identity, label, user_id)


@dataclass(frozen=True, slots=True)
class Entrances:
    """All ways in for one kind of record."""

    all: tuple[Entrance, ...]
    urn: Urn[Entrance]
    junk: Urn[Entrance]


@cache
def entrances(kind: str) -> Entrances:
    """Return the ways in for `person` or `company`."""
    raw = tomllib.loads((DATA / "sources.toml").read_text("utf-8"))
    rows = tuple(_entrance(row, kind) for row in raw["source"] if f"{kind}_harms" in row)
    return Entrances(
        rows, Urn(rows, [row.weight for row in rows]), Urn(rows, [row.weight * row.junk + 1e-9 for row in rows])
    )


def _entrance(row: Mapping[str, object], kind: str) -> Entrance:
    harms = _weights(str(row[f"{kind}_harms"]))
    numbers = {name: float(str(row.get(name, 0))) for name in ("free_mail", "junk", "disposable", "role_mail")}
    return Entrance(
        type=str(row["type"]),
        label=str(row.get("label", "")),
        id=str(row.get("id", "")),
        weight=float(str(row.get(f"{kind}_weight", row["weight"]))),
        dirtiness=float(str(row["dirtiness"])),
        harms=Urn(tuple(harms), tuple(harms.values())),
        happened_days_ago=tuple(int(day) for day in str(row.get("happened_days_ago", "")).split()),
        lead_sources=tuple(str(row["lead_sources"]).split()),
        **numbers,
    )


def _weights(text: str) -> dict[str, float]:
    pairs = (pair.partition(":") for pair in text.split())
    return {name: float(weight) for name, _, weight in pairs}
