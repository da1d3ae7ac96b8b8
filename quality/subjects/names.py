"""What is known of personal names: how one that is all capitals or all small letters is written."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from quality.subjects import casing
from quality.subjects.name_particles import PARTICLES, particle_form
from quality.words import word_set

#: Signs people type for an apostrophe between Latin letters: acute, backtick, quotes, prime.
_APOSTROPHES = re.compile(r"(?<=[^\W\d_])[`´‘’′＇](?=[^\W\d_])")
#: The letters of Uzbek that are written with a turned comma: no apostrophes.
_UZBEK = re.compile(r"[oOgG][‘ʻ]")
_PLAIN = re.compile(r"[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*")
_TOKEN = re.compile(r"(\s+|[-‐‑/])")
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 80
_NO_SUCH_NAMES = re.compile(r"[\d@:/\\<>|{}=#*&]")

_PREFIXES = frozenset({"d", "dell", "dall", "degl", "nell", "sant", "l", "m", "n", "o", "all", "о", "д", "л"})
_SUFFIXES = {
    "jr": "Jr", "sr": "Sr", "phd": "PhD", "ph.d": "Ph.D", "esq": "Esq", "mba": "MBA", "md": "MD", "m.d": "M.D",
    "cpa": "CPA", "dds": "DDS",
}  # fmt: skip
_NUMERALS = frozenset({"ii", "iii", "iv", "vii", "viii"})
_VOWELS = frozenset("aeiouyáàâäãåāăąæéèêëēėęěíìîïīįóòôöõőøōœúùûüűūůųýÿıəơưаеёиоуыэюяіїєαεηιουωάέήίόύώաեէըիոօ")
#: Where Mac before a name is mostly a prefix, and spelt in two ways.
_GAELIC = frozenset({"IE", "GB"})
#: Where Mc is a sound of the language.
_NGUNI = frozenset({"ZA", "ZW", "SZ", "LS"})
#: Where a capital in the middle (`DuBois`) is usual.
_AMERICAN = frozenset({"", "US", "CA"})
_DUTCH = frozenset({"NL", "BE"})
_IRISH_BEFORE_H = frozenset({"ó", "uí", "ní", "mhic"})
_GEORGIAN_CAPITALS = re.compile(r"[\u1c90-\u1cbf]")


@dataclass(frozen=True, slots=True)
class NameForm:
    """How a name is written, and whether that is beyond doubt."""

    text: str
    is_sure: bool


def is_plain(text: str) -> bool:
    """Return whether a name is surely written as it should be, whatever the country."""
    return _PLAIN.fullmatch(text) is not None


@functools.lru_cache(maxsize=8192)
def proper_form(text: str, *, is_given: bool, country: str) -> NameForm:
    """Return the proper form of a given name or surname; the same text when nothing can be said of it.

    Only a name that is all capitals, all small letters or typed with the shift key the wrong way round says nothing
    about its case; any other is as its owner writes it, but for the apostrophe. Scripts that do not tell capitals
    from small letters are left alone.
    """
    if _PLAIN.fullmatch(text):
        return NameForm(text, is_sure=True)
    script = casing.script_of(text)
    if not script:
        return NameForm(text, is_sure=True)
    if script == "georgian":
        return NameForm(text.lower() if _GEORGIAN_CAPITALS.search(text) else text, is_sure=True)
    tidy = _with_apostrophes(text, country) if script == "latin" else text
    if casing.is_slip_of_the_shift_key(tidy):
        tidy = tidy.upper()
    elif not casing.is_of_one_case(tidy):
        return NameForm(_with_final_sigma(tidy) if script == "greek" else tidy, is_sure=True)
    if _is_not_a_name(tidy):
        return NameForm(text, is_sure=True)
    form = _Writer(tidy, is_given=is_given, country=country).form()
    return NameForm(text, is_sure=True) if form.text == tidy else form


def _with_apostrophes(text: str, country: str) -> str:
    """Return `text` with one sign for all apostrophes; Uzbek letters are written with another."""
    if text.isascii() and "`" not in text:
        return text
    return text if country == "UZ" or _UZBEK.search(text) else _APOSTROPHES.sub("'", text)


def _with_final_sigma(text: str) -> str:
    return re.sub(r"(?<=[^\W\d_])σ(?![^\W\d_])", "ς", text)


def _is_not_a_name(text: str) -> bool:
    # ffrench, ffolkes: small by right
    return text.startswith("ff") or len(text) > _LONGEST or _NO_SUCH_NAMES.search(text) is not None


@functools.cache
def _camel_names() -> Mapping[str, str]:
    return MappingProxyType({name.casefold(): name for name in word_set("camel_names")})


class _Writer:
    """Writes one name of one case, word by word, and keeps count of its doubts."""

    def __init__(self, text: str, *, is_given: bool, country: str) -> None:
        self.text = text
        self.is_given = is_given
        self.country = country
        self.was_upper = casing.is_upper(text)
        self.script = casing.script_of(text)
        self.is_sure = True

    def form(self) -> NameForm:
        """Return the whole name as it is written."""
        plain, is_told_by_capitals = casing.lowered(self.text, self.country)
        self.is_sure = is_told_by_capitals or (self.is_given and "ss" in plain)
        if self.script == "greek":
            plain = _with_final_sigma(plain)
        if self.script == "latin" and self.was_upper and self._may_be_turkish(plain):
            self.is_sure = False
        parts = _TOKEN.split(plain)
        written = "".join(part if place % 2 else self._piece(part, place, parts) for place, part in enumerate(parts))
        if casing.without_case(written) != casing.without_case(plain):
            return NameForm(self.text, is_sure=True)
        return self._with_inner_capitals(written)

    def _may_be_turkish(self, plain: str) -> bool:
        """Return whether a name from Cyprus may have lost the dot of its I."""
        return self.country == "CY" and "i" in plain and any(sign in plain for sign in "çöşüğ")

    def _with_inner_capitals(self, written: str) -> NameForm:
        """Return the form with the inner capital some bearers of the name write (`DeAndre`): only they can tell."""
        key = written.casefold()
        if key in word_set("two_way_names"):
            return NameForm(written, is_sure=False)
        camel = _camel_names().get(key)
        if not camel or self.country not in _AMERICAN:
            return NameForm(written, self.is_sure)
        return NameForm(camel, is_sure=False)

    def _piece(self, piece: str, place: int, pieces: list[str]) -> str:
        """Return one blank- or hyphen-separated piece as it is written."""
        if not piece:
            return piece
        bare = piece.strip(".,()\"'“”„«»")
        if len(pieces) > 1:
            special = self._special_piece(piece, bare, place, pieces)
            if special:
                return special
        return piece.upper() if self._is_initials(bare) else self._word(piece)

    def _special_piece(self, piece: str, bare: str, place: int, pieces: list[str]) -> str:
        """Return a suffix, a particle or an Irish word between others as it is written; empty for all else."""
        is_last = place == len(pieces) - 1
        if is_last and not self.is_given and (bare in _NUMERALS or bare in _SUFFIXES):
            return piece.replace(bare, _SUFFIXES.get(bare, bare.upper()))
        before = pieces[place - 2] if place > 1 else ""
        if before in {"mac", "nic", "mhic"} and bare in {"an", "a", "na"} and not is_last:
            return piece
        if before in _IRISH_BEFORE_H and re.match(r"h[aeiouáéíóú]", piece):
            self.is_sure = False
            return "h" + self._word(piece[1:])
        if piece in PARTICLES:
            return self._first_capital(piece) if is_last else self._particle(place, pieces)
        return ""

    def _particle(self, place: int, pieces: list[str]) -> str:
        """Return a particle with something behind it as its bearer's country writes it."""
        particle = pieces[place]
        capital = self._first_capital(particle)
        if self.is_given and place == 0:
            return capital
        if particle in {"'t", "'s"} or (place > 0 and pieces[place - 1] == "-"):
            return particle
        is_behind_another = place >= 2 and pieces[place - 2] in PARTICLES
        is_small, is_sure = particle_form(particle, self.country, is_behind_another=is_behind_another)
        self.is_sure = self.is_sure and is_sure
        return particle if is_small else capital

    def _is_initials(self, bare: str) -> bool:
        """Return whether the piece stands for several names: `J.R.`, `TJ`, `CJ`."""
        if "." in bare:
            return all(len(letter) == 1 for letter in bare.split(".") if letter)
        if not self.is_given or not bare.isalpha() or not self.was_upper:
            return False
        has_vowel = any(sign in _VOWELS for sign in bare)
        if len(bare) == 2:
            return not has_vowel or (self.script == "latin" and bare not in word_set("short_given_names"))
        return len(bare) == 3 and not has_vowel and self.script == "latin"

    def _word(self, word: str) -> str:
        head, sign, tail = word.partition("'")
        if sign and tail and head.strip('("“„') in _PREFIXES:
            return self._first_capital(head) + sign + self._word(tail)
        if self.script != "latin":
            return self._first_capital(word)
        if word.startswith("ij") and len(word) > 3 and word[2] not in _VOWELS:
            self.is_sure = self.is_sure and self.country in _DUTCH
            if self.country in {*_DUTCH, ""}:
                return "IJ" + word[2:]
        return self._gaelic_word(word) or self._first_capital(word)

    def _gaelic_word(self, word: str) -> str:
        """Return a surname in Mc or Mac as it is written; empty for all others."""
        if self.is_given and not word.startswith("mck"):
            return ""
        if word.startswith("mc") and len(word) > 4:
            if self.country in _NGUNI:
                self.is_sure = False
                return ""
            return "Mc" + self._first_capital(word[2:])
        if not word.startswith("mac") or len(word) < 6:
            return ""
        if word in word_set("mac_two_ways") or (self.country in _GAELIC and word not in word_set("mac_names")):
            self.is_sure = False
        return "Mac" + self._first_capital(word[3:]) if word in word_set("mac_names") else ""

    def _first_capital(self, word: str) -> str:
        """Return `word` with its first letter, and each first letter behind a dot or bracket, as a capital."""

        def raised(found: re.Match[str]) -> str:
            start = found.start()
            if start and word[start - 1] not in '.("“„«':
                return found.group()
            return casing.with_capital(found.group(), has_dotted_i=self._has_dotted_i())

        return _WORD.sub(raised, word)

    def _has_dotted_i(self) -> bool:
        """Return whether a small i at the beginning of a word has a dot on its capital too."""
        return casing.is_turkish(self.text, self.country)
