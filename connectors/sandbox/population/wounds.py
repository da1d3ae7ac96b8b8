"""Damages records, as their source would, and keeps the account of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from connectors.sandbox.population.countries import Country
from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.harms import HARMS, Damage, Harm, Patient
from connectors.sandbox.population.people import Defect
from connectors.sandbox.population.sources import Entrance

#: Kinds that befall a link, not a value.
UNLINKED = "unlinked"


@dataclass(slots=True)
class Ward:
    """One record while it is being damaged. Each field is damaged once at most."""

    kind: str
    values: dict[str, str]
    country: Country
    source: str
    #: Fields that stay as they are.
    spared: frozenset[str] = frozenset()
    defects: list[Defect] = field(default_factory=list)
    leaning: set[str] = field(default_factory=set)
    has_wrong_country: bool = False
    has_lost_country: bool = False

    def preset(self, wrong: Mapping[str, tuple[str, str]]) -> None:
        """Put in values that are wrong from the start."""
        for name, (value, kind) in wrong.items():
            self._put(name, kind, Damage(value, is_fixable=False))

    def state(self, defect: Defect) -> None:
        """Note something wrong with the record that shows in no damaged value."""
        self.defects.append(defect)

    def harm(self, dice: Dice, entrance: Entrance, spared: frozenset[str] = frozenset()) -> None:
        """Do to the record what its source does to its records, but for the kinds in `spared`."""
        throw = dice.random()
        for _ in range(1 if throw < 0.62 else 2 if throw < 0.88 else 3):
            before = len(self.defects)
            for _ in range(6):
                kind = entrance.harms.draw(dice)
                if kind not in spared:
                    self.inflict(dice, kind)
                if len(self.defects) > before:
                    break

    def inflict(self, dice: Dice, kind: str) -> None:
        """Try one kind of damage; nothing happens where it does not fit."""
        if kind == UNLINKED:
            if not any(defect.kind == UNLINKED for defect in self.defects):
                self.defects.append(Defect("company", UNLINKED, is_fixable=False, source=self.source))
            return
        harm = HARMS[kind]
        patient = Patient(self.kind, self.values, self.country)
        for name, damage in self._damages(dice, harm, patient).items():
            self._put(name, kind, damage)

    def settled(self) -> list[Defect]:
        """Return the account: what leans on a country that is not there any more cannot be repaired."""
        if not self.has_lost_country:
            return self.defects
        return [
            replace(defect, is_fixable=defect.is_fixable and defect.field not in self.leaning)
            for defect in self.defects
        ]

    def _damages(self, dice: Dice, harm: Harm, patient: Patient) -> dict[str, Damage]:
        hurt = {defect.field for defect in self.defects}
        free = [name for name in harm.fields(self.kind) if name not in hurt and name not in self.spared]
        if harm.kind == "placeholder":
            free = [name for name in free if name not in self.values]
        else:
            free = [name for name in free if name in self.values]
        if not free or (harm.whole and len(free) < len(harm.fields(self.kind))):
            return {}
        found: dict[str, Damage] = {}
        for name in free if harm.whole else dice.sample(free, len(free)):
            damage = harm.hurt(dice, self.values.get(name, ""), patient)
            if damage and damage.value != self.values.get(name):
                found[name] = damage
                if not harm.whole:
                    break
        return found if self._bearable(harm.kind, found) else {}

    def _bearable(self, kind: str, damages: Mapping[str, Damage]) -> bool:
        # A wrong country must never make another value come out wrong.
        if kind == "country_wrong":
            return not self.leaning
        return not (self.has_wrong_country and any(damage.needs_country for damage in damages.values()))

    def _put(self, name: str, kind: str, damage: Damage) -> None:
        if damage.value:
            self.values[name] = damage.value
        else:
            self.values.pop(name, None)
        if damage.needs_country:
            self.leaning.add(name)
        if name == "country" and not damage.is_fixable:
            self.has_lost_country = True
            self.has_wrong_country = kind == "country_wrong"
        self.defects.append(Defect(name, kind, damage.is_fixable, self.source))
