"""Pairs of companies that look like one and are two, or the other way round: kinds nothing was learned from.

As in `trap_people.py`: each kind makes two records, and the dice leave out some of what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from matching_world import Country, Firm
from trap_people import Record, Trap, misread

_UNITS = (
    "Holding",
    "Beteiligungs",
    "Verwaltungs",
    "Immobilien",
    "Real Estate",
    "Asset Management",
    "Logistics Services",
    "Foundation",
    "Finance",
    "Energy",
    "Digital",
    "Ventures",
    "Academy",
    "Germany",
    "Iberia",
    "Asia",
)
_PARTS_OF_A_UNIVERSITY = ("Department of Physics", "Department of Chemistry", "Faculty of Law", "School of Medicine",
                          "Institute of History", "Library", "Business School", "Press", "Hospital")  # fmt: skip
_SCRIPTS = (("Папафарма", "Papafarma"), ("Газпром нефть", "Gazprom Neft"), ("Ελληνικά Τρόφιμα", "Ellinika Trofima"),
            ("Яндекс", "Yandex"), ("Северсталь", "Severstal"), ("Κρητικός", "Kritikos"), ("Łódź Budowa", "Lodz Budowa"),
            ("Türkoğlu", "Turkoglu"), ("株式会社日立", "Hitachi"), ("华为", "Huawei"))  # fmt: skip
_SHORT = (("International", "Intl"), ("Manufacturing", "Mfg"), ("Brothers", "Bros."), ("University", "Univ."),
          ("Saint", "St."), ("Associates", "Assoc."), ("Services", "Svcs"), ("Company", "Co"), ("Hospital", "Hosp."),
          ("Center", "Ctr"), ("Association", "Assn"), ("Department", "Dept."), ("National", "Nat'l"))  # fmt: skip
_LONG_NAMES = (
    "Bayerische Motoren Werke",
    "General Dynamics Land Systems",
    "Vereinigte Zucker Fabriken",
    "Compagnie Belge Electrique",
    "Nordic Marine Supply",
    "Danske Statens Vej Kontor",
    "Grupo Alimentar Portugal Norte",
)


def told(firm: Firm, dice: Random, name: str, *, keep: float = 0.6) -> Record:
    """Return what a record says of a company: the name, and each other thing with a chance of `keep`."""
    said = {"website": f"www.{firm.domain}", "phone": firm.phone, "tax_id": firm.tax, "email": f"info@{firm.domain}"}
    seldom = {"tax_id": 0.5}
    found = {field: value for field, value in said.items() if value and dice.random() < keep * seldom.get(field, 1.0)}
    if dice.random() < 0.8:
        place = firm.place
        found |= {"street": f"{place.street} {place.number}", "city": place.town, "postal_code": place.postcode}
    return {"name": name, **found}


def _pair(ours: Firm, one: str, theirs: Firm, other: str, dice: Random) -> tuple[Record, Record]:
    return told(ours, dice, one), told(theirs, dice, other)


def _core(firm: Firm) -> str:
    return f"{firm.core} {firm.trade}".strip()


def _beside(firm: Firm, country: Country, **changed: object) -> Firm:
    """Return another company at the same address, domain and telephone."""
    return replace(firm, tax=country.firm().tax, **changed)  # type: ignore[arg-type]  # fields of a firm


def unit_beside(dice: Random, country: Country) -> tuple[Record, Record]:
    """A company, and a holding, foundation or the like of its name at its door, domain and telephone."""
    firm = country.firm()
    return _pair(
        firm,
        f"{firm.core} {firm.legal[0]}",
        _beside(firm, country),
        f"{firm.core} {dice.choice(_UNITS)} {firm.legal[0]}",
        dice,
    )


def legal_sisters(dice: Random, country: Country) -> tuple[Record, Record]:
    """Two of one name at one door, a general partner and its partnership."""
    firm = country.firm()
    one, other = dice.choice(
        (("GmbH", "GmbH & Co. KG"), ("LLC", "Inc."), ("AG", "GmbH"), ("S.L.", "S.A."), ("A/S", "ApS"), ("BV", "NV"))
    )
    return _pair(firm, f"{_core(firm)} {one}", _beside(firm, country), f"{_core(firm)} {other}", dice)


def numbered_stores(dice: Random, country: Country) -> tuple[Record, Record]:
    """Two stores of a chain, told apart by their numbers."""
    firm, fresh = country.firm(), country.firm()
    one, other = dice.sample(range(1, 400), 2)
    form = dice.choice(("{} Store #{}", "{} #{}", "{} Filiale {}", "{} No. {}", "{} Werk {}", "{} {}"))
    there = replace(fresh, domain=firm.domain, tax="", place=replace(fresh.place, town=firm.place.town))
    there = replace(there, phone=firm.phone) if dice.random() < 0.4 else there
    return _pair(firm, form.format(firm.core, one), there, form.format(firm.core, other), dice)


def numbered_funds(dice: Random, country: Country) -> tuple[Record, Record]:
    """Vehicles of one sponsor at one door, told apart by Roman or other numbers."""
    firm = country.firm()
    form = dice.choice(("{} Fund {}", "{} Windpark {}", "{} Capital {} LP", "{} SPV {}", "{} Beteiligungs {} GmbH"))
    one, other = dice.choice(
        (("I", "II"), ("II", "III"), ("1", "2"), ("3", "4"), ("VII", "VIII"), ("IV", "V"), ("A", "B"))
    )
    return _pair(firm, form.format(firm.core, one), _beside(firm, country), form.format(firm.core, other), dice)


def branch_in_town(dice: Random, country: Country) -> tuple[Record, Record]:
    """Two branches of one name and domain in one town."""
    firm = country.firm()
    place = replace(country.place(), town=firm.place.town)
    other = replace(firm, place=place, phone=country.phone())
    other = replace(other, phone=firm.phone) if dice.random() < 0.3 else other
    return _pair(firm, _core(firm), other, _core(firm), dice)


def franchise(dice: Random, country: Country) -> tuple[Record, Record]:
    """Two franchisees, told apart by the town or quarter in the name."""
    firm, place = country.firm(), country.place()
    other = replace(country.firm(), domain=firm.domain, place=place)
    names = (firm.place.town, place.town) if dice.random() < 0.6 else ("Nord", "Altstadt")
    return _pair(firm, f"{firm.core} {names[0]}", other, f"{firm.core} {names[1]}", dice)


def parts_of_a_university(dice: Random, country: Country) -> tuple[Record, Record]:
    """Departments of one university: one domain, one switchboard, one campus."""
    firm = country.firm()
    one, other = dice.sample(_PARTS_OF_A_UNIVERSITY, 2)
    whole = dice.choice(("University of {}", "{} University")).format(firm.place.town)
    names = (f"{whole} {one}", f"{whole}, {other}") if dice.random() < 0.7 else (whole, f"{whole} {other}")
    return _pair(firm, names[0], replace(firm, tax=""), names[1], dice)


def hospital_and_foundation(dice: Random, country: Country) -> tuple[Record, Record]:
    """A hospital, school or club, and the foundation that supports it."""
    firm = country.firm()
    body = dice.choice(("Hospital", "School", "Museum", "Klinik", "Football Club"))
    other = dice.choice(("Foundation", "Förderverein", "Friends", "Trust", "Alumni Association", "Stiftung"))
    return _pair(firm, f"{firm.core} {body}", replace(firm, tax=""), f"{firm.core} {body} {other}", dice)


def towns_of_one_name(dice: Random, country: Country) -> tuple[Record, Record]:
    """Municipalities of one name in two regions."""
    firm, fresh = country.firm(), country.firm()
    name = dice.choice(("City of {}", "Gemeinde {}", "Kommune {}", "Stadt {}")).format(firm.place.town)
    town = firm.place.town
    ours = replace(firm, domain=f"{town.lower().split()[0]}-nord.org")
    other = replace(fresh, place=replace(fresh.place, town=town), domain=f"{town.lower().split()[0]}-sued.org")
    return _pair(ours, name, other, name, dice)


def law_partners(dice: Random, country: Country) -> tuple[Record, Record]:
    """Law firms of one partner's name in one house."""
    firm = country.firm()
    one, two, three = country.last(), country.last(), country.last()
    other = _beside(firm, country, domain=country.firm().domain)
    return _pair(firm, f"{one} & {two} Law", other, f"{one} & {three} Law", dice)


def post_boxes(dice: Random, country: Country) -> tuple[Record, Record]:
    """Companies of like names in neighbouring post boxes."""
    firm, fresh = country.firm(), country.firm()
    ours, theirs = _pair(
        firm, f"{firm.core}", replace(fresh, place=firm.place), f"{firm.core} {fresh.trade or 'Nova'}", dice
    )
    box = dice.choice(("PO Box", "Postfach", "Boîte postale"))
    return ours | {"street": f"{box} {dice.randrange(100, 500)}"}, theirs | {
        "street": f"{box} {dice.randrange(500, 900)}"
    }


def clients_of_an_agency(dice: Random, country: Country) -> tuple[Record, Record]:
    """Two companies with the domain, telephone and door of the agency that looks after both."""
    firm, fresh = country.firm(), country.firm()
    return _pair(firm, _core(firm), replace(firm, tax=fresh.tax), _core(fresh), dice)


def city_in_name(dice: Random, country: Country) -> tuple[Record, Record]:
    """Legal entities of a group, each named after its town, with one domain and one switchboard."""
    firm, place = country.firm(), country.place()
    other = replace(firm, place=place, tax=country.firm().tax)
    return _pair(
        firm, f"{firm.core} {firm.place.town} {firm.legal[0]}", other, f"{firm.core} {place.town} {firm.legal[0]}", dice
    )


def _same(firm: Firm, dice: Random, one: str, other: str) -> tuple[Record, Record]:
    """Return two records of one company that share its domain or telephone."""
    field, value = dice.choice((("website", firm.domain), ("phone", firm.phone)))
    return told(firm, dice, one) | {field: value}, told(firm, dice, other) | {field: value}


def own_script(dice: Random, country: Country) -> tuple[Record, Record]:
    """A name in its own script, and in Latin letters."""
    return _same(country.firm(), dice, *dice.choice(_SCRIPTS))


def short_words(dice: Random, country: Country) -> tuple[Record, Record]:
    """A word of the name written short."""
    firm = country.firm()
    long, short = dice.choice(_SHORT)
    form = dice.choice(("{1} {0} {2}", "{1} {0}"))
    return _same(firm, dice, form.format(long, firm.core, firm.trade), form.format(short, firm.core, firm.trade))


def formerly(dice: Random, country: Country) -> tuple[Record, Record]:
    """The older name in brackets or behind a word that says so."""
    firm, old = country.firm(), country.firm()
    form = dice.choice(("{} (formerly {})", "{} (vormals {})", "{} f/k/a {}", "{} dba {}", "{} trading as {}"))
    return _same(firm, dice, form.format(firm.core, old.core), dice.choice((firm.core, old.core)))


def rebranded(dice: Random, country: Country) -> tuple[Record, Record]:
    """A new name and domain; the old tax number, telephone and door."""
    firm, new = country.firm(), country.firm()
    ours, theirs = told(firm, dice, firm.core), told(replace(firm, domain=new.domain), dice, new.core)
    kept = {"phone": firm.phone, "tax_id": firm.tax or f"AT{dice.randrange(10**8)}"}
    return ours | kept, theirs | kept


def initials(dice: Random, country: Country) -> tuple[Record, Record]:
    """A long name, and its initials."""
    firm = country.firm()
    name = f"{firm.core.split()[0]} {dice.choice(_LONG_NAMES)}"
    return _same(firm, dice, name, "".join(word[0] for word in name.split()))


def joined_words(dice: Random, country: Country) -> tuple[Record, Record]:
    """Words joined, parted, or joined by another sign."""
    firm = country.firm()
    one, other = firm.core.split()[0], country.last().split()[0]
    forms = (
        f"{one}{other.lower()}",
        f"{one}-{other}",
        f"{one} + {other}",
        f"{one} und {other}",
        f"{other} {one}",
        f"{one}/{other}",
    )
    return _same(firm, dice, f"{one} & {other}", dice.choice(forms))


def read_by_machine(dice: Random, country: Country) -> tuple[Record, Record]:
    """Letters that a machine read wrongly."""
    firm = country.firm()
    ours, theirs = _same(firm, dice, _core(firm), _core(firm))
    return ours, {name: misread(value, dice) for name, value in theirs.items()}


def cut_short(dice: Random, country: Country) -> tuple[Record, Record]:
    """A name cut off at the end of its field, or with a note behind it."""
    firm = country.firm()
    whole = f"{_core(firm)} {country.last()} {firm.legal[-1]}"
    notes = (
        whole[: max(12, len(whole) * 2 // 3)],
        f"{whole} - DO NOT USE",
        f"{whole} (old)",
        f"{whole} c/o {country.last()}",
        whole.upper(),
    )
    return _same(firm, dice, whole, dice.choice(notes))


TWO: Mapping[str, Trap] = {one.__name__: one for one in (
    unit_beside, legal_sisters, numbered_stores, numbered_funds, branch_in_town, franchise, parts_of_a_university,
    hospital_and_foundation, towns_of_one_name, law_partners, post_boxes, clients_of_an_agency, city_in_name,
)}  # fmt: skip
ONE: Mapping[str, Trap] = {one.__name__: one for one in (
    own_script, short_words, formerly, rebranded, initials, joined_words, read_by_machine, cut_short,
)}  # fmt: skip
