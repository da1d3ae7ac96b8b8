"""Upper and lower case by language, and the way back.

`recased` is the careful person who meets a shouted name: whatever it brings back is a damage that can be repaired.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PARTICLE_WORDS = "van von der den de del della la da do dos das du zu af ten ter y e und"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_PARTS = re.compile(r"([\s'’-])")
#: Where a particle keeps its capital, or may.
_CAPITAL_PARTICLES = frozenset({"US", "IT", "CA", "AU", "GB", "IE", "IN"})
_LEGAL_FORMS = (
    "GmbH KG AG SE OHG UG e.K. Inc. Inc LLC Corp. Co. LLP Ltd Ltd. Limited plc DAC SAS SARL SA EURL SASU SCOP "
    "S.L. S.A. SL SLU S.r.l. S.p.A. B.V. BV N.V. V.O.F. AB HB S/A K.K. G.K. C.V. FZE A.Ş. Pty Pvt"
)
_LEGAL = {form.upper(): form for form in _LEGAL_FORMS.split()}
_SMALL_WORDS = frozenset({"and", "of", "y", "et", "und", "de", "von"})


def upper(text: str, country: str) -> str:
    """Return `text` as a shouting person in `country` types it."""
    if country == "TR":
        text = text.replace("i", "İ")
    # Spreadsheets leave the German sharp s as it is.
    return "ß".join(part.upper() for part in text.split("ß"))


def lower(text: str, country: str) -> str:
    """Return `text` as a hasty person in `country` types it."""
    return text.replace("I", "ı").replace("İ", "i").lower() if country == "TR" else text.lower()


@lru_cache(maxsize=65_536)
def recased(name: str, country: str) -> str:
    """Return what a careful person makes of a person's name that is all in one case."""
    words = lower(name, country).split(" ")
    return " ".join(_name_word(word, country, is_last=place == len(words) - 1) for place, word in enumerate(words))


def _name_word(word: str, country: str, *, is_last: bool) -> str:
    if word in _PARTICLES and not is_last and country not in _CAPITAL_PARTICLES:
        return word
    return "".join(_capital(part, country) for part in _PARTS.split(word))


def _capital(part: str, country: str) -> str:
    if part[:2] == "mc" and len(part) > 3:
        return "Mc" + part[2:].capitalize()
    return upper(part[:1], country) + part[1:]


def recased_company(name: str, country: str) -> str:
    """Return what a careful person makes of a company's name that is all in one case."""
    words = []
    for word in name.split(" "):
        small = lower(word, country)
        words.append(_LEGAL.get(word.upper()) or (small if small in _SMALL_WORDS else _company_word(small, country)))
    return " ".join(words)


def _company_word(word: str, country: str) -> str:
    # So short a word may be an acronym: nobody can be sure, so it stays shouted.
    if sum(letter.isalpha() for letter in word) < 4 or word.startswith("("):
        return upper(word, country)
    return "".join(_capital(part, country) for part in _PARTS.split(word))


def is_latin(text: str) -> bool:
    """Tell whether the letters of `text` have a case the rules of Latin names speak of."""
    return all(letter < "Ͱ" or letter > "ḁ" for letter in text if letter.isalpha()) and text.upper() != text.lower()
