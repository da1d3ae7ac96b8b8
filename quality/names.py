"""What is known of personal names: how one that is all capitals or all small letters is written."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from quality.words import word_set

#: Signs people type for an apostrophe between Latin letters: acute, backtick, quotes, prime.
_APOSTROPHES = re.compile(r"(?<=[^\W\d_])[`´‘’′＇](?=[^\W\d_])")
_PLAIN = re.compile(r"[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*")
_TOKEN = re.compile(r"(\s+|[-‐‑/])")
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 80

_PREFIXES = frozenset({"d", "dell", "dall", "degl", "nell", "sant", "l", "m", "n", "o", "all"})
_SUFFIXES = {"jr": "Jr", "sr": "Sr", "phd": "PhD", "esq": "Esq", "mba": "MBA", "md": "MD", "cpa": "CPA", "dds": "DDS"}
_NUMERALS = frozenset({"ii", "iii", "iv", "vii", "viii"})
_VOWELS = frozenset("aeiouyáàâäãåāăąæéèêëēėęěíìîïīįóòôöõőøōœúùûüűūůųýÿıəơư")

_DUTCH = frozenset({"van", "der", "den", "de", "ten", "ter", "te", "'t", "het", "op", "in"})
_GERMAN = frozenset({"von", "zu", "zum", "zur", "vom", "der", "dem", "den", "und"})
_IBERIAN = frozenset({"de", "del", "la", "las", "los", "da", "do", "das", "dos", "e", "y", "i"})
_FRENCH = frozenset({"de", "d"})
_NORDIC = frozenset({"af", "av", "von", "van", "de"})
#: Particles written small in the country; elsewhere (Italy, Belgium's Flemings, English-speaking countries) they are
#: written as their bearers choose.
_SMALL = {
    "NL": _DUTCH,
    "SR": _DUTCH,
    "DE": _GERMAN | {"van", "de"},
    "AT": _GERMAN | {"van", "de"},
    "CH": _GERMAN | {"de"},
    "LI": _GERMAN,
    "FR": _FRENCH,
    "LU": _FRENCH,
    "SE": _NORDIC,
    "DK": _NORDIC,
    "NO": _NORDIC,
    "FI": _NORDIC,
} | dict.fromkeys(
    (
        "ES",
        "PT",
        "BR",
        "MX",
        "AR",
        "CL",
        "CO",
        "PE",
        "VE",
        "EC",
        "UY",
        "PY",
        "BO",
        "CR",
        "PA",
        "GT",
        "HN",
        "NI",
        "SV",
        "DO",
        "CU",
        "PR",
        "AO",
        "MZ",
        "CV",
        "AD",
        "GQ",
    ),
    _IBERIAN,
)
_CAPITAL = frozenset({"IT", "SM", "VN", "BE"})
#: Words that are particles somewhere: with no country to tell, nobody can be sure how they are written.
_PARTICLES = (
    _DUTCH | _GERMAN | _IBERIAN | _NORDIC
    | {"di", "dello", "della", "dei", "degli", "du", "des", "le", "ap", "bin", "ibn", "bint"}
)  # fmt: skip
#: Particles that are written small by nearly everybody who does not live in one of the countries above.
_USUALLY_SMALL = frozenset({"von", "zu", "der", "den", "dos", "das", "af", "y", "bin", "ibn", "bint"})
_TURKISH = frozenset({"TR", "AZ", "CY"})


@dataclass(frozen=True, slots=True)
class NameForm:
    """How a name is written, and whether that is beyond doubt."""

    text: str
    is_sure: bool


@functools.lru_cache(maxsize=8192)
def proper_form(text: str, *, is_given: bool, country: str) -> NameForm:
    """Return the proper form of a given name or surname; the same text when nothing can be said of it.

    Only a name that is all capitals or all small letters says nothing about its case; any other is as its owner
    writes it, but for the apostrophe. Scripts other than Latin are left alone.
    """
    if _PLAIN.fullmatch(text):
        return NameForm(text, is_sure=True)
    tidy = _APOSTROPHES.sub("'", text) if not text.isascii() or "`" in text else text
    if not _is_latin(tidy) or not _has_one_case(tidy):
        return NameForm(tidy if _is_latin(tidy) else text, is_sure=True)
    if _is_not_a_name(tidy):
        return NameForm(text, is_sure=True)
    return _Writer(tidy, is_given=is_given, country=country).form()


def _is_not_a_name(text: str) -> bool:
    if text.startswith("ff"):  # ffrench, ffolkes: small by right
        return True
    return len(text) > _LONGEST or any(sign.isdigit() or sign in "@:/\\<>|{}=#*&" for sign in text)


def _is_latin(text: str) -> bool:
    return text.isascii() or all(unicodedata.name(sign, "").startswith("LATIN") for sign in text if sign.isalpha())


def _has_one_case(text: str) -> bool:
    plain = text.replace("ß", "")
    return plain.isupper() or plain.islower()


def _without_case(text: str) -> str:
    return text.replace("İ", "i").replace("ı", "i").casefold()


@functools.cache
def _camel_names() -> Mapping[str, str]:
    return MappingProxyType({name.casefold(): name for name in word_set("camel_names")})


class _Writer:
    """Writes one name of one case, word by word, and keeps count of its doubts."""

    def __init__(self, text: str, *, is_given: bool, country: str) -> None:
        self.text = text
        self.is_given = is_given
        self.country = country
        self.was_upper = text.replace("ß", "").isupper()
        self.is_sure = True

    def form(self) -> NameForm:
        """Return the whole name as it is written."""
        plain = self._lower(self.text)
        parts = _TOKEN.split(plain)
        written = "".join(part if place % 2 else self._piece(part, place, parts) for place, part in enumerate(parts))
        if _without_case(written) != _without_case(plain) or (self.was_upper and written == self.text):
            return NameForm(self.text, is_sure=True)
        return self._with_inner_capitals(written)

    def _with_inner_capitals(self, written: str) -> NameForm:
        """Return the form with the inner capital some bearers of the name write (`DeAndre`): only they can tell."""
        camel = _camel_names().get(written.casefold())
        return NameForm(camel, is_sure=False) if camel else NameForm(written, self.is_sure)

    def _lower(self, text: str) -> str:
        """Return `text` in small letters, with the Turkish I where it is one."""
        if not self.was_upper:
            return text
        has_turkish_letters = any(sign in text for sign in "İĞ") or (
            self.country in _TURKISH and any(sign in text for sign in "ÇÖŞÜ")
        )
        if has_turkish_letters:
            return text.replace("İ", "i").replace("I", "ı").lower()
        if self.country in _TURKISH and "I" in text[1:]:
            self.is_sure = False  # typed without Turkish letters, or with a dotless one: nobody can tell
        return text.lower()

    def _piece(self, piece: str, place: int, pieces: list[str]) -> str:
        """Return one blank- or hyphen-separated piece as it is written."""
        if not piece:
            return piece
        bare = piece.strip(".,()\"'")
        if len(pieces) > 1:
            is_last = place == len(pieces) - 1
            if is_last and not self.is_given and (bare in _NUMERALS or bare in _SUFFIXES):
                return piece.replace(bare, _SUFFIXES.get(bare, bare.upper()))
            if piece in _PARTICLES:
                return self._first_capital(piece) if is_last else self._particle(place, pieces)
        return piece.upper() if self._is_initials(bare) else self._word(piece)

    def _particle(self, place: int, pieces: list[str]) -> str:
        """Return a particle with something behind it as its bearer's country writes it."""
        particle = pieces[place]
        capital = self._first_capital(particle)
        if self.is_given and place == 0:
            return capital
        if particle == "'t" or (place > 0 and pieces[place - 1] == "-"):
            return particle
        small = _SMALL.get(self.country)
        if small is not None:
            return particle if particle in small else capital
        if self.country in _CAPITAL:
            return capital
        self.is_sure = False
        is_behind_another = place >= 2 and pieces[place - 2] in _PARTICLES
        is_small = particle in _USUALLY_SMALL or is_behind_another or not self.country
        return particle if is_small else capital

    def _is_initials(self, bare: str) -> bool:
        """Return whether the piece stands for several names: `J.R.`, `TJ`, `CJ`."""
        if "." in bare:
            return all(len(letter) == 1 for letter in bare.split(".") if letter)
        if not self.is_given or not bare.isalpha():
            return False
        if len(bare) == 2:
            return self.was_upper and bare not in word_set("short_given_names")
        return len(bare) == 3 and self.was_upper and not any(sign in _VOWELS for sign in bare)

    def _word(self, word: str) -> str:
        head, sign, tail = word.partition("'")
        if sign and tail and head.strip('("') in _PREFIXES:
            return self._first_capital(head) + sign + self._word(tail)
        if not self.is_given or word.startswith("mck"):
            if word.startswith("mc") and len(word) > 4:
                return "Mc" + self._first_capital(word[2:])
            if word in word_set("mac_names"):
                return "Mac" + self._first_capital(word[3:])
        return self._first_capital(word)

    def _first_capital(self, word: str) -> str:
        """Return `word` with its first letter, and each first letter behind a dot or bracket, as a capital."""

        def raised(found: re.Match[str]) -> str:
            start = found.start()
            if start and word[start - 1] not in '.("':
                return found.group()
            first = found.group()[0]
            capital = "İ" if first == "i" and self._has_turkish_i() else first.upper()
            return (capital if len(capital) == 1 else first) + found.group()[1:]

        return _WORD.sub(raised, word)

    def _has_turkish_i(self) -> bool:
        return "İ" in self.text or (self.country in {"TR", "AZ"} and not self.was_upper)
