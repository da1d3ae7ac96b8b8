"""Telephone numbers: true ones in E.164, and the ways in which people write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from connectors.sandbox.population.countries import City, Country
from connectors.sandbox.population.dice import Dice

#: Where 00 is not the way out of the country, so that nobody writes it.
_OTHER_EXITS = frozenset({"US", "CA", "JP", "KR", "AU", "BR", "RU"})
_NAMES_EXTENSIONS = frozenset({"US", "CA", "GB", "IE", "AU"})


def landline(dice: Dice, country: Country, city: City) -> str:
    """Return a number in `city`."""
    return f"+{country.calling}{_filled(dice, city.phone)}"


def mobile(dice: Dice, country: Country, city: City) -> str:
    """Return a mobile number; where mobiles look like any other number, one of `city`."""
    return f"+{country.calling}{_filled(dice, dice.pick(country.mobile or (city.phone,)))}"


def switchboard(dice: Dice, country: Country, city: City) -> str:
    """Return a company's main number, mostly one that ends in zeros."""
    number = landline(dice, country, city)
    return f"{number[:-2]}00" if dice.chance(0.6) else number


def extension_of(dice: Dice, number: str, country: Country) -> str:
    """Return a colleague's number behind the switchboard `number`."""
    if country.code in _NAMES_EXTENSIONS and dice.chance(0.4):
        return f"{number} ext. {dice.randint(11, 899)}"
    return number[:-2] + str(dice.randint(10, 99))


def _filled(dice: Dice, pattern: str) -> str:
    area, _, rest = pattern.partition("-")
    head = rest.rstrip("#")
    filled = "".join(_digit(dice, mark) for mark in area + head)
    return filled + dice.digits(len(rest) - len(head))


def _digit(dice: Dice, mark: str) -> str:
    return str(dice.randint(2, 9)) if mark == "N" else dice.digits(1) if mark == "#" else mark


@dataclass(frozen=True, slots=True)
class Parts:
    """A number taken apart as people in its country see it."""

    area: str
    groups: tuple[str, ...]
    trunk: str
    extension: str = ""


def parts(number: str, country: Country) -> Parts | None:
    """Take the E.164 `number` apart; None when it is not one of `country`'s."""
    main, _, extension = number.partition(" ext. ")
    if not main.startswith(f"+{country.calling}"):
        return None
    national = main[len(country.calling) + 1 :]
    for pattern, is_mobile in _areas(country.code, country.cities, country.mobile):
        found = pattern.match(national)
        if found:
            sizes = country.mobile_groups if is_mobile else country.groups
            trunk = country.mobile_trunk if is_mobile else country.trunk
            return Parts(found[0], _grouped(national[found.end() :], sizes), trunk, extension)
    return None


@cache
def _areas(_code: str, cities: Sequence[City], mobiles: Sequence[str]) -> tuple[tuple[re.Pattern[str], bool], ...]:
    areas = {pattern.partition("-")[0]: True for pattern in mobiles}
    areas.update({city.phone.partition("-")[0]: False for city in cities if city.phone.partition("-")[0] not in areas})
    longest = sorted(areas.items(), key=lambda item: (-len(item[0]), item[0]))
    return tuple((re.compile(area.replace("#", r"\d")), is_mobile) for area, is_mobile in longest)


def _grouped(digits: str, sizes: Sequence[int]) -> tuple[str, ...]:
    groups = []
    for size in sizes[:-1]:
        if len(digits) > size:
            groups.append(digits[:size])
            digits = digits[size:]
    return (*groups, digits)


def national(dice: Dice, number: Parts, country: Country) -> str:
    """Return the number as it is written inside the country."""
    separator = dice.pick(country.separators)
    rest = separator.join(number.groups) if len(number.groups) > 1 else number.groups[0]
    if country.calling == "1":
        return dice.pick(
            (f"({number.area}) {rest}", f"{number.area}{separator}{rest}", f"{number.area}{''.join(number.groups)}")
        )
    if number.trunk and dice.chance(0.25) and number.trunk == "0":
        return f"(0{number.area}) {rest}"
    return f"{number.trunk}{number.area}{separator if dice.chance(0.85) else ''}{rest}"


def international(dice: Dice, number: Parts, country: Country) -> str:
    """Return the number as it is written for strangers: blanks, brackets, 00 or +."""
    separator = dice.pick((" ", " ", "-", "."))
    rest = separator.join((number.area, *number.groups))
    if country.calling == "1":
        local = "-".join(number.groups)
        return dice.pick((f"+1 ({number.area}) {local}", f"+1 {rest}", f"1-{number.area}-{local}"))
    if number.trunk == "0" and dice.chance(0.2):
        return f"+{country.calling} (0){rest}"
    way_out = "00" if country.code not in _OTHER_EXITS and dice.chance(0.3) else "+"
    return f"{way_out}{country.calling}{separator if separator != '.' else ' '}{rest}"
