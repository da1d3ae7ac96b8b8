"""Postal addresses taken apart to compare: number, street, town, postcode, country."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from quality.dedupe.likeness import is_alike, is_one_digit_off
from quality.dedupe.text import plain, spellings
from quality.subjects import places

_UNIT = re.compile(
    r"(?:[,#]|\b(?:apt|apartment|suite|ste|unit|floor|fl|room|rm|etage|appt|apmnt|bte)\b).*$", re.IGNORECASE
)
#: Where along a street, behind the street itself: at which corner, between which others.
_CORNER = re.compile(r"(?<=[a-z.\s]{3})\s(?:at|between|betw?\.?|near|off|corner(?: of)?|cnr|@)\s.*$", re.IGNORECASE)
_NUMBER = re.compile(r"\b(\d+)\s?[a-z]?\b")
_GLUED = re.compile(r"(.{3,})(strasse|straat|str|weg|allee|platz|laan|plein|gasse|gatan|vagen|vej|gade|ln|lane)$")
_ALWAYS_SMALL = frozenset(
    {"the", "de", "la", "le", "du", "des", "der", "den", "di", "da", "of", "at", "between", "and"}
)


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is compared; what is not written is empty."""

    number: str = ""
    #: Words of the street in one spelling, joined by blanks.
    street: str = ""
    postcode: str = ""
    town: str = ""
    country: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether nothing but the country is known."""
        return not (self.street or self.postcode or self.town)

    @property
    def door(self) -> str:
        """Return number and street start, by which neighbours at one door are found; empty when one is missing."""
        return f"{self.number} {self.street[:6]}" if self.number and self.street else ""


@functools.lru_cache(maxsize=32_768)
def read_address(street: str, town: str, postcode: str, country: str) -> Address:
    """Return the address that four fields hold."""
    number, way = _street(street)
    code = places.country_code(country.replace("(", " (").partition("(")[0].strip()) if country else ""
    return Address(number, way, "".join(plain(postcode).split()).upper(), _town(town), code)


@functools.lru_cache(maxsize=32_768)
def _street(text: str) -> tuple[str, str]:
    """Return the house number and the street in one spelling."""
    words = plain(_UNIT.sub("", _CORNER.sub("", text))).split() or plain(text).split()
    number = next((word for word in words if word[0].isdigit() and word[-1:].isalnum() and not word.endswith(_NTH)), "")
    digits = re.match(r"\d+", number)
    known = spellings("dedupe_street_words")
    kept: list[str] = []
    for word in words:
        if word == number or word in _ALWAYS_SMALL:
            continue
        glued = _GLUED.fullmatch(word)
        parts = (glued.group(1), glued.group(2)) if glued else (word,)
        kept.extend(known.get(part, part) for part in parts)
    return (digits.group() if digits else ""), " ".join(kept)


_NTH = ("st", "nd", "rd", "th")


@functools.lru_cache(maxsize=16_384)
def _town(text: str) -> str:
    key = plain(text)
    return spellings("dedupe_town_names").get(key, key)


@functools.lru_cache(maxsize=65_536)
def street_level(ours: str, theirs: str) -> str:
    """Return how two streets agree: `same`, `close`, `different`, `unknown`."""
    if not ours or not theirs:
        return "unknown"
    if ours == theirs or ours.replace(" ", "") == theirs.replace(" ", ""):
        return "same"
    if is_alike(ours, theirs):
        return "close"
    first, second = _telling(ours), _telling(theirs)
    if "".join(first) == "".join(second) or 2 * len(set(first) & set(second)) > min(len(first), len(second)):
        return "close"
    return "different"


def _telling(street: str) -> list[str]:
    """Return the words of a street that tell it from others: neither its kind nor a point of the compass."""
    kinds = _kinds()
    return [word for word in street.split() if len(word) > 2 and word not in kinds] or [street]


@functools.cache
def _kinds() -> frozenset[str]:
    return frozenset(spellings("dedupe_street_words").values())


def place_level(ours: Address, theirs: Address) -> str:
    """Return how two addresses agree, as one level: its parts say one thing together."""
    if ours.is_empty or theirs.is_empty:
        return "unknown"
    street = street_level(ours.street, theirs.street)
    area = _area_level(ours, theirs)
    if street == "unknown":
        return f"{area}_only"
    if street == "different":
        return f"other_street_{area}"
    if not ours.number or not theirs.number:
        return f"street_{area}"
    if ours.number == theirs.number:
        return f"door_{area}" if street == "same" else f"near_door_{area}"
    return (
        f"near_door_{area}"
        if is_one_digit_off(f"00{ours.number}", f"00{theirs.number}") and street == "same"
        else (f"other_number_{area}")
    )


def _area_level(ours: Address, theirs: Address) -> str:
    """Return how town and postcode agree: `area` (both, or all there is), `town`, `elsewhere`, `nowhere` (unknown)."""
    codes = _same(ours.postcode, theirs.postcode) or (
        bool(ours.postcode and theirs.postcode) and is_one_digit_off(ours.postcode, theirs.postcode)
    )
    towns = _same(ours.town, theirs.town) or (bool(ours.town and theirs.town) and is_alike(ours.town, theirs.town))
    if codes:
        return "area"
    if towns:
        return "town"
    if (ours.postcode and theirs.postcode) or (ours.town and theirs.town):
        return "elsewhere"
    return "nowhere"


def _same(first: str, second: str) -> bool:
    return bool(first) and first == second
