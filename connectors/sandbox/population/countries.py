"""What people, streets, numbers and companies look like, country by country; read from `data/countries`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from connectors.sandbox.population.dice import Urn

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Word:
    """A name as it is written at home and in Latin letters; mostly both are the same."""

    native: str
    roman: str


@dataclass(frozen=True, slots=True)
class City:
    """A city with what belongs to it. In the patterns `#` is a digit, `N` one of 2 to 9, `@` and `~` letters."""

    name: str
    #: Subdivision code without the country; empty where addresses do not name it.
    state: str
    postal: str
    #: `area-subscriber`.
    phone: str


@dataclass(frozen=True, slots=True)
class Country:
    """One country's habits."""

    code: str
    weight: float
    calling: str
    language: str
    #: Ways in which a careless person names the country; all of them are clear.
    spellings: tuple[str, ...]
    #: Share of names held in the country's own script.
    native_share: float
    female: tuple[Word, ...]
    male: tuple[Word, ...]
    last_female: tuple[Word, ...]
    last_male: tuple[Word, ...]
    streets: tuple[str, ...]
    street_form: str
    highest_number: int
    cities: tuple[City, ...]
    #: Patterns of mobile numbers; empty where they look like any other.
    mobile: tuple[str, ...]
    #: How the digits behind the area code are grouped; empty: not at all.
    groups: tuple[int, ...]
    mobile_groups: tuple[int, ...]
    separators: tuple[str, ...]
    trunk: str
    mobile_trunk: str
    legal: tuple[str, ...]
    native_legal: tuple[str, ...]
    native_legal_first: bool
    trades: tuple[str, ...]
    native_trades: tuple[Word, ...]
    #: What stands between a company's native core and its trade.
    native_joint: str
    words: tuple[Word, ...]
    tlds: tuple[str, ...]
    free: tuple[str, ...]
    #: Subdivision code to the names people write instead.
    states: Mapping[str, tuple[str, ...]]


@cache
def countries() -> Mapping[str, Country]:
    """Return all countries by code, in the order of their codes."""
    files = sorted((DATA / "countries").glob("*.toml"))
    return {file.stem: _country(file.stem, tomllib.loads(file.read_text("utf-8"))) for file in files}


@cache
def world() -> Urn[Country]:
    """Return the countries by how much business comes from them."""
    everywhere = tuple(countries().values())
    return Urn(everywhere, [country.weight for country in everywhere])


def _country(code: str, raw: Mapping[str, Any]) -> Country:
    last = _words(raw.get("last", ""))
    groups = tuple(raw["groups"])
    return Country(
        code=code,
        weight=raw["weight"],
        calling=raw["calling"],
        language=raw["language"],
        spellings=_parts(raw["spellings"], "|"),
        native_share=raw.get("native_share", 1.0),
        female=_words(raw["female"]),
        male=_words(raw["male"]),
        last_female=_words(raw.get("last_female", "")) + last,
        last_male=_words(raw.get("last_male", "")) + last,
        streets=_parts(raw["streets"], ","),
        street_form=raw["street_form"],
        highest_number=raw["highest_number"],
        cities=tuple(City(*(part.strip() for part in row.split("|"))) for row in raw["cities"]),
        mobile=tuple(raw["mobile"]),
        groups=groups,
        mobile_groups=tuple(raw.get("mobile_groups", groups)),
        separators=tuple(raw["separators"]),
        trunk=raw["trunk"],
        mobile_trunk=raw.get("mobile_trunk", raw["trunk"]),
        legal=_parts(raw["legal"], "|"),
        native_legal=_parts(raw.get("native_legal", ""), "|"),
        native_legal_first=raw.get("native_legal_first", False),
        trades=_parts(raw["trades"], ","),
        native_trades=_words(raw.get("native_trades", "")),
        native_joint=raw.get("native_joint", ""),
        words=_words(raw["words"]),
        tlds=tuple(raw["tlds"].split()),
        free=tuple(raw["free"].split()),
        states={state: _parts(names, "|") for state, names in raw.get("states", {}).items()},
    )


def _parts(text: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(mark) if part.strip())


def _words(text: str) -> tuple[Word, ...]:
    pairs = (part.partition("=") for part in _parts(text, ","))
    return tuple(Word(native, roman or native) for native, _, roman in pairs)
