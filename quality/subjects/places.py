"""What is known of countries and their states: names in many languages, codes, what people type for them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from quality.words import folded, word_list, word_table

#: Languages whose names of countries are understood.
_LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "is", "et", "lv", "lt", "pl", "cs", "sk",
    "hu", "ro", "bg", "el", "ru", "uk", "be", "sr", "hr", "sl", "mk", "sq", "tr", "az", "kk", "he", "ar", "fa",
    "hi", "bn", "ta", "th", "vi", "id", "ms", "ja", "ko", "zh", "zh_Hant", "ka", "hy", "ca",
)  # fmt: skip
#: Countries whose ISO codes of states are what people write in addresses; elsewhere a state is left as it is.
_WITH_CODES = ("US", "CA", "AU", "BR", "IN", "MX", "DE", "CH", "ZA")
_FLAG_BASE = 0x1F1E6
_FUZZY_LENGTH = 5
_FUZZY_SCORE = 0.8


@functools.cache
def country_codes() -> frozenset[str]:
    """Return the ISO 3166 alpha-2 codes in use, and Kosovo's."""
    import pycountry

    return frozenset(country.alpha_2 for country in pycountry.countries) | {"XK"}


@functools.lru_cache(maxsize=4096)
def country_code(text: str) -> str:
    """Return the alpha-2 code of the country `text` surely means; empty when it is not sure."""
    if len(text) == 2 and text in country_codes():
        return text
    return _names().get(folded(_flag_code(text) or text), "")  # folding leaves out pictures beside a name


@functools.lru_cache(maxsize=1024)
def likely_country_code(text: str) -> str:
    """Return the code of the one country whose name `text` nearly is; empty when there is none or more than one."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    key = folded(text)
    if len(key) < _FUZZY_LENGTH:
        return ""
    near = process.extract(key, _names().keys(), scorer=OSA.normalized_similarity, score_cutoff=_FUZZY_SCORE, limit=10)
    codes = {_names()[name] for name, _, _ in near if len(name) >= _FUZZY_LENGTH}
    return codes.pop() if len(codes) == 1 else ""


def has_state_codes(country: str) -> bool:
    """Return whether states of the country (an alpha-2 code) are written as codes."""
    return country in _WITH_CODES


@functools.lru_cache(maxsize=8192)
def state_code(text: str, country: str) -> str:
    """Return the code, without the country, of the state `text` means in `country`; empty when there is none."""
    states = _states().get(country)
    if states is None:
        return ""
    key = folded(text)
    return states.get(key) or states.get(key.removeprefix(country.lower() + " "), "")


@functools.lru_cache(maxsize=8192)
def state_country(text: str) -> str:
    """Return the North American country whose state or province `text` surely names; empty when another may."""
    found = {country for country, states in _states().items() if folded(text) in states}
    return found.pop() if len(found) == 1 and found <= {"US", "CA"} else ""


def _flag_code(text: str) -> str:
    """Return the two letters a flag emoji consists of."""
    letters = [chr(ord(sign) - _FLAG_BASE + ord("A")) for sign in text.strip() if 0 <= ord(sign) - _FLAG_BASE < 26]
    return "".join(letters) if len(letters) == 2 and len(text.strip()) == 2 else ""


@functools.cache
def _names() -> Mapping[str, str]:
    """Return country codes by folded name, code or alias; a name two countries share is left out."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for name, code in _foreign_names():
        key = folded(name)
        if found.setdefault(key, code) != code:
            shared.add(key)
    for key in shared:
        del found[key]
    for name, code in _own_names():
        found[folded(name)] = code
    for name in ("", *word_list("country_ambiguous")):
        found.pop(name, None)
    return MappingProxyType(found)


def _foreign_names() -> Iterator[tuple[str, str]]:
    from babel import Locale

    codes = country_codes()
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in codes:
                yield name, code


def _own_names() -> Iterator[tuple[str, str]]:
    """Yield names and codes that hold whatever another language makes of them; aliases last, they win."""
    import pycountry
    from babel import Locale

    for code, name in Locale.parse("en").territories.items():
        if code in country_codes():
            yield name, code
    for country in pycountry.countries:
        yield country.alpha_2, country.alpha_2
        yield country.alpha_3, country.alpha_2
        yield country.name, country.alpha_2
        for attribute in ("official_name", "common_name"):
            if hasattr(country, attribute):
                yield getattr(country, attribute), country.alpha_2
    yield "XK", "XK"
    for code, aliases in word_table("country_aliases").items():
        for alias in aliases:
            yield alias, code


def _subdivisions(country: str) -> Iterator[Any]:
    import pycountry

    subdivisions: Any = pycountry.subdivisions
    yield from subdivisions.get(country_code=country)


@functools.cache
def _states() -> Mapping[str, Mapping[str, str]]:
    """Return codes of states by folded name, code or alias, by country."""
    found: dict[str, dict[str, str]] = {country: {} for country in _WITH_CODES}
    for country, states in found.items():
        for state in _subdivisions(country):
            code = state.code.removeprefix(f"{country}-")
            states[folded(code)] = code
            states[folded(state.name)] = code
    for key, aliases in word_table("state_aliases").items():
        country, _, code = key.partition(" ")
        for name in (code, *aliases):
            found[country].setdefault(folded(name), code)
    return MappingProxyType(found)
