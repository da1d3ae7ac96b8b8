"""Damage to countries, states, postal codes, websites and domains."""

from __future__ import annotations

from connectors.sandbox.population.countries import world
from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.harms.harm import Damage, Harm, Patient
from connectors.sandbox.population.harms.person_names import slip

_ZERO_CODES = frozenset({"US", "DE", "FR", "ES", "IT"})
_LETTER_CODES = frozenset({"GB", "CA", "NL"})


def _country_spelled(dice: Dice, _value: str, patient: Patient) -> Damage:
    return Damage(dice.pick(patient.country.spellings), is_fixable=True)


def _country_typo(dice: Dice, _value: str, patient: Patient) -> Damage:
    return Damage(slip(dice, patient.country.spellings[0]), is_fixable=False)


def _country_vague(dice: Dice, _value: str, _patient: Patient) -> Damage:
    return Damage(
        dice.pick(("EMEA", "Europe", "APAC", "DACH", "International", "Other", "Worldwide")), is_fixable=False
    )


def _country_wrong(dice: Dice, value: str, _patient: Patient) -> Damage | None:
    # The integration's default; or the wrong line of the list.
    wrong = "US" if value != "US" else world().draw(dice).code
    return Damage(wrong, is_fixable=False) if wrong != value else None


def _state_spelled(dice: Dice, value: str, patient: Patient) -> Damage | None:
    names = patient.country.states.get(value)
    return Damage(dice.pick(names), is_fixable=True, needs_country=True) if names else None


def _state_lower(_dice: Dice, value: str, patient: Patient) -> Damage | None:
    if value not in patient.country.states:
        return None
    return Damage(value.lower(), is_fixable=True, needs_country=True)


def _lost_zero(_dice: Dice, value: str, patient: Patient) -> Damage | None:
    if patient.country.code not in _ZERO_CODES or not value.startswith("0"):
        return None
    return Damage(value.lstrip("0"), is_fixable=True, needs_country=True)


def _postal_form(_dice: Dice, value: str, patient: Patient) -> Damage | None:
    country = patient.country.code
    if country in {"DE", "FR", "IT", "SE"}:
        return Damage(f"{country[:1] if country != 'SE' else 'SE'}-{value}", is_fixable=True, needs_country=True)
    if country in _LETTER_CODES:
        return Damage(value.lower().replace(" ", ""), is_fixable=True, needs_country=True)
    return None


def _website_form(dice: Dice, value: str, _patient: Patient) -> Damage:
    bare = value.removeprefix("https://")
    host, slash, path = bare.partition("/")
    tracked = f"{value}{'' if path else '/'}?utm_source=newsletter&utm_medium=email"
    ways = [bare, f"https://{host.upper()}{slash}{path}", tracked]
    if not path:
        ways += [f"{value}/", bare.upper()]
    return Damage(dice.pick(ways), is_fixable=True)


def _domain_form(dice: Dice, value: str, _patient: Patient) -> Damage:
    ways = (f"www.{value}", f"https://www.{value}/", f"http://{value}", value.upper(), f" {value}", f"{value}/")
    return Damage(dice.pick(ways), is_fixable=True)


HARMS = (
    Harm("country_spelled", _country_spelled, ("country",), ("country",)),
    Harm("country_typo", _country_typo, ("country",), ("country",)),
    Harm("country_vague", _country_vague, ("country",), ("country",)),
    Harm("country_wrong", _country_wrong, ("country",), ("country",)),
    Harm("state_spelled", _state_spelled, ("state",), ("state",)),
    Harm("state_lower", _state_lower, ("state",), ("state",)),
    Harm("postal_lost_zero", _lost_zero, ("postal_code",), ("postal_code",)),
    Harm("postal_prefix", _postal_form, ("postal_code",), ("postal_code",)),
    Harm("website_form", _website_form, ("website",), ("website",)),
    Harm("domain_form", _domain_form, (), ("domain",)),
)
