"""Capitals and small letters in the scripts that have them: which script a text is in, and what its small form is."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from quality.words import word_set

_SCRIPTS = tuple(
    (name, re.compile(rf"[\W\d_{letters}\u0300-\u036f]*"))
    for name, letters in (
        ("latin", "A-Za-z\u00aa\u00ba\u00c0-\u02af\u1e00-\u1eff\u2c60-\u2c7f\ua722-\ua7ff"),
        ("cyrillic", "\u0400-\u052f"),
        ("greek", "\u0370-\u03ff\u1f00-\u1fff"),
        ("armenian", "\u0531-\u0587"),
        ("georgian", "\u10a0-\u10ff\u1c90-\u1cbf"),
    )
)
_LETTER = re.compile(r"[^\W\d_]")
#: What `str.lower` of other programs leaves of the Turkish capital: i and a combining dot.
_DOTTED_I = "i\u0307"
_TURKISH_COUNTRIES = frozenset({"TR", "AZ"})
_SURELY_TURKISH = frozenset("İĞğı")
#: What a word goes on behind: an apostrophe, and a mark that no letter is there for.
_IN_WORDS = re.compile("['’\u0300-\u036f]")
_BACK = frozenset("aıou")
_FRONT = frozenset("eəiöü")
#: Where a double S in capitals may stand for ß.
_SHARP_S_COUNTRIES = frozenset({"DE", "AT"})
_MAYBE_SHARP_S = re.compile(
    r"(?:ei|ie|au|äu|eu|gro|grö|stra|fu|fü|flo|bu|sto|stö|spa|ru|gru|grü|nu|sü|pö|sta|schlo)ss", re.IGNORECASE
)
#: Capitals that stand for the Armenian ligature as well as for its two letters.
_ARMENIAN_AND = ("եւ", "եվ")
_GREEK_ACCENT = "\u0301"


def script_of(text: str) -> str:
    """Return the one script of the letters in `text` that tells capitals from small letters; else nothing."""
    if text.isascii():
        return "latin"
    if not _LETTER.search(text):
        return ""
    return next((name for name, pattern in _SCRIPTS if pattern.fullmatch(text)), "")


def is_of_one_case(text: str) -> bool:
    """Return whether all letters are capitals, or all are small: the case then says nothing."""
    return text.isupper() or text.islower() or ("ß" in text and text.replace("ß", "").isupper())


def is_upper(text: str) -> bool:
    """Return whether all letters are capitals, but for a ß."""
    return text.replace("ß", "").isupper()


def is_slip_of_the_shift_key(text: str) -> bool:
    """Return whether every word is the wrong way round (`jOHN`, `vAN dER bERG`)."""
    return _are_turned(re.split(r"[\s\-'.]+", text)) or _are_turned(re.split(r"[\s\-.]+", _IN_WORDS.sub("", text)))


def _are_turned(words: Iterable[str]) -> bool:
    found = [word for word in words if word]
    return any(len(word) > 2 for word in found) and all(
        word.isalpha() and word[0].islower() and (len(word) == 1 or word[1:].isupper()) for word in found
    )


def is_turkish(text: str, country: str) -> bool:
    """Return whether dotted and dotless I are two letters in `text`."""
    if country in _TURKISH_COUNTRIES or _DOTTED_I in text:
        return True
    return any(sign in _SURELY_TURKISH for sign in text)


def lowered(text: str, country: str = "") -> tuple[str, bool]:
    """Return `text` in small letters, and whether that is beyond doubt: capitals do not tell everything."""
    script = script_of(text)
    if not is_upper(text):
        return unicodedata.normalize("NFC", text.replace(_DOTTED_I, "i")), True
    if script == "latin" and is_turkish(text, country):
        return unicodedata.normalize("NFC", _turkish_lower(text)), "I" not in text
    small = unicodedata.normalize("NFC", text.lower())
    if script == "greek":
        return small, _has_its_accents(small)
    if script == "armenian":
        return small, not any(pair in small for pair in _ARMENIAN_AND)
    is_sure = not (country in _SHARP_S_COUNTRIES and _MAYBE_SHARP_S.search(text))
    return small, is_sure


def _turkish_lower(text: str) -> str:
    """Return the likely small form: capitals are often made by programs that do not know the dotted I."""
    return re.sub(r"[^\W\d_]+", lambda found: _turkish_word(found.group()), text)


def _turkish_word(word: str) -> str:
    if "I" not in word:
        return word.replace("İ", "i").lower()
    plain = word.replace("İ", "i").lower()
    known = _turkish_names().get(plain.replace("ı", "i"))
    if known:
        return known
    letters = list(word.replace("İ", "i").replace("I", "?").lower())
    for place, letter in enumerate(letters):
        if letter == "?":
            letters[place] = _harmonious_i(letters, place)
    return "".join(letters)


def _harmonious_i(letters: list[str], place: int) -> str:
    """Return ı behind a back vowel, i behind a front one; at the beginning the next vowel decides."""
    before = [letter for letter in letters[:place] if letter in _BACK or letter in _FRONT]
    behind = [letter for letter in letters[place + 1 :] if letter in _BACK or letter in _FRONT]
    near = before[-1:] or behind[:1] or ["ı"]
    return "ı" if near[0] in _BACK else "i"


@functools.cache
def _turkish_names() -> Mapping[str, str]:
    """Return small forms of names with an I in them, by what they are without dotless ones."""
    return MappingProxyType({name.replace("ı", "i"): name for name in sorted(word_set("turkish_names"))})


def _has_its_accents(small: str) -> bool:
    """Return whether each word of more than one syllable has an accent: Greek capitals are mostly written without."""
    words = re.findall(r"[^\W\d_]+", small)
    return all(_GREEK_ACCENT in unicodedata.normalize("NFD", word) for word in words if len(word) > 3)


def with_capital(word: str, *, has_dotted_i: bool = False) -> str:
    """Return `word` with its first letter as a capital, where that is one letter."""
    if not word:
        return word
    capital = "İ" if has_dotted_i and word[0] == "i" else word[0].upper()
    return (capital if len(capital) == 1 else word[0]) + word[1:]


def without_case(text: str) -> str:
    """Return a form in which texts are equal that differ in case only."""
    plain = unicodedata.normalize("NFC", text).replace("İ", "i").replace(_DOTTED_I, "i").replace("ı", "i")
    return plain.casefold().replace("ς", "σ")
