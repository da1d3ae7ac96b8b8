"""What is known of company names: brands, acronyms, and how a name of one case is written."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from quality.subjects import casing, legal_forms, name_evidence, webs
from quality.subjects.legal_forms import is_legal_form
from quality.words import folded, word_set

__all__ = ["CompanyForm", "is_legal_form", "proper_form"]

_GAP = re.compile(r"(\s+|(?<=\w)[-–/](?=\w))")
#: Words that begin the name of a person the company may be named after: small for some of them.
_PARTICLES = frozenset(
    {"van", "von", "de", "del", "della", "di", "da", "das", "dos", "du", "al", "el", "bin", "ter", "ten"}
)
#: Countries where `i` is the word "and".
_I_IS_AND = frozenset({"PL", "HR", "SI", "RS", "BA", "ME", "MK"})
#: Where words of a company's name stand small or not as the founders like.
_FREE = frozenset({"VN", "BE"})
#: Kinds of companies that stand before the name.
_FORMS_IN_FRONT = {
    "ID": frozenset({"pt", "cv", "ud", "pd", "fa"}),
    "RU": frozenset({"ooo", "oao", "zao", "pao", "ip"}),
    "PL": frozenset({"fpuh", "pphu", "ppuh", "phu", "fhu", "ppu", "zphu"}),
}
#: Between two legal forms.
_BETWEEN_FORMS = frozenset({"&", "+", "und", "and", "et", "e", "y", "i"})
_NUMERALS = frozenset({"ii", "iii", "iv", "vii", "viii"})
#: `Sp. z o.o.` and its kind, whose words are no forms alone.
_POLISH = re.compile(r"\bsp\. ?(?:z ?o\. ?o\.?|j\.|k\.|p\.)", re.IGNORECASE)
_VOWELS = frozenset("aeiouyäöüáéíóúàèìòùâêîôûãõåæøœ")
_LONGEST = 120
_ACRONYM = 3
_SHORT = 4
_WEB_NAME = re.compile(r"\w+\.(?:com|net|org|io|ai|de|fr|co|uk|es|it|nl|app|dev|tv|me)$", re.IGNORECASE)
_DOTTED = re.compile(r"(?:\w\.){2,}\w?")


@dataclass(frozen=True, slots=True)
class CompanyForm:
    """How a company's name is written, and whether that is beyond doubt."""

    text: str
    is_sure: bool


@functools.lru_cache(maxsize=8192)
def proper_form(text: str, country: str = "") -> CompanyForm:
    """Return the display form of a company's name; the same text when nothing can be said of it.

    Only a name that is all capitals or all small letters is changed, and a legal form is never taken away. A short
    word may be an acronym: then the form is not sure.
    """
    unchanged = CompanyForm(text, is_sure=True)
    if not casing.is_of_one_case(text) or len(text) > _LONGEST or casing.script_of(text) != "latin":
        return unchanged
    if webs.is_host(text.lower()) or (" " not in text and not _GAP.search(text) and _stands_as_it_is(text)):
        return unchanged
    name, forms = _without_forms(text, country)
    written = _name(name, country, is_upper=casing.is_upper(text), has_form=bool(forms))
    tidy = " ".join([written.text, *(form.written for form in forms)])
    tidy = _POLISH.sub(lambda found: found.group().capitalize(), tidy)
    if casing.without_case(tidy) != casing.without_case(text):
        return unchanged
    is_sure = written.is_sure and all(form.is_sure for form in forms)
    return CompanyForm(tidy, is_sure and country not in _FREE and not _POLISH.search(tidy))


def _without_forms(text: str, country: str) -> tuple[str, list[legal_forms.Tail]]:
    """Return the name without the legal forms at its end, and those, as they are written."""
    words = text.split(" ")
    found: list[legal_forms.Tail] = []
    while form := legal_forms.tail_of(words, country):
        found.insert(0, form)
        words = words[: -form.words_count]
    return " ".join(words), found


def _name(name: str, country: str, *, is_upper: bool, has_form: bool) -> CompanyForm:
    """Return the name without its legal forms as it is written."""
    small, is_told_by_capitals = casing.lowered(name, country)
    pieces = _GAP.split(name)
    smalls = _GAP.split(small)
    if len(pieces) != len(smalls):
        return CompanyForm(name, is_sure=False)
    if casing.is_turkish(name, country):
        pieces = [_with_dotted_capital(piece, is_first=place == 0) for place, piece in enumerate(smalls)]
    forms = [
        CompanyForm(piece, is_sure=True)
        if place % 2 or not piece
        else _word(pieces, place, country, is_upper=is_upper, is_end=place == len(pieces) - 1 and not has_form)
        for place, piece in enumerate(pieces)
    ]
    has_lost_dots = is_upper and "I" in name and "İ" not in name and any(sign in name for sign in "ŞĞ")
    is_sure = is_told_by_capitals and not has_lost_dots and all(form.is_sure for form in forms)
    return CompanyForm("".join(form.text for form in forms), is_sure)


def _with_dotted_capital(word: str, *, is_first: bool) -> str:
    """Return a small Turkish word with its capital, which tells the dotted I from the other."""
    if not is_first and word in word_set("company_small_words"):
        return word
    return casing.with_capital(word, has_dotted_i=True)


def _stands_as_it_is(word: str) -> bool:
    """Return whether a name of one word may well be meant the way it is: a brand, an acronym or a web address."""
    brand = _brands().get(word.casefold())
    if brand:
        return brand == word
    if _WEB_NAME.fullmatch(word) or any(sign.isdigit() for sign in word):
        return True
    return len(word) <= _SHORT or (word.isupper() and len(word) <= _SHORT + 1)


def _word(pieces: list[str], place: int, country: str, *, is_upper: bool, is_end: bool) -> CompanyForm:
    """Return one word of a name of one case."""
    word = pieces[place]
    bare = word.strip(".,()\"'&+")
    key = bare.casefold()
    if not bare:
        return CompanyForm(word, is_sure=True)
    known = _listed(word, bare, country, is_first=place == 0, is_end=is_end, is_within=_is_within(pieces, place))
    if known:
        is_unclear = legal_forms.is_written_in_two_ways(key) and is_legal_form(bare)
        is_unclear = is_unclear or (place > 0 and key in _brands() and len(key) <= _SHORT)
        return CompanyForm(known, is_sure=not is_unclear and not (place == 0 and key in _PARTICLES))
    if _DOTTED.fullmatch(bare) or key in _NUMERALS:
        return CompanyForm(word.upper(), is_sure=place > 0 and key in _NUMERALS)
    if _WEB_NAME.fullmatch(bare) or any(sign.isdigit() for sign in bare):
        return CompanyForm(word, is_sure=False)
    if 1 < len(bare) <= _SHORT and key not in word_set("company_words"):
        return _short_word(word, key, is_upper=is_upper)
    return CompanyForm(_capital(word), is_sure=key not in _camel_words() and key not in word_set("company_two_ways"))


@functools.cache
def _camel_words() -> frozenset[str]:
    """Return surnames that some write with a capital in the middle."""
    return frozenset(name.casefold() for name in word_set("camel_names"))


def _is_within(pieces: list[str], place: int) -> bool:
    """Return whether more of a name follows, and no second form: a legal form stands nowhere but `AG & Co. KG`."""
    following = pieces[place + 2].casefold() if place + 2 < len(pieces) else ""
    return bool(following) and following not in _BETWEEN_FORMS and not is_legal_form(following.strip(".,()"))


def _listed(word: str, bare: str, country: str, *, is_first: bool, is_end: bool, is_within: bool) -> str:
    """Return the form of a legal form, a brand or a small word; empty for all others."""
    key = bare.casefold()
    if is_first and key in _FORMS_IN_FRONT.get(country, ()):
        return word.upper()
    may_be_a_word = is_within and len(key) <= _ACRONYM and "." not in word
    if not is_first and not may_be_a_word and (legal := legal_forms.plain_form(word)):
        return legal
    if brand := _brands().get(key):
        return word.replace(bare, brand)
    if key in word_set("company_small_words") or (key == "i" and country in _I_IS_AND):
        return _capital(word) if is_first or is_end else word.lower()
    return ""


def _short_word(word: str, key: str, *, is_upper: bool) -> CompanyForm:
    """Return a short word that is in no list: an acronym, or a name, and often nobody can tell."""
    if not any(sign in _VOWELS for sign in folded(key)):
        return CompanyForm(word.upper(), is_sure=len(key) <= _ACRONYM)
    if len(key) <= _ACRONYM:
        return CompanyForm(word.upper() if is_upper else _capital(word), is_sure=False)
    is_name = name_evidence.is_only_surname(key) or name_evidence.is_only_given_name(key)
    return CompanyForm(_capital(word), is_sure=is_name or _sounds_like_a_word(key))


def _sounds_like_a_word(key: str) -> bool:
    """Return whether four letters are spoken as a word (`gate`, `nova`): acronyms mostly are not."""
    return "".join("v" if sign in _VOWELS else "c" for sign in key) in {"cvcv", "cvvc"}


def _capital(word: str) -> str:
    """Return the word with a capital at its start and behind Mc, O' and D'."""
    small = word.replace("İ", "i").lower()
    found = re.search(r"[^\W\d_]", small)
    if not found:
        return small
    start = found.start()
    if small[start : start + 2] == "mc" and len(small) - start > _SHORT:
        return small[:start] + "Mc" + small[start + 2 :].capitalize()
    if re.match(r"[odl]['’][^\W\d_]{2}", small[start:]):
        return small[:start] + small[start].upper() + small[start + 1] + _capital(small[start + 2 :])
    first = "İ" if word[start] == "İ" else small[start].upper()
    return small[:start] + (first if len(first) == 1 else small[start]) + small[start + 1 :]


@functools.cache
def _brands() -> Mapping[str, str]:
    return MappingProxyType({brand.casefold(): brand for brand in sorted(word_set("brands"))})
