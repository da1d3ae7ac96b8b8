"""Second records of one company, and companies that merely look like another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from connectors.sandbox.population.countries import Country, world
from connectors.sandbox.population.dice import Dice, Urn
from connectors.sandbox.population.firms import Firm, Register
from connectors.sandbox.population.harms.person_names import slip

_LONG_FORMS = {
    "GmbH": "Gesellschaft mit beschränkter Haftung",
    "AG": "Aktiengesellschaft",
    "Inc.": "Incorporated",
    "Corp.": "Corporation",
    "Co.": "Company",
    "Ltd": "Limited",
    "LLC": "L.L.C.",
    "S.A.": "Sociedad Anónima",
    "S.L.": "Sociedad Limitada",
    "SAS": "Société par actions simplifiée",
    "SARL": "Société à responsabilité limitée",
    "S.p.A.": "Società per azioni",
    "S.r.l.": "Società a responsabilità limitata",
    "B.V.": "Besloten Vennootschap",
    "AB": "Aktiebolag",
    "Ltda.": "Limitada",
    "Pvt Ltd": "Private Limited",
    "Pty Ltd": "Proprietary Limited",
}
_COUNTRY_WORDS = {
    "DE": "Deutschland",
    "FR": "France",
    "ES": "España",
    "IT": "Italia",
    "GB": "UK",
    "US": "USA",
    "NL": "Nederland",
    "PL": "Polska",
    "SE": "Sverige",
    "BR": "Brasil",
    "MX": "México",
    "IN": "India",
    "JP": "Japan",
    "CN": "China",
    "AU": "Australia",
    "CA": "Canada",
    "IE": "Ireland",
    "TR": "Türkiye",
    "KR": "Korea",
    "AE": "Gulf",
}


@dataclass(slots=True)
class Branch:
    """The second company record, and what is wrong in it."""

    firm: Firm
    wrong: dict[str, tuple[str, str]]
    likeness: str


def duplicate(dice: Dice, firm: Firm) -> Branch:
    """Return another record of the same company."""
    truth = {field: value for field, value in firm.truth.items() if field in {"name", "domain"} or dice.chance(0.75)}
    truth["country"] = firm.country.code
    branch = Branch(replace(firm, truth=truth), {}, "")
    while not branch.likeness:
        likeness = _DUPLICATES.draw(dice)
        if _WAYS[likeness](dice, branch):
            branch.likeness = likeness
    if dice.chance(0.55):
        branch.wrong["domain"] = ("", "missing")
    return branch


def lookalike(dice: Dice, firm: Firm, register: Register) -> Branch:
    """Return another company that is easily taken for this one."""
    if dice.chance(0.6):
        return _subsidiary(dice, firm, register)
    return _near_brand(dice, firm, register)


def other_form(dice: Dice, firm: Firm) -> None:
    """Spell a company's name with its legal form in full, or without it, where it has one to spell so."""
    ways = (_long_form, _no_form) if dice.chance(0.5) else (_no_form, _long_form)
    branch = Branch(firm, {}, "")
    any(way(dice, branch) for way in ways)


def _long_form(_dice: Dice, branch: Branch) -> bool:
    truth = branch.firm.truth
    for short, long in _LONG_FORMS.items():
        if truth["name"].endswith(f" {short}"):
            truth["name"] = f"{truth['name'].removesuffix(short)}{long}"
            return True
    return False


def _no_form(_dice: Dice, branch: Branch) -> bool:
    if branch.firm.core == branch.firm.truth["name"]:
        return False
    branch.firm.truth["name"] = branch.firm.core
    return True


def _typo(dice: Dice, branch: Branch) -> bool:
    head, _, rest = branch.firm.truth["name"].partition(" ")
    mistyped = slip(dice, head)
    if not rest or mistyped == head or len(head) < 5:
        return False
    branch.wrong["name"] = (f"{mistyped} {rest}", "name_typo")
    return True


def _domain_as_name(_dice: Dice, branch: Branch) -> bool:
    branch.wrong["name"] = (branch.firm.truth["domain"], "domain_as_name")
    return True


_WAYS: dict[str, Callable[[Dice, Branch], bool]] = {
    "legal_form_long": _long_form,
    "legal_form_missing": _no_form,
    "typo": _typo,
    "domain_as_name": _domain_as_name,
}
_DUPLICATES = Urn(tuple(_WAYS), (32, 30, 20, 18))


def _subsidiary(dice: Dice, firm: Firm, register: Register) -> Branch:
    country = _elsewhere(dice, firm.country)
    core = f"{firm.core} {_COUNTRY_WORDS[country.code]}"
    name = f"{core} {dice.pick(country.legal)}"
    shares_domain = dice.chance(0.5)
    own = f"{firm.truth['domain'].partition('.')[0]}.{country.tlds[0]}"
    domain = firm.truth["domain"] if shares_domain or own in register.domains else own
    found = register.enter(dice, name, core, firm.trade, domain, country)
    return Branch(found, {}, "subsidiary")


def _near_brand(dice: Dice, firm: Firm, register: Register) -> Branch:
    head, _, rest = firm.core.partition(" ")
    for ending in ("o", "a", "us", "e", "is", "on"):
        core = f"{head}{ending} {rest}".strip()
        domain = f"{head}{ending}-{rest}".lower().replace(" ", "-").encode("ascii", "ignore").decode()
        domain = f"{domain.strip('-')}.{firm.country.tlds[0]}"
        if domain not in register.domains and head.isascii() and rest.isascii() and "&" not in rest and len(head) > 3:
            name = f"{core} {dice.pick(firm.country.legal)}"
            return Branch(register.enter(dice, name, core, firm.trade, domain, firm.country), {}, "near_brand")
    return _subsidiary(dice, firm, register)


def _elsewhere(dice: Dice, country: Country) -> Country:
    while True:
        other = world().draw(dice)
        if other is not country and other.code in _COUNTRY_WORDS:
            return other
