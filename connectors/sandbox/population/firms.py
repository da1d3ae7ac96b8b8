"""Companies one would believe, as they truly are."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from connectors.sandbox.population import phones
from connectors.sandbox.population.countries import DATA, City, Country
from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.mailboxes import mail_words
from connectors.sandbox.population.names import plain


@cache
def words() -> dict[str, Any]:
    """Return the small word lists of `data/words.toml`."""
    return tomllib.loads((DATA / "words.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Firm:
    """What the makers of people need to know of a company."""

    truth: dict[str, str]
    country: Country
    city: City
    #: The name in Latin letters without its legal form.
    core: str
    trade: str
    mail_style: str


@dataclass(slots=True)
class Register:
    """Founds companies; no two share a name or a domain unless they are asked to."""

    names: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)

    def found(self, dice: Dice, country: Country) -> Firm:
        """Return a new company in `country`."""
        attempt = 0
        while True:
            name, core, trade = _named(dice, country, attempt)
            domain = _domain(dice, core, country)
            if domain and domain not in self.domains and name.casefold() not in self.names:
                return self.enter(dice, name, core, trade, domain, country)
            attempt += 1

    def enter(self, dice: Dice, name: str, core: str, trade: str, domain: str, country: Country) -> Firm:
        """Return a company under a chosen name and domain."""
        self.names.add(name.casefold())
        self.domains.add(domain)
        city = dice.pick(country.cities)
        truth = {"name": name, "domain": domain, **address(dice, country, city)}
        truth["website"] = _website(dice, domain, country)
        truth["phone"] = phones.switchboard(dice, country, city)
        staff = max(2, int(dice.lognormvariate(4.0, 1.4)))
        if dice.chance(0.8):
            truth["industry"] = _industry(dice, trade)
        if dice.chance(0.7):
            truth["employee_count"] = str(staff)
        if dice.chance(0.3):
            text = dice.pick(words()["descriptions"])
            truth["description"] = text.format(city=city.name, year=dice.randint(1921, 2021), trade=trade, staff=staff)
        return Firm(truth, country, city, core, trade, dice.pick(mail_words().corporate))


def address(dice: Dice, country: Country, city: City) -> dict[str, str]:
    """Return street, city, state, postal code and country of some place in `city`."""
    street = country.street_form.format(
        street=dice.pick(country.streets),
        number=1 + int((country.highest_number - 1) * dice.random() ** 2),
        small=dice.randint(1, 29),
    )
    found = {"street": street, "city": city.name, "country": country.code}
    if city.postal:
        found["postal_code"] = "".join(_mark(dice, mark) for mark in city.postal)
    if city.state:
        found["state"] = city.state
    return found


def _mark(dice: Dice, mark: str) -> str:
    if mark == "#":
        return dice.digits(1)
    return dice.pick("ABEGHJKLMNPRSTVWXY") if mark in "@~" else mark


def brand(dice: Dice) -> str:
    """Return a brand name that nobody has."""
    bag = words()
    middle = dice.pick(bag["middles"].split()) if dice.chance(0.55) else ""
    return f"{dice.pick(bag['heads'].split())}{middle}{dice.pick(bag['tails'].split())}"


def _named(dice: Dice, country: Country, attempt: int) -> tuple[str, str, str]:
    if country.native_legal and attempt < 3 and dice.chance(0.4):
        return _native_name(dice, country)
    trade = dice.pick(country.trades)
    core = f"{_core(dice, country, attempt)} {trade}"
    return f"{core} {dice.pick(country.legal)}", core, trade


def _core(dice: Dice, country: Country, attempt: int) -> str:
    chance = dice.random()
    if attempt > 4 or chance < 0.42:
        return brand(dice)
    if chance < 0.45:
        letters = words()["consonants"].split()
        return "".join(dice.pick(letters) for _ in range(3))
    if chance < 0.6:
        one, other = (dice.pick(country.last_male).roman for _ in range(2))
        return f"{one} & {other}" if one != other else brand(dice)
    return dice.pick(country.words).roman


def _native_name(dice: Dice, country: Country) -> tuple[str, str, str]:
    word, trade, legal = dice.pick(country.words), dice.pick(country.native_trades), dice.pick(country.native_legal)
    core = f"{word.native}{country.native_joint}{trade.native}"
    joint = country.native_joint
    name = f"{legal}{joint}{core}" if country.native_legal_first else f"{core}{joint}{legal}"
    return name, f"{word.roman} {trade.roman}", trade.roman


def _domain(dice: Dice, core: str, country: Country) -> str:
    parts = [plain(part, country.code) for part in core.replace("&", " ").replace(".", " ").split()]
    label = dice.pick(("-", "-", "")).join(part for part in parts if part)
    return f"{label}.{dice.pick(country.tlds)}" if 5 <= len(label) <= 50 else ""


def _website(dice: Dice, domain: str, country: Country) -> str:
    host = f"www.{domain}" if dice.chance(0.6) else domain
    path = f"/{country.language}" if dice.chance(0.06) else ""
    return f"https://{host}{path}"


def _industry(dice: Dice, trade: str) -> str:
    known: dict[str, str] = words()["industries"]
    for beginning, industry in known.items():
        if plain(trade).startswith(beginning):
            return industry
    return dice.pick(("retail", "consumer_goods", "business_supplies_and_equipment", "facilities_services"))
