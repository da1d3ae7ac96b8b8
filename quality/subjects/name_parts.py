"""The parts of a person's name in the fields they belong in: forms of address, suffixes, whole names in one field."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from quality.subjects import name_evidence
from quality.subjects.name_evidence import Order
from quality.subjects.name_particles import PARTICLES, begins_surname, with_particles
from quality.words import folded, word_table

#: Forms of address that are the same word in every list of a CRM.
_STANDARD = frozenset({"Mr.", "Mrs.", "Ms.", "Dr.", "Prof."})
#: Words that are given names or initials too: only with their dot are they forms of address.
_NEVER_BARE = frozenset({"m", "sr", "sig", "fr", "hr", "rev", "sir", "miss", "pan", "doctor", "professor", "reverend"})
#: Suffixes that are nothing else, wherever they stand.
_SURE_SUFFIXES = frozenset({"Jr.", "II", "III", "PhD", "Esq.", "MBA", "CPA", "DDS"})
_WORD = re.compile(r"[^\W\d_]+\.?(?:['’\-‐‑][^\W\d_]+)*\.?")
_CJK = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
#: Where people write the surname first, or bear two of them.
_SURNAME_FIRST = frozenset({"HU", "CN", "TW", "HK", "KR", "JP", "VN", "KH"})
#: Where people bear a middle name that is neither half of the given name nor a father's.
_WITH_MIDDLE_NAMES = frozenset({"US", "CA", "GB", "IE", "AU", "NZ"})
_INITIALS_BEHIND = re.compile(r"(?P<name>[^\W\d_]{2,})\.? (?P<initials>[A-Za-z]\.?(?: ?[A-Z]\.)?)")
_INITIALS_BEFORE = re.compile(r"(?P<initials>[A-Za-z]\.(?: ?[A-Z]\.)?) (?P<name>[^\W\d_]{2,}(?:['’-][^\W\d_]{2,})?)")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Split:
    """A text taken apart in two, and whether that is beyond doubt."""

    first: str
    second: str
    is_sure: bool


@functools.lru_cache(maxsize=4096)
def honorific_before(text: str) -> Split | None:
    """Return the form of address a name begins with, as it is written, and the name without it."""
    words = text.split()
    for length in (2, 1):
        behind = " ".join(words[length:])
        key = _key(" ".join(words[:length]))
        written = _honorifics().get(key)
        if not written or not _WORD.search(behind):
            continue
        if key in _NEVER_BARE and not words[length - 1].endswith("."):
            return None
        return Split(written, behind, is_sure=written in _STANDARD)
    return None


@functools.lru_cache(maxsize=4096)
def suffix_behind(text: str) -> Split | None:
    """Return a surname without the suffix behind it, and the suffix as it is written."""
    name, comma, behind = text.partition(",")
    if comma:
        parts = [_suffixes().get(_key(part), "") for part in behind.split(",")]
        return Split(name.strip(), ", ".join(parts), is_sure=True) if all(parts) and name.strip() else None
    words = text.split()
    written = _suffixes().get(_key(words[-1]), "") if len(words) > 1 else ""
    if not written:
        return None
    is_capital = words[-1].isupper() and not text.isupper()
    is_sure = (written in _SURE_SUFFIXES and (is_capital or len(written) > 2)) or (
        written == "Sr." and words[-1].endswith(".")
    )
    if not is_sure and not (is_capital or "." in words[-1]):
        return None
    return Split(" ".join(words[:-1]), written, is_sure)


def initials_behind(given: str, surname: str, country: str) -> Split | None:
    """Return a given name without the initials behind it, and these: `John Q.`. Not where they may be the surname's."""
    found = _INITIALS_BEHIND.fullmatch(given.strip())
    if not found or found["initials"][:1].casefold() == surname.strip()[:1].casefold():
        return None
    is_name = name_evidence.is_only_given_name(found["name"])
    return Split(found["name"], found["initials"], is_sure=is_name and country in _WITH_MIDDLE_NAMES)


def initials_before(surname: str, given: str, country: str) -> Split | None:
    """Return the initials with their dots that stand before a surname, and the surname, where that is usual."""
    found = _INITIALS_BEFORE.fullmatch(surname.strip())
    if not found or country not in _WITH_MIDDLE_NAMES or not name_evidence.is_only_given_name(given.strip()):
        return None
    return Split(found["initials"], found["name"], is_sure=True)


@functools.lru_cache(maxsize=4096)
def whole_name(text: str, email: str, country: str) -> Split | None:
    """Return given name and surname of a text that probably holds both."""
    if len(text) > _LONGEST or _CJK.search(text):
        return None
    behind, comma, before = (part.strip() for part in text.partition(","))
    if begins_surname((before if comma else text).partition(" ")[0]):
        return None  # a surname alone, or turned round behind its particle: `de Villeneuve`
    if comma:
        return _turned(before, behind, email)
    words = text.split()
    if not 2 <= len(words) <= 5 or not all(_WORD.fullmatch(word) for word in words):
        return None
    known = _by_address(words, email)
    if known or country in _SURNAME_FIRST:
        return known
    return _by_lists(words)


def _turned(given: str, surname: str, email: str) -> Split | None:
    if not all(_WORD.fullmatch(word) for word in (*given.split(), *surname.split())) or not given or not surname:
        return None
    if _key(given) in _suffixes() or _key(surname) in _suffixes():
        return None
    name = given.partition(" ")[0]
    is_sure = name_evidence.order_in(email, name, surname) is Order.GIVEN_FIRST
    return Split(given, surname, is_sure or (name_evidence.is_only_given_name(name) and len(surname) > 2))


def _by_address(words: list[str], email: str) -> Split | None:
    """Return the names as the person's address tells them apart; only a surname behind the given name is sure."""
    for place in range(1, len(words)):
        given, surname = " ".join(words[:place]), " ".join(words[place:])
        if name_evidence.order_in(email, words[0], surname) is Order.GIVEN_FIRST:
            return Split(*with_particles(given, surname))
    if len(words) != 2 or name_evidence.is_only_given_name(words[0]) or name_evidence.is_only_surname(words[1]):
        return None
    if name_evidence.order_in(email, words[1], words[0]) is Order.GIVEN_FIRST:
        return Split(words[1], words[0], is_sure=False)
    return None


def _by_lists(words: list[str]) -> Split | None:
    """Return what the lists of names suggest: never more than that."""
    place = next((place for place, word in enumerate(words) if place and word.casefold() in PARTICLES), len(words) - 1)
    given, surname = words[:place], words[place:]
    if all(name_evidence.is_only_given_name(word) for word in words) or surname[-1].casefold() in PARTICLES:
        return None
    is_turned = name_evidence.is_only_surname(words[0]) and name_evidence.is_only_given_name(words[-1])
    if is_turned and len(words) == 2:
        return Split(words[1], words[0], is_sure=False)
    has_given = name_evidence.is_only_given_name(given[0])
    has_surname = name_evidence.is_only_surname(surname[-1])
    return Split(" ".join(given), " ".join(surname), is_sure=False) if has_given or has_surname else None


def without_repetition(given: str, surname: str) -> Split | None:
    """Return the two names when one of the fields holds the other one's name as well."""
    one, other = given.split(), surname.split()
    first, second = [_key(word) for word in one], [_key(word) for word in other]
    if not first or not second or first == second or len(first) + len(second) < 3:
        return None
    is_sure = len(first) + len(second) == 3
    if first[-len(second) :] == second and first[: -len(second)] != second:
        return Split(" ".join(one[: -len(second)]), surname, is_sure and _is_no_double(first[0], second[0]))
    if second[: len(first)] == first and second[len(first) :] != first:
        return Split(given, " ".join(other[len(first) :]), is_sure and _is_no_double(first[0], second[-1]))
    return None


def _is_no_double(given: str, surname: str) -> bool:
    """Return whether the lists know the two for what their fields say."""
    return name_evidence.is_only_given_name(given) or name_evidence.is_only_surname(surname)


def _key(text: str) -> str:
    return folded(text.replace(".", "")).strip()


@functools.cache
def _honorifics() -> Mapping[str, str]:
    return _by_key("honorifics")


@functools.cache
def _suffixes() -> Mapping[str, str]:
    return _by_key("name_suffixes")


def _by_key(table: str) -> Mapping[str, str]:
    return MappingProxyType(
        {_key(spelling): form for form, more in word_table(table).items() for spelling in (form, *more)}
    )
