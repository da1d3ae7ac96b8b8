"""Make a labelled set of any size: `read_made(kind, records, seed, locales)`.

Records of the people and companies of `matching_world.py`, with the errors of a CRM's sources, the truth, and which
pairs look alike and are not one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from anyascii import anyascii
from matching_sets import LabelledSet, Pair, pair
from matching_world import Country, Firm, Person, Place, neighbours, relatives

_COUNTS, _WEIGHTS = (1, 2, 3, 4, 5, 6, 7), (585, 212, 105, 52, 26, 11, 9)
_NICKNAMES = {"alexander": "alex", "elisabeth": "lisa", "katarina": "kati", "johannes": "hannes", "antonio": "toni",
              "francisco": "paco", "josef": "pepi", "giuseppe": "beppe", "maximilian": "max", "margarita": "rita",
              "christopher": "chris", "nicholas": "nick", "benjamin": "ben", "samantha": "sam"}  # fmt: skip
_KEYBOARD = "qwertyuiopasdfghjklzxcvbnm"
_ROLES = ("info", "office", "sales", "contact", "admin")


def read_made(kind: str, count: int, seed: int, locales: Sequence[str]) -> LabelledSet:
    """Return a set of `count` records, more or less; the same arguments give the same set."""
    dice = random.Random(f"{kind} {seed}")
    countries = tuple(Country(locale, dice) for locale in locales)
    values: dict[str, dict[str, str]] = {}
    cluster: dict[str, str] = {}
    hard: dict[Pair, str] = {}
    number = 0
    made = _people if kind == "person" else _firms
    while len(values) < count:
        alike: list[list[str]] = []
        kinds: list[str] = []
        for what, write in made(dice, countries):
            number += 1
            name = f"c{number}"
            ids = []
            for _ in range(dice.choices(_COUNTS, _WEIGHTS)[0]):
                record_id = f"{dice.randrange(36**8):08x}-{len(values)}"
                values[record_id], cluster[record_id] = _telling(write, dice), name
                ids.append(record_id)
            alike.append(ids)
            kinds.append(what)
        for ours, theirs in combinations(range(len(alike)), 2):
            hard.update({pair(one, other): kinds[theirs] for one in alike[ours] for other in alike[theirs]})
    return LabelledSet(f"made_{kind}", kind, values, cluster, hard)


def _telling(write: Callable[[], dict[str, str]], dice: random.Random) -> dict[str, str]:
    """Return a record that says more than a name; one in thirty may say no more."""
    record = write()
    while sum(bool(record.get(name)) for name in _SAYING) < 2 and dice.random() > 0.03:
        record = write()
    return record


_SAYING = ("email", "phone", "mobile", "company_name", "street", "birth_date", "linkedin", "tax_id", "website")


def _people(dice: random.Random, countries: tuple[Country, ...]) -> Iterator[tuple[str, Callable[[], dict[str, str]]]]:
    """Yield somebody at a company, their colleagues, and those who look like them, each with what writes a record."""
    country = dice.choice(countries)
    firm = country.firm()
    for number in range(dice.choice((1, 1, 1, 2, 3))):
        person = country.person(firm)
        new_firm = dice.choice(countries).firm()
        yield "colleagues" if number else "", lambda who=person, to=new_firm: person_record(who, to, country, dice)
        for kind, other in relatives(person, country):
            yield kind, lambda who=other, to=new_firm: person_record(who, to, country, dice)


def _firms(dice: random.Random, countries: tuple[Country, ...]) -> Iterator[tuple[str, Callable[[], dict[str, str]]]]:
    country = dice.choice(countries)
    firm = country.firm()
    yield "", lambda: firm_record(firm, country, dice)
    for kind, other in neighbours(firm, country, countries):
        yield kind, lambda who=other: firm_record(who, country, dice)


def person_record(who: Person, to: Firm, country: Country, dice: random.Random) -> dict[str, str]:
    """Return what one source has written down about a person, who now and then has gone `to` another firm."""
    chance = dice.random
    if chance() < 0.05:
        who = replace(who, firm=to, title="Consultant", work=f"{who.work.partition('@')[0]}@{to.domain}")
    record = _written_name(who, country, dice)
    record |= _reached(who, dice)
    if chance() < 0.55:
        record |= {"company_name": firm_name(who.firm, dice), "job_title": who.title if chance() < 0.8 else ""}
    if chance() < 0.12:
        record["website"] = f"www.{who.firm.domain}"
    place = who.place if chance() > 0.04 else country.place()
    record |= _address(place, country, dice, share=0.35)
    if chance() < 0.16:
        record["birth_date"] = _day(who.born, dice)
    record["linkedin"] = who.linkedin if chance() < 0.25 else ""
    return record


def _written_name(who: Person, country: Country, dice: random.Random) -> dict[str, str]:
    """Return the name of somebody as it is written: short, with a slip, with a second surname."""
    chance = dice.random
    given, last = who.given, who.last
    if chance() < 0.04:
        given = _NICKNAMES.get(given.lower(), given[:1] + ".")
    if chance() < 0.05:
        given = slip(given, dice)
    if chance() < 0.07:
        last = slip(last, dice)
    elif chance() < 0.02:
        last = f"{last}-{country.last()}"
    if who.middle and chance() < 0.4:
        given = f"{given} {who.middle if chance() < 0.5 else who.middle[0] + '.'}"
    return _named(given, last, who.suffix if chance() < 0.5 else "", dice)


def _reached(who: Person, dice: random.Random) -> dict[str, str]:
    """Return by what somebody is reached."""
    chance = dice.random
    mails = [mail for mail, share in ((who.work, 0.6), (who.private, 0.4)) if chance() < share]
    if chance() < 0.04:
        mails = [f"{dice.choice(_ROLES)}@{who.firm.domain}"]
    if mails and chance() < 0.9:
        mails = mails[:1] if chance() < 0.8 else mails
    record = {"email": "; ".join(_mail(mail, dice) for mail in mails)}
    record["mobile"] = _number(who.mobile, dice) if chance() < 0.35 else ""
    record["phone"] = _number(who.firm.phone if chance() < 0.4 else who.landline, dice) if chance() < 0.35 else ""
    if chance() < 0.06 and not record["phone"]:
        record["phone"] = _number(who.mobile, dice)
    return record


def _named(given: str, last: str, suffix: str, dice: random.Random) -> dict[str, str]:
    """Return a name in the fields it was put into."""
    last = f"{last} {suffix}".strip()
    shapes: list[dict[str, str]] = [
        {"first_name": given, "last_name": last},
        {"full_name": f"{given} {last}"},
        {"full_name": f"{last}, {given}"},
        {"first_name": last, "last_name": given},
        {"last_name": f"{given} {last}"},
        {"first_name": given.upper(), "last_name": last.upper()},
        {"first_name": anyascii(given).lower(), "last_name": anyascii(last).lower()},
        {"first_name": given, "last_name": "-"},
    ]
    return dice.choices(shapes, (74, 8, 4, 3, 2, 4, 3, 1))[0]


def firm_record(firm: Firm, country: Country, dice: random.Random) -> dict[str, str]:
    """Return what one source has written down about a company."""
    chance = dice.random
    record = {"name": firm_name(firm, dice)}
    record["website"] = (
        dice.choice((f"www.{firm.domain}", f"https://{firm.domain}/", firm.domain)) if chance() < 0.55 else ""
    )
    record["email"] = f"{dice.choice(_ROLES)}@{firm.domain}" if chance() < 0.4 else ""
    record["phone"] = _number(firm.phone, dice) if chance() < 0.55 else ""
    record["tax_id"] = firm.tax if chance() < 0.4 else ""
    place = firm.place if chance() > 0.03 else country.place()
    place = place if chance() > 0.5 else replace(place, town=firm.place.town, postcode=firm.place.postcode)
    return record | _address(place, country, dice, share=0.85)


def firm_name(firm: Firm, dice: random.Random) -> str:
    """Return a company's name as somebody writes it."""
    chance = dice.random
    if chance() < 0.015 and " " not in firm.core:
        return firm.domain
    words = [firm.core if chance() > 0.05 else slip(firm.core, dice), firm.trade if chance() > 0.06 else ""]
    words += [firm.tag if chance() > 0.15 else "", dice.choice(firm.legal) if chance() > 0.2 else ""]
    text = " ".join(filter(None, words))
    if chance() < 0.05:
        return text.upper()
    if chance() < 0.04:
        return text.lower()
    return text.replace(" & ", " and ") if chance() < 0.1 else text


def slip(text: str, dice: random.Random) -> str:
    """Return a text with one slip of the finger."""
    at = dice.randrange(len(text))
    letter = dice.choice(_KEYBOARD)
    turned = text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
    return dice.choice(
        (
            text[:at] + text[at + 1 :] or text,
            text[:at] + letter + text[at:],
            text[:at] + letter + text[at + 1 :],
            turned,
        )
    )


def _mail(mail: str, dice: random.Random) -> str:
    local, _, domain = mail.partition("@")
    shape = dice.choices(("", "loud", "plus", "domain", "local"), (88, 4, 3, 2, 3))[0]
    if shape == "plus" and domain == "gmail.com":
        return f"{local}+news@{domain}"
    if shape == "domain":
        return f"{local}@{slip(domain, dice)}"
    return mail.title() if shape == "loud" else f"{slip(local, dice)}@{domain}" if shape == "local" else mail


def _number(phone: str, dice: random.Random) -> str:
    if dice.random() < 0.05:
        at = dice.randrange(5, len(phone))
        phone = phone[:at] + str(dice.randrange(10)) + phone[at + 1 :] if phone[at].isdigit() else phone
    code, area, rest = phone.split()
    return dice.choice(
        (
            phone,
            f"{code}{area}{rest}",
            f"0{area}/{rest}",
            f"{code} (0){area} {rest[:3]} {rest[3:]}",
            f"{area}-{rest[:3]}-{rest[3:]}",
        )
    )


def _address(place: Place, country: Country, dice: random.Random, share: float) -> dict[str, str]:
    chance = dice.random
    record = {"country": dice.choice(country.names)} if chance() < 0.55 else {}
    if chance() < share:
        street = place.street if chance() > 0.06 else slip(place.street, dice)
        record["street"] = f"{street} {place.number}" if chance() < 0.8 else f"{place.number} {street}"
        record["postal_code"] = place.postcode if chance() > 0.04 else slip(place.postcode, dice)
        record["city"] = place.town
    elif chance() < 0.25:
        record["city"] = place.town
    return record


def _day(born: str, dice: random.Random) -> str:
    if dice.random() < 0.04:
        at = dice.choice((3, 6, 9))
        born = born[:at] + str(dice.randrange(1, 3) if at == 6 else dice.randrange(10)) + born[at + 1 :]
    year, month, day = born.split("-")
    return dice.choice((born, f"{day}.{month}.{year}", born))
