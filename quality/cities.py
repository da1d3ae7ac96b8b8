"""What is known of names of cities: how one that is all capitals or all small letters is written."""

from __future__ import annotations

import functools
import re
import unicodedata

from quality.words import word_set

_PARTS = re.compile(r"(\s+|-)")
_PLAIN = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_TURKISH = "ğĞıİ"
_ELIDED = re.compile(r"(d|l)(['’])(.+)")
#: Shorter ones may be meant as capitals: `NYC`, `LA`.
_SHORTEST = 4
_LONGEST = 60


@functools.lru_cache(maxsize=8192)
def proper_form(text: str, *, is_turkish: bool = False, may_be_turkish: bool = True) -> str:
    """Return the proper form of a city of one case; the same text when nothing can be said of it.

    Where it may be Turkish, letters that only Turkish has tell; with `ş` alone it could be Romanian as well.
    """
    if _PLAIN.fullmatch(text) or not _SHORTEST <= len(text) <= _LONGEST or not _is_of_one_latin_case(text):
        return text
    has_dots = "İ" in text
    if not is_turkish and may_be_turkish:
        is_turkish = any(sign in _TURKISH for sign in text)
        if not is_turkish and any(sign in "şŞ" for sign in text) and any(sign in "iI" for sign in text):
            return text
    if is_turkish and text.isupper() and "I" in text and not has_dots:
        return text
    small = text.replace("İ", "i").replace("I", "ı").lower() if has_dots else text.lower()
    parts = _PARTS.split(small)
    return "".join(
        part if place % 2 or not part else _word(part, is_first=place == 0, has_dotted_i=is_turkish or has_dots)
        for place, part in enumerate(parts)
    )


def _is_of_one_latin_case(text: str) -> bool:
    plain = text.replace("ß", "")
    if not (plain.isupper() or plain.islower()) or any(sign.isdigit() for sign in text):
        return False
    return all(unicodedata.name(sign, "").startswith("LATIN") for sign in text if sign.isalpha())


def _word(word: str, *, is_first: bool, has_dotted_i: bool) -> str:
    if word in {"'s", "’s", "'t", "’t"} or (not is_first and word in word_set("city_small_words")):
        return word
    elided = _ELIDED.fullmatch(word)
    if elided:
        article = elided.group(1).upper() if is_first else elided.group(1)
        return article + elided.group(2) + _word(elided.group(3), is_first=True, has_dotted_i=has_dotted_i)
    found = re.search(r"[^\W\d_]", word)
    if not found:
        return word
    start = found.start()
    capital = "İ" if has_dotted_i and word[start] == "i" else word[start].upper()
    return word[:start] + capital + word[start + 1 :] if len(capital) == 1 else word
