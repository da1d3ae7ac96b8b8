"""Who somebody is: true names, in the script and order of their country."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from connectors.sandbox.population.countries import Country, Word
from connectors.sandbox.population.dice import Dice

_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "ı": "i", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "’": "", "'": ""}
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name, as written and in Latin letters."""

    first: Word
    last: Word
    is_native: bool

    @property
    def written_first(self) -> str:
        """Return the first name as the CRM should hold it."""
        return self.first.native if self.is_native else self.first.roman

    @property
    def written_last(self) -> str:
        """Return the last name as the CRM should hold it."""
        return self.last.native if self.is_native else self.last.roman


def name_in(dice: Dice, country: Country) -> Name:
    """Return the name of somebody in `country`."""
    is_woman = dice.chance(0.46)
    first = dice.pick(country.female if is_woman else country.male)
    last = dice.pick(country.last_female if is_woman else country.last_male)
    return Name(first, last, country.native_share >= 1.0 or dice.chance(country.native_share))


@lru_cache(maxsize=65_536)
def plain(text: str, country: str = "") -> str:
    """Return `text` in the letters of mailboxes and domains: a to z, digits and hyphens."""
    small = unicodedata.normalize("NFC", text.replace("İ", "i")).lower()
    small = small.translate(_GERMAN if country in {"DE", "AT", "CH"} else {}).translate(_LETTERS)
    bare = (letter for letter in unicodedata.normalize("NFKD", small) if not unicodedata.combining(letter))
    return "".join(letter for letter in bare if letter.isascii() and (letter.isalnum() or letter == "-")).strip("-")
