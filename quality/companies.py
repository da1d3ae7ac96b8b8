"""What is known of company names: legal forms, brands, and how a name of one case is written."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from quality import webs
from quality.words import word_set

_GAP = re.compile(r"(\s+|(?<=\w)[-–/](?=\w))")
#: Words that begin the name of a person the company may be named after: small for some of them.
_PARTICLES = frozenset({"van", "von", "de", "del", "della", "di", "da", "dos", "du", "al", "el", "bin", "ter", "ten"})
#: Forms written in capitals by some and in small letters by others.
_TWO_WAYS = frozenset({"srl", "spa", "snc", "srls", "plc"})
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
    if not _is_of_one_case(text) or len(text) > _LONGEST or not _is_latin(text):
        return unchanged
    pieces = _GAP.split(text)
    if webs.is_host(text.lower()) or (len(pieces) == 1 and _stands_as_it_is(text)):
        return unchanged
    is_upper = text.isupper()
    is_turkish = "İ" in text or (country == "TR" and any(sign in text for sign in "ÇĞÖŞÜ"))
    if is_upper and is_turkish:
        pieces = [_turkish_lower(piece) for piece in pieces]
    forms = [
        CompanyForm(piece, is_sure=True) if place % 2 or not piece else _word(pieces, place, is_upper=is_upper)
        for place, piece in enumerate(pieces)
    ]
    tidy = _POLISH.sub(lambda found: found.group().capitalize(), "".join(form.text for form in forms))
    if _without_case(tidy) != _without_case(text):
        return unchanged
    is_sure = all(form.is_sure for form in forms) and not _POLISH.search(tidy)
    is_dotless = is_upper and not is_turkish and "I" in text and (country == "TR" or "Ş" in text or "Ğ" in text)
    return CompanyForm(tidy, is_sure and not is_dotless)


def _without_case(text: str) -> str:
    return text.replace("İ", "i").replace("ı", "i").casefold()


def _turkish_lower(text: str) -> str:
    return text.replace("İ", "i").replace("I", "ı").lower()


def _is_of_one_case(text: str) -> bool:
    plain = text.replace("ß", "")
    return plain.isupper() or plain.islower()


def _is_latin(text: str) -> bool:
    return text.isascii() or all(unicodedata.name(sign, "").startswith("LATIN") for sign in text if sign.isalpha())


def _stands_as_it_is(word: str) -> bool:
    """Return whether a name of one word may well be meant the way it is: a brand, an acronym or a web address."""
    brand = _brands().get(word.casefold())
    if brand:
        return brand == word
    if _WEB_NAME.fullmatch(word) or any(sign.isdigit() for sign in word):
        return True
    return word.isupper() and len(word) <= _SHORT + 1


def _word(pieces: list[str], place: int, *, is_upper: bool) -> CompanyForm:
    """Return one word of a name of one case."""
    word = pieces[place]
    bare = word.strip(".,()\"'&+")
    key = bare.casefold()
    if not bare:
        return CompanyForm(word, is_sure=True)
    known = _listed(word, bare, is_first=place == 0)
    if known:
        return CompanyForm(
            known, is_sure=not (is_upper and key in _TWO_WAYS) and not (place == 0 and key in _PARTICLES)
        )
    if _DOTTED.fullmatch(bare):
        return CompanyForm(word.upper(), is_sure=False)
    if _WEB_NAME.fullmatch(bare) or any(sign.isdigit() for sign in bare):
        return CompanyForm(word, is_sure=False)
    if 1 < len(bare) <= _SHORT and key not in word_set("company_words"):
        is_part = any(0 <= near < len(pieces) and pieces[near] in {"-", "–", "/"} for near in (place - 1, place + 1))
        return _short_word(word, key, is_upper=is_upper, is_part=is_part)
    return CompanyForm(_capital(word), is_sure=key not in _camel_words())


@functools.cache
def _camel_words() -> frozenset[str]:
    """Return surnames that some write with a capital in the middle."""
    return frozenset(name.casefold() for name in word_set("camel_names"))


def _listed(word: str, bare: str, *, is_first: bool) -> str:
    """Return the form of a legal form, a brand or a small word; empty for all others."""
    key = bare.casefold()
    if not is_first and (legal := _legal(word, key)):
        return legal
    if brand := _brands().get(key):
        return word.replace(bare, brand)
    if key in word_set("company_small_words"):
        return _capital(word) if is_first else word.lower()
    return ""


def _short_word(word: str, key: str, *, is_upper: bool, is_part: bool) -> CompanyForm:
    """Return a short word that is in no list: an acronym, or a name, and often nobody can tell."""
    has_vowel = any(sign in _VOWELS for sign in key)
    if not has_vowel:
        return CompanyForm(word.upper(), is_sure=True)
    if len(key) <= _ACRONYM or is_part:
        return CompanyForm(word.upper() if is_upper else _capital(word), is_sure=False)
    return CompanyForm(_capital(word), is_sure=not is_upper or _sounds_like_a_word(key))


def _sounds_like_a_word(key: str) -> bool:
    """Return whether four letters can be spoken as one syllable or two (`gate`, `nova`): acronyms mostly cannot."""
    return "".join("v" if sign in _VOWELS else "c" for sign in key) in {"cvcv", "cvvc", "cvcc", "ccvc"}


def _capital(word: str) -> str:
    """Return the word with a capital at its start and behind Mc, O' and D'."""
    small = word.lower()
    found = re.search(r"[^\W\d_]", small)
    if not found:
        return small
    start = found.start()
    if small[start : start + 2] == "mc" and len(small) - start > _SHORT:
        return small[:start] + "Mc" + small[start + 2 :].capitalize()
    if re.match(r"[odl]['’][^\W\d_]{2}", small[start:]):
        return small[:start] + small[start].upper() + small[start + 1] + _capital(small[start + 2 :])
    first = small[start].upper()
    return small[:start] + (first if len(first) == 1 else small[start]) + small[start + 1 :]


def _legal(word: str, key: str) -> str:
    """Return the legal form `word` is, as it is written, with the dots it came with; empty when it is none."""
    plain = _legal_forms().get(key.replace(".", ""))
    if not plain:
        return ""
    core = word.strip(",()")
    dots = core.count(".")
    dotted = _dotted_forms().get(key.replace(".", ""), "")
    if dots and dotted.count(".") == dots:
        return word.replace(core, dotted)
    if dots == 0 or (dots == 1 and core.endswith(".")):
        return word.replace(core, plain + "." * dots)
    return word.replace(core, core.upper())


@functools.cache
def _brands() -> Mapping[str, str]:
    return MappingProxyType({brand.casefold(): brand for brand in sorted(word_set("brands"))})


@functools.cache
def _legal_forms() -> Mapping[str, str]:
    """Return legal forms as they are written without dots, by what is left of them without dots and case."""
    forms = sorted(word_set("legal_forms"), key=lambda form: -form.count("."))
    return MappingProxyType({_bare(form): form.replace(".", "") for form in forms})


@functools.cache
def _dotted_forms() -> Mapping[str, str]:
    return MappingProxyType({_bare(form): form for form in sorted(word_set("legal_forms")) if "." in form})


def is_legal_form(word: str) -> bool:
    """Return whether a word is the short form of a kind of company, in whatever case: GmbH, LLC, OOO, ООО."""
    return _bare(word) in _legal_forms()


def _bare(form: str) -> str:
    return form.replace(".", "").casefold()
