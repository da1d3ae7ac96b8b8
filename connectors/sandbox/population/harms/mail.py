"""Damage to e-mail addresses."""

from __future__ import annotations

from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.harms.harm import Damage, Harm, Patient
from connectors.sandbox.population.mailboxes import mail_words


def _upper(dice: Dice, value: str, _patient: Patient) -> Damage:
    local, _, domain = value.partition("@")
    return Damage(dice.pick((value.upper(), f"{local.title()}@{domain}", f"{local}@{domain.title()}")), is_fixable=True)


def _spaces(dice: Dice, value: str, _patient: Patient) -> Damage:
    return Damage(dice.pick((f" {value}", f"{value} ", f"{value}\u00a0", value.replace("@", " @"))), is_fixable=True)


def _mailto(dice: Dice, value: str, _patient: Patient) -> Damage:
    return Damage(dice.pick((f"mailto:{value}", f"<{value}>", f"MAILTO:{value}")), is_fixable=True)


def _display_name(_dice: Dice, value: str, patient: Patient) -> Damage | None:
    name = " ".join(patient.values.get(field, "") for field in ("first_name", "last_name")).strip()
    return Damage(f"{name} <{value}>", is_fixable=True) if name else None


def _trailing(dice: Dice, value: str, _patient: Patient) -> Damage:
    return Damage(f"{value}{dice.pick('.,;')}", is_fixable=True)


def _domain_typo(dice: Dice, value: str, _patient: Patient) -> Damage | None:
    local, _, domain = value.partition("@")
    slips = mail_words().slips.get(domain)
    return Damage(f"{local}@{dice.pick(slips)}", is_fixable=False) if slips else None


def _malformed(dice: Dice, value: str, _patient: Patient) -> Damage:
    local, _, domain = value.partition("@")
    name = domain.partition(".")[0]
    broken = (
        f"{local}{domain}",
        f"{local}@",
        f"@{domain}",
        f"{local}@@{name}",
        f"{local}@{name}",
        f"{local} at {name}",
    )
    return Damage(dice.pick(broken), is_fixable=False)


def _two(dice: Dice, value: str, patient: Patient) -> Damage:
    local, _, domain = value.partition("@")
    other = dice.pick([provider for provider in patient.country.free if provider != domain])
    return Damage(f"{value}; {local.replace('.', '')}{dice.digits(2)}@{other}", is_fixable=False)


HARMS = (
    Harm("email_upper", _upper, ("email",)),
    Harm("email_spaces", _spaces, ("email",)),
    Harm("email_mailto", _mailto, ("email",)),
    Harm("email_display_name", _display_name, ("email",)),
    Harm("email_trailing", _trailing, ("email",)),
    Harm("email_domain_typo", _domain_typo, ("email",)),
    Harm("email_malformed", _malformed, ("email",)),
    Harm("email_two", _two, ("email",)),
)
