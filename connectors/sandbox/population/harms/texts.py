"""Damage to any text: blanks, invisible marks, broken encodings, entities, symbols, lost and pretended values."""

from __future__ import annotations

from connectors.sandbox.population.casing import is_latin, lower, recased, recased_company, upper
from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.harms.harm import Damage, Harm, Patient, gone

_TEXTS = ("first_name", "last_name", "job_title", "company_name", "city", "street")
_COMPANY_TEXTS = ("name", "city", "street", "description")
_INVISIBLE = ("\u200b", "\ufeff", "\u00ad", "\u2060")
_BLANKS = (" ", "  ", "\u00a0", "\t", "\u3000")
_SYMBOLS = ("✨", "🚀", "⭐", "🔥", "✅", "❤️")
_ENTITIES = {"&": "&amp;", "'": "&#39;", "ü": "&uuml;", "ö": "&ouml;", "ä": "&auml;", "é": "&eacute;", "è": "&egrave;"}
_ENTITIES |= {"ñ": "&ntilde;", "ó": "&oacute;", "á": "&aacute;", "í": "&iacute;", "ç": "&ccedil;", "ã": "&atilde;"}
#: Letters whose broken form is known by everybody who repairs texts.
_MENDABLE = frozenset("äöüÄÖÜßéèêëáàâãåçñóòôõúíîïøæåÉØ")


def _blanks(dice: Dice, value: str, _patient: Patient) -> Damage:
    blank = dice.pick(_BLANKS)
    if " " in value and dice.chance(0.4):
        return Damage(value.replace(" ", dice.pick(("  ", " \u00a0", "   ")), 1), is_fixable=True)
    return Damage(f"{value}{blank}" if dice.chance(0.6) else f"{blank}{value}", is_fixable=True)


def _invisible(dice: Dice, value: str, _patient: Patient) -> Damage:
    place = dice.randint(0, len(value))
    # A soft hyphen or a joiner in the middle of a word is as unseen as one at its end.
    return Damage(value[:place] + dice.pick(_INVISIBLE) + value[place:], is_fixable=True)


def _mojibake(_dice: Dice, value: str, _patient: Patient) -> Damage | None:
    odd = [letter for letter in value if not letter.isascii()]
    if not odd or not _MENDABLE.issuperset(odd):
        return None
    try:
        return Damage(value.encode().decode("cp1252"), is_fixable=True)
    except UnicodeDecodeError:
        return None


def _entities(_dice: Dice, value: str, _patient: Patient) -> Damage | None:
    hurt = "".join(_ENTITIES.get(letter, letter) for letter in value)
    return Damage(hurt, is_fixable=True) if hurt != value else None


def _symbols(dice: Dice, value: str, _patient: Patient) -> Damage:
    symbol = dice.pick(_SYMBOLS)
    return Damage(dice.pick((f"{value} {symbol}", f"{symbol} {value}")), is_fixable=True)


def company_upper(_dice: Dice, value: str, patient: Patient) -> Damage | None:
    """Shout the name of a company."""
    country = patient.country.code
    return _shouted(value, upper(value, country), recased_company(upper(value, country), country), country)


def company_lower(_dice: Dice, value: str, patient: Patient) -> Damage | None:
    """Mumble the name of a company."""
    country = patient.country.code
    return _shouted(value, lower(value, country), recased_company(lower(value, country), country), country)


def _city_upper(_dice: Dice, value: str, patient: Patient) -> Damage | None:
    country = patient.country.code
    return _shouted(value, upper(value, country), recased(upper(value, country), country), country)


def _city_lower(_dice: Dice, value: str, patient: Patient) -> Damage | None:
    country = patient.country.code
    return _shouted(value, lower(value, country), recased(lower(value, country), country), country)


def _shouted(value: str, hurt: str, mended: str, country: str) -> Damage | None:
    if not is_latin(value) or hurt == value:
        return None
    return Damage(hurt, is_fixable=mended == value, needs_country=country == "TR")


def _placeholder(dice: Dice, _value: str, _patient: Patient) -> Damage:
    # It stands where nothing was known: the truth is an empty field.
    return Damage(dice.pick(("N/A", "n/a", "-", "unknown", "none", "null", "?", "TBD", "xxx")), is_fixable=True)


HARMS = (
    Harm("blanks", _blanks, _TEXTS, _COMPANY_TEXTS),
    Harm("invisible_marks", _invisible, _TEXTS, _COMPANY_TEXTS),
    Harm("mojibake", _mojibake, _TEXTS, _COMPANY_TEXTS),
    Harm("html_entities", _entities, _TEXTS, _COMPANY_TEXTS),
    Harm("symbols", _symbols, ("first_name", "last_name", "company_name"), ("name",)),
    Harm("company_name_upper", company_upper, ("company_name",)),
    Harm("company_name_lower", company_lower, ("company_name",)),
    Harm("city_upper", _city_upper, ("city",), ("city",)),
    Harm("city_lower", _city_lower, ("city",), ("city",)),
    Harm("placeholder", _placeholder, ("mobile", "website", "street", "city"), ("description",)),
    Harm(
        "missing",
        gone,
        ("first_name", "last_name", "email", "phone", "job_title", "company_name", "country", "city", "lead_source"),
        ("domain", "phone", "country", "industry", "city", "website", "employee_count"),
    ),
)
