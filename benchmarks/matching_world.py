"""A made-up world of people and companies, and of those who look like them: what `matching_made.py` makes records of.

Names, towns and streets are Faker's, of countries in two lists: points may be learned from one and are measured on the
other, so that no name, street or word is known beforehand. Nobody in it exists.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from faker import Faker

LEARNED, HELD_OUT = (
    ("it_IT", "es_ES", "pl_PL", "sv_SE", "en_CA"),
    ("pt_BR", "da_DK", "cs_CZ", "de_AT", "fi_FI", "nl_BE"),
)
_POOL = 900
_CODES = {"it": "39", "es": "34", "pl": "48", "sv": "46", "en": "1", "pt": "55", "da": "45", "cs": "420", "de": "43",
          "fi": "358", "nl": "32"}  # fmt: skip
_LEGAL: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "it": (("S.r.l.", "srl", "Società a responsabilità limitata"), ("S.p.A.", "spa")),
    "es": (("S.L.", "SL", "Sociedad Limitada"), ("S.A.", "SA")),
    "pl": (("Sp. z o.o.", "sp z oo"), ("S.A.", "SA")), "sv": (("AB", "Aktiebolag"),),
    "en": (("Inc.", "Inc", "Incorporated"), ("Ltd.", "Limited"), ("Corp.", "Corporation")),
    "pt": (("Ltda.", "Ltda", "Limitada"), ("S.A.", "SA")), "da": (("ApS", "Anpartsselskab"), ("A/S", "AS")),
    "cs": (("s.r.o.", "sro", "spol. s r.o."), ("a.s.", "as")),
    "de": (("GmbH", "Gesellschaft mit beschränkter Haftung", "Ges.m.b.H."), ("AG", "Aktiengesellschaft"), ("KG",)),
    "fi": (("Oy", "Osakeyhtiö"), ("Oyj",)), "nl": (("BVBA", "bvba"), ("NV", "N.V."), ("BV", "B.V.")),
}  # fmt: skip
_TRADES: Mapping[str, tuple[str, ...]] = {
    "it": ("Costruzioni", "Trasporti", "Consulenza", "Impianti", "Alimentari", "Tessuti", "Arredamenti"),
    "es": ("Construcciones", "Transportes", "Consultores", "Alimentación", "Muebles", "Instalaciones", "Viajes"),
    "pl": ("Budownictwo", "Transport", "Doradztwo", "Meble", "Serwis", "Drukarnia", "Elektronika"),
    "sv": ("Bygg", "Åkeri", "Konsult", "Måleri", "Möbler", "El", "Tryckeri"),
    "en": ("Construction", "Trucking", "Consulting", "Foods", "Plumbing", "Dental", "Printing", "Software"),
    "pt": ("Construções", "Transportes", "Consultoria", "Alimentos", "Móveis", "Gráfica", "Calçados"),
    "da": ("Byg", "Transport", "Rådgivning", "Møbler", "Tømrer", "Trykkeri", "Rengøring"),
    "cs": ("Stavby", "Doprava", "Poradenství", "Nábytek", "Tiskárna", "Strojírna", "Pekárna"),
    "de": ("Bau", "Spedition", "Beratung", "Möbel", "Druckerei", "Metallbau", "Haustechnik"),
    "fi": ("Rakennus", "Kuljetus", "Konsultointi", "Kalusteet", "Kirjapaino", "Sähkö", "Leipomo"),
    "nl": ("Bouw", "Vervoer", "Advies", "Meubelen", "Drukkerij", "Schilderwerken", "Tuinen"),
}
_COUNTRIES = {"it": ("Italia", "Italy", "IT"), "es": ("España", "Spain", "ES"), "pl": ("Polska", "Poland", "PL"),
              "sv": ("Sverige", "Sweden", "SE"), "en": ("Canada", "Canada", "CA"), "pt": ("Brasil", "Brazil", "BR"),
              "da": ("Danmark", "Denmark", "DK"), "cs": ("Česká republika", "Czechia", "CZ"),
              "de": ("Österreich", "Austria", "AT"), "fi": ("Suomi", "Finland", "FI"),
              "nl": ("België", "Belgium", "BE")}  # fmt: skip
_UNITS = ("Holding", "Services", "Trading", "Properties", "Leasing", "Retail")
_TITLES = ("Sales Manager", "Buyer", "Accountant", "Managing Director", "Engineer", "Office Manager", "Consultant",
           "Head of IT", "Marketing Manager", "Owner", "Controller", "HR Manager", "Technician")  # fmt: skip
_FREE = ("gmail.com", "outlook.com", "yahoo.com", "hotmail.com", "icloud.com", "gmx.net", "proton.me")
_STARTS = ("al", "bri", "cor", "del", "em", "fal", "gra", "hel", "in", "jo", "kra", "lum", "mer", "nor", "or", "pra",
           "qui", "ros", "sol", "tur", "ur", "vel", "win", "xan", "yor", "zen")  # fmt: skip
_ENDS = ("ba", "cin", "dex", "for", "gent", "la", "mat", "nix", "pos", "ra", "sis", "tec", "va", "lux", "mon", "ter")


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody lives, or a company is."""

    street: str
    number: str
    town: str
    postcode: str
    region: str


@dataclass(frozen=True, slots=True)
class Firm:
    """A company as it is."""

    core: str
    trade: str
    legal: tuple[str, ...]
    tag: str
    domain: str
    phone: str
    tax: str
    place: Place


@dataclass(frozen=True, slots=True)
class Person:
    """A person as they are."""

    given: str
    middle: str
    last: str
    suffix: str
    born: str
    private: str
    work: str
    mobile: str
    landline: str
    linkedin: str
    title: str
    firm: Firm
    place: Place


class Country:
    """One country's names, and the dice that choose among them."""

    def __init__(self, locale: str, dice: random.Random) -> None:
        made = Faker(locale)
        made.seed_instance(dice.random())
        self.language, self.dice = locale[:2], dice
        self.names = _COUNTRIES[self.language]
        self._given = {sex: [getattr(made, f"first_name_{sex}")() for _ in range(_POOL)] for sex in ("male", "female")}
        self._last = [made.last_name() for _ in range(_POOL)]
        self._streets = [made.street_name() for _ in range(_POOL)]
        self._labels: set[str] = set()
        self._mailboxes: set[str] = set()
        self._towns = [(made.city(), made.postcode()) for _ in range(60)]

    def given(self, sex: str = "") -> str:
        """Return a given name."""
        return self.dice.choice(self._given[sex or self.dice.choice(("male", "female"))])

    def last(self) -> str:
        """Return a surname."""
        return self.dice.choice(self._last)

    def place(self) -> Place:
        """Return an address."""
        town, code = self.dice.choice(self._towns)
        postcode = "".join(
            str(self.dice.randrange(10)) if at > 1 and sign.isdigit() else sign for at, sign in enumerate(code)
        )
        return Place(self.dice.choice(self._streets), str(self.dice.randrange(1, 199)), town, postcode, "")

    def phone(self) -> str:
        """Return a number with its country's code."""
        return f"+{_CODES[self.language]} {self.dice.randrange(20, 99)} {self.dice.randrange(1_000_000, 9_999_999)}"

    def firm(self) -> Firm:
        """Return a company."""
        dice = self.dice
        core = dice.choice((
            self.last(), f"{self.last()} & {self.last()}",
            (dice.choice(_STARTS) + dice.choice(_ENDS) + dice.choice(("", dice.choice(_ENDS)))).title(),
        ))  # fmt: skip
        trade = dice.choice(_TRADES[self.language]) if dice.random() < 0.75 else ""
        label = _label(core) + (_label(trade) if dice.random() < 0.4 else "")
        while label in self._labels:
            label += str(dice.randrange(2, 99))
        self._labels.add(label)
        ending = dice.choice((self.names[2].lower(), "com"))
        tax = f"{self.names[2]}{dice.randrange(10**8, 10**9)}" if dice.random() < 0.6 else ""
        legal = dice.choice(_LEGAL[self.language])
        return Firm(core, trade, legal, "", f"{label}.{ending}", self.phone(), tax, self.place())

    def person(self, firm: Firm) -> Person:
        """Return somebody who works for `firm`."""
        dice = self.dice
        given, last = self.given(), self.last()
        middle = self.given() if dice.random() < 0.2 else ""
        born = f"{dice.randrange(1945, 2005)}-{dice.randrange(1, 13):02d}-{dice.randrange(1, 29):02d}"
        found = Person(
            given,
            middle,
            last,
            "",
            born,
            "",
            "",
            self.phone(),
            self.phone(),
            "",
            dice.choice(_TITLES),
            firm,
            self.place(),
        )
        return self.reached(found)

    def reached(self, person: Person, number: str = "") -> Person:
        """Return a person with mailboxes and a page of their own; a numbered one at work where the name is taken."""
        dice, first, last = self.dice, _label(person.given), _label(person.last)
        private = dice.choice(
            (
                f"{first}.{last}",
                f"{first}{last}",
                f"{first[0]}{last}",
                f"{first}{dice.randrange(40, 99)}",
                f"{last}.{first}",
            )
        )
        private += str(dice.randrange(1, 99)) if dice.random() < 0.3 else ""
        work = dice.choice((f"{first}.{last}", f"{first[0]}{last}", f"{first}", f"{first}_{last}")) + number
        return replace(
            person,
            private=self._mailbox(private, dice.choice(_FREE)),
            work=self._mailbox(work, person.firm.domain),
            linkedin=f"linkedin.com/in/{first}-{last}-{dice.randrange(4096):03x}" if dice.random() < 0.4 else "",
            mobile=self.phone(),
        )

    def _mailbox(self, local: str, domain: str) -> str:
        """Return an address that nobody else has, numbered where the name is taken."""
        number = 2
        found = f"{local}@{domain}"
        while found in self._mailboxes:
            found = f"{local}{number}@{domain}"
            number += 1
        self._mailboxes.add(found)
        return found


def _label(text: str) -> str:
    from anyascii import anyascii

    return "".join(sign for sign in anyascii(text).lower() if sign.isalnum()) or "x"


def relatives(person: Person, country: Country) -> Iterator[tuple[str, Person]]:
    """Yield, now and then, people who look like `person` and are not."""
    dice = country.dice
    kind = dice.choices(
        ("", "father_son", "couple", "twins", "namesake", "namesake_same_company"), (80, 3, 7, 2, 6, 2)
    )[0]
    if kind == "father_son":
        year = int(person.born[:4]) - dice.randrange(20, 38)
        other = replace(
            person, born=f"{year}{person.born[4:8]}{dice.randrange(1, 29):02d}", suffix=dice.choice(("Sr.", "", ""))
        )
        other = replace(other, firm=country.firm(), title=dice.choice(_TITLES))
        yield kind, country.reached(other)
    elif kind == "couple":
        other = replace(
            person,
            given=country.given(),
            middle="",
            firm=country.firm(),
            born=f"{person.born[:3]}{dice.randrange(10)}-0{dice.randrange(1, 10)}-11",
        )
        yield (
            kind,
            replace(
                country.reached(other),
                private=person.private if dice.random() < 0.4 else country.reached(other).private,
            ),
        )
    elif kind == "twins":
        yield kind, country.reached(replace(person, given=country.given(), middle="", firm=country.firm()))
    elif kind == "namesake":
        other = country.person(country.firm())
        yield kind, country.reached(replace(other, given=person.given, last=person.last))
    elif kind == "namesake_same_company":
        other = replace(country.person(person.firm), given=person.given, last=person.last)
        yield kind, country.reached(other, number=dice.choice(("2", "2", ".b")))


def neighbours(firm: Firm, country: Country, others: tuple[Country, ...]) -> Iterator[tuple[str, Firm]]:
    """Yield, now and then, companies that look like `firm` and are not."""
    dice = country.dice
    weights = (70, 8, 5, 3, 5, 3, 4)
    kind = dice.choices(
        ("", "subsidiary", "sister_company", "near_brand", "shared_office", "same_core_other_trade", "branch"), weights
    )[0]
    fresh = country.firm()
    if kind == "subsidiary":
        land = dice.choice(others)
        there = land.firm()
        tag = land.names[0]
        yield (
            kind,
            replace(
                there,
                core=firm.core,
                trade=firm.trade,
                tag=tag,
                domain=firm.domain if dice.random() < 0.5 else there.domain,
            ),
        )
    elif kind == "sister_company":
        yield kind, replace(firm, core=f"{firm.core} {dice.choice(_UNITS)}", tax=fresh.tax)
    elif kind == "near_brand":
        core = _one_letter_off(firm.core, dice)
        yield (
            kind,
            replace(fresh, core=core, trade=firm.trade, domain=f"{_label(core)}.{firm.domain.rpartition('.')[2]}"),
        )
    elif kind == "shared_office":
        yield kind, replace(fresh, place=firm.place, phone=firm.phone)
    elif kind == "same_core_other_trade":
        yield kind, replace(fresh, core=firm.core, domain=f"{_label(firm.core)}{_label(fresh.trade)}.com")
    elif kind == "branch":
        yield kind, replace(firm, place=fresh.place, phone=fresh.phone, tax="")


def _one_letter_off(word: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(word))
    other = word[:at] + dice.choice("aeioucklmnrst") + word[at + 1 :]
    return other if _label(other) != _label(word) else _one_letter_off(word, dice)
