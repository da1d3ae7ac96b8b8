"""Damage to names: the wrong case, initials, slips, names in the wrong field."""

from __future__ import annotations

from connectors.sandbox.population.casing import is_latin, lower, recased, upper
from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.harms.harm import Damage, Harm, Patient
from connectors.sandbox.population.harms.texts import company_lower, company_upper

_NAMES = ("first_name", "last_name")
_VOWELS = frozenset("aeiouyäöüáéíóúàèìòùâêîôûåæøıãõëï")


def _name_upper(dice: Dice, value: str, patient: Patient) -> Damage | None:
    if patient.kind == "company":
        return company_upper(dice, value, patient)
    return _cased(value, upper(value, patient.country.code), patient)


def _name_lower(dice: Dice, value: str, patient: Patient) -> Damage | None:
    if patient.kind == "company":
        return company_lower(dice, value, patient)
    return _cased(value, lower(value, patient.country.code), patient)


def _cased(value: str, hurt: str, patient: Patient) -> Damage | None:
    # Two letters, or consonants only, could as well be somebody's initials.
    if not is_latin(value) or hurt == value or len(value) < 3 or not _VOWELS.intersection(value.lower()):
        return None
    country = patient.country.code
    return Damage(hurt, is_fixable=recased(hurt, country) == value, needs_country=country == "TR" or " " in value)


def slip(dice: Dice, value: str) -> str:
    """Return `value` with one slip of the finger behind its first letter."""
    if len(value) < 4:
        return f"{value}{value[-1]}"
    place = dice.randint(1, len(value) - 2)
    if dice.chance(0.4) and value[place] != value[place + 1]:
        return value[:place] + value[place + 1] + value[place] + value[place + 2 :]
    return value[:place] + value[place + 1 :] if dice.chance(0.6) else value[:place] + value[place] + value[place:]


def _typo(dice: Dice, value: str, _patient: Patient) -> Damage | None:
    hurt = slip(dice, value)
    return Damage(hurt, is_fixable=False) if hurt != value and hurt[:1] == value[:1] else None


def _initial(_dice: Dice, value: str, _patient: Patient) -> Damage | None:
    return Damage(f"{value[0]}.", is_fixable=False) if is_latin(value) else None


def _swapped(_dice: Dice, value: str, patient: Patient) -> Damage | None:
    first, last = (patient.values.get(name, "") for name in _NAMES)
    if not first or not last or first == last:
        return None
    return Damage(last if value == first else first, is_fixable=False)


def _merged(_dice: Dice, value: str, patient: Patient) -> Damage | None:
    first, last = (patient.values.get(name, "") for name in _NAMES)
    if not first or not last or first == last:
        return None
    return Damage(f"{first} {last}" if value == first else "", is_fixable=False)


HARMS = (
    Harm("name_upper", _name_upper, _NAMES, ("name",), whole=True),
    Harm("name_lower", _name_lower, _NAMES, ("name",), whole=True),
    Harm("name_typo", _typo, _NAMES, ("name",)),
    Harm("name_initial", _initial, ("first_name",)),
    Harm("name_swapped", _swapped, _NAMES, whole=True),
    Harm("name_merged", _merged, _NAMES, whole=True),
)
