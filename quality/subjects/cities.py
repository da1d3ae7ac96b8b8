"""What is known of names of cities: how one that is all capitals or all small letters is written."""

from __future__ import annotations

import functools
import re

from quality.subjects import casing
from quality.words import word_set

_PARTS = re.compile(r"(\s+|[-/–])")
_PLAIN = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)*")
#: Articles and prefixes before an apostrophe: small inside a name, and with a capital wherever they stand.
_ELIDED = re.compile(r"(d|l|dell|all|nell|dall)(['’])(.+)")
_PREFIXED = re.compile(r"(o|m|n|sant|ta|t)(['’])([^\W\d_]{2}.*)")
#: Where the second word of a city is small as often as not (`Novo mesto`).
_FREE = frozenset({"SI", "CZ", "SK", "HR", "FI", "LT", "LV"})
#: Names in South Africa whose second letter is the capital, in the spelling of their own language (`eThekwini`).
_NGUNI = frozenset(
    {"egoli", "ethekwini", "emalahleni", "emfuleni", "umgungundlovu", "umhlathuze", "umhlanga", "emzinto"}
)
_NO_CASE = frozenset({"", "georgian"})
_ODD = re.compile(r"[\d()\[\]{}@,]")
#: Shorter ones may be meant as capitals: `NYC`, `LA`.
_SHORTEST = 4
_LONGEST = 60


@functools.lru_cache(maxsize=8192)
def proper_form(text: str, country: str = "") -> str:
    """Return the proper form of a city of one case; the same text when nothing can surely be said of it."""
    if _PLAIN.fullmatch(text) or not _SHORTEST <= len(text) <= _LONGEST or _ODD.search(text):
        return text
    if casing.script_of(text) in _NO_CASE:
        return text
    if not country and "ş" in text.lower() and "i" in text.lower() and not casing.is_turkish(text, ""):
        return text  # Turkish or Romanian: the capital of i depends on it
    plain = text.upper() if casing.is_slip_of_the_shift_key(text) else text
    if not casing.is_of_one_case(plain) or plain.lower() in _NGUNI:
        return text
    small, is_told = casing.lowered(plain, country)
    parts = _PARTS.split(small)
    if not is_told or (len(parts) > 1 and country in _FREE):
        return text
    has_dotted_i = casing.is_turkish(plain, country)
    form = "".join(
        part
        if place % 2 or not part
        else _word(part, is_first=place == 0, is_last=place == len(parts) - 1, has_dotted_i=has_dotted_i)
        for place, part in enumerate(parts)
    )
    return form if casing.without_case(form) == casing.without_case(plain) else text


def _word(word: str, *, is_first: bool, is_last: bool, has_dotted_i: bool) -> str:
    """Return one word of a city as it is written."""
    if word in {"'s", "’s", "'t", "’t"}:
        return word
    if not is_first and not is_last and word in word_set("city_small_words"):
        return word
    elided = _ELIDED.fullmatch(word)
    if elided:
        article = casing.with_capital(elided.group(1)) if is_first else elided.group(1)
        return article + elided.group(2) + _capital(elided.group(3), has_dotted_i=has_dotted_i)
    prefixed = _PREFIXED.fullmatch(word)
    if prefixed:
        return (
            casing.with_capital(prefixed.group(1)) + prefixed.group(2) + _capital(prefixed.group(3), has_dotted_i=False)
        )
    return _capital(word, has_dotted_i=has_dotted_i)


def _capital(word: str, *, has_dotted_i: bool) -> str:
    """Return a word with its first letter, or its Dutch first pair, as a capital."""
    found = re.search(r"[^\W\d_]", word)
    if not found:
        return word
    start = found.start()
    if re.match(r"ij[^aeiouy\W]", word[start:]):
        return word[:start] + "IJ" + word[start + 2 :]
    return word[:start] + casing.with_capital(word[start:], has_dotted_i=has_dotted_i)
