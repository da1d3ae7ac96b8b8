"""What a kind of damage is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.sandbox.population.countries import Country
from connectors.sandbox.population.dice import Dice


@dataclass(frozen=True, slots=True)
class Patient:
    """The record that is to be damaged, as far as a harm may look at it."""

    kind: str
    values: Mapping[str, str]
    country: Country
    #: Fields that keep their value: they hold another record's truth together.
    spared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Damage:
    """What becomes of a value. An empty text means that the value is gone."""

    value: str
    is_fixable: bool
    #: Whether the repair leans on the country in the same record.
    needs_country: bool = False


#: Gives the damage of one value, or None where this harm does not fit it.
Hurt = Callable[[Dice, str, Patient], Damage | None]


@dataclass(frozen=True, slots=True)
class Harm:
    """One kind of damage, and the fields of each kind of record it befalls."""

    kind: str
    hurt: Hurt
    person: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    #: Whether it befalls all of its fields at once.
    whole: bool = False

    def fields(self, kind: str) -> tuple[str, ...]:
        """Return the fields it may befall in a `person` or `company`."""
        return self.person if kind == "person" else self.company


def gone(_dice: Dice, _value: str, _patient: Patient) -> Damage:
    """Lose the value."""
    return Damage("", is_fixable=False)
