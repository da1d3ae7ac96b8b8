"""What is known of addresses in fewer fields than they have: the parts of a city field and of a street field."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from types import MappingProxyType

from quality.subjects import places, postal

_NOTHING: Mapping[str, str] = MappingProxyType({})
_CODE = r"(?:[A-Z]{1,3}-)?(?=[A-Z0-9 -]*[0-9])[A-Z0-9]{2,5}(?:[ -]?[A-Z0-9]{2,4})?"
_CODE_FIRST = re.compile(rf"({_CODE})[ ,]+(\D+)", re.IGNORECASE)
_CODE_LAST = re.compile(rf"(\D+?)[ ,]+({_CODE})", re.IGNORECASE)
_AFTER_COMMA = re.compile(r"([^,\d]+),\s*([^,]+)")
_CAPITALS = re.compile(r"([^,\d]+?)\s+([A-Z]{2})")
_COUNTRIES_OF_STATES = ("US", "CA", "AU")
_LONGEST = 200


@functools.lru_cache(maxsize=8192)
def parts_of_city(text: str, country: str) -> Mapping[str, str]:
    """Return the parts of a city field that holds more than the city: `city`, and `postal_code`, `state`, `country`.

    `country` is the record's, alpha-2 or empty. Nothing is returned unless every part is surely what it is taken for.
    """
    tidy = " ".join(text.split())
    if len(tidy) > _LONGEST:
        return _NOTHING
    found = _with_code(tidy, country)
    city = found.get("city", tidy)
    more = _with_place(city, country)
    both = {**found, **more}
    return MappingProxyType(both) if both.get("city") else _NOTHING


def _with_code(text: str, country: str) -> dict[str, str]:
    """Return city and postal code of a text that begins or ends with a code of the country."""
    if not country or not any(sign.isdigit() for sign in text):
        return {}
    for pattern, code_group, city_group in ((_CODE_FIRST, 1, 2), (_CODE_LAST, 2, 1)):
        match = pattern.fullmatch(text)
        form = postal.proper_form(match.group(code_group), country) if match else ""
        if match and form and len(match.group(code_group)) >= len(form.replace(" ", "")):
            return {"city": match.group(city_group).strip(" ,-"), "postal_code": form}
    return {}


def _with_place(text: str, country: str) -> dict[str, str]:
    """Return city and state, or city and country, of a text that ends in one of those."""
    if match := _AFTER_COMMA.fullmatch(text):
        return _named(match.group(1).strip(), match.group(2).strip(" ."), country)
    capitals = _CAPITALS.fullmatch(text)
    if capitals and country in _COUNTRIES_OF_STATES and places.state_code(capitals.group(2), country):
        return {"city": capitals.group(1), "state": places.state_code(capitals.group(2), country)}
    return {}


def _named(city: str, name: str, country: str) -> dict[str, str]:
    state = places.state_code(name, country) if country else ""
    if state:
        return {"city": city, "state": state}
    other = places.country_code(name)
    if other:
        is_sure = other == country or (not country and not places.state_country(name))
        return {"city": city, "country": other} if is_sure else {}
    region = places.state_country(name) if not country else ""
    return {"city": city, "state": places.state_code(name, region)} if region else {}


@functools.lru_cache(maxsize=4096)
def parts_of_street(text: str, country: str) -> Mapping[str, str]:
    """Return the parts of a whole address in a street field: `street`, `city`, and what else is in it.

    Probable at best. Nothing is returned unless there are a street with a number, a city and a postal code.
    """
    pieces = [piece.strip() for piece in re.split(r"[,;\n]+", text) if piece.strip()] if len(text) <= _LONGEST else []
    found: dict[str, str] = {}
    if len(pieces) > 2 and (last := places.country_code(pieces[-1])) and (not country or last == country):
        found["country"] = country = last
        pieces.pop()
    for count in (3, 2, 1):
        street, rest = ", ".join(pieces[:-count]), _city_and_code(pieces[-count:], country)
        if rest and re.search(r"[^\W\d_]", street) and re.search(r"\d", street):
            return MappingProxyType({"street": street, **rest, **found})
    return _NOTHING


def _city_and_code(pieces: list[str], country: str) -> dict[str, str]:
    """Return what `Berlin 10115`, `10115 Berlin`, `Austin, TX 78701` or `Austin, TX, 78701` stand for."""
    if len(pieces) == 1:
        return _with_code(pieces[0], country)
    tail = re.fullmatch(r"(\D+?)\s+([A-Z0-9 -]*\d[A-Z0-9 -]*)", " ".join(pieces[1:]))
    if not tail:
        return {}
    region = country or places.state_country(tail.group(1))
    state, code = places.state_code(tail.group(1), region), postal.proper_form(tail.group(2), region)
    if not state or not code:
        return {}
    return {"city": pieces[0], "state": state, "postal_code": code}
