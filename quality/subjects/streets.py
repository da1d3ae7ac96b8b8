"""What is known of lines of an address: how one that is all capitals or all small letters is written.

Only lines are read that hold a word for a street in the language of their country, and nothing but words that can be
told from abbreviations. All others are left as they are.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from quality.subjects import casing
from quality.words import word_set, word_table

_LANGUAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": ("US", "CA", "GB", "IE", "AU", "NZ"),
        "de": ("DE", "AT", "CH", "LI"),
        "nl": ("NL",),
        "fr": ("FR",),
        "es": ("ES", "MX", "AR", "CO", "CL", "PE"),
        "it": ("IT",),
    }
)
_LANGUAGE_OF = MappingProxyType({country: name for name, countries in _LANGUAGES.items() for country in countries})
#: Where STRASSE in capitals stands for Straße.
_SHARP_S = frozenset({"DE", "AT"})
#: Where few families write a second capital behind their Mac.
_AMERICAN = frozenset({"US", "CA", ""})
#: Where the word for a street stands first; in the others it stands anywhere, or at the end of a word.
_TYPE_FIRST = frozenset({"fr", "es", "it"})
_STRASSE = re.compile(r"strasse\b", re.IGNORECASE)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_NUMBERED = re.compile(r"\D?\d.*")
_TOKENS = re.compile(r"([\s,;()]+)")
_PIECES = re.compile(r"([-/&])")
#: What is no French: the article begins a name (`rue de Le Goff`).
_NO_ARTICLES = frozenset({"de le", "de les"})
_ELIDED = re.compile(r"(d|l|dell|all|nell|dall|sull)(['’])(.+)")
_IRISH = re.compile(r"(o)(['’])([^\W\d_]{3,})")
_POSSESSIVE = re.compile(r"([^\W\d_]{2,})(['’]s?)")
_LETTERS = re.compile(r"[^\W\d_]+")
_VOWEL = re.compile("[aeiouyàáâäãåæèéêëìíîïòóôöõøùúûüý]")
#: Shorter ones are names only where a list has them: they may be abbreviations.
_SHORTEST_NAME = 4
_LONGEST = 120


@functools.lru_cache(maxsize=8192)
def proper_form(text: str, country: str) -> str:
    """Return the proper form of a street of one case; the same text when nothing can surely be said of it."""
    if len(text) > _LONGEST or not casing.is_of_one_case(text) or casing.script_of(text) != "latin":
        return text
    language = _language(text, country)
    lines = [_line(line, language, country) for line in text.split("\n")] if language else [""]
    form = "\n".join(lines)
    return form if all(lines) and casing.without_case(form) == casing.without_case(text) else text


def _language(text: str, country: str) -> str:
    """Return the language of an address; one without a country is English where it surely is."""
    words = _LETTERS.findall(text.lower())
    if country == "CA" and words and words[0] in _words("fr", "type"):
        return ""  # French or English: `avenue`, `route`, `place`
    if country:
        return _LANGUAGE_OF.get(country, "")
    return "en" if any(word in _words("en", "strong") for word in words) else ""


def _line(line: str, language: str, country: str) -> str:
    """Return one line as it is written; empty when some word of it is not known well enough."""
    small = _lowered(line, country)
    tokens, before = _TOKENS.split(small), _TOKENS.split(line)
    if len(tokens) != len(before) or not _is_street(_LETTERS.findall(small), language):
        return ""
    style = _Style(language, country)
    written, previous = [], ""
    for place, token in enumerate(tokens):
        word = token if place % 2 or not token else style.token(token, before[place], previous)
        if token and not word:
            return ""
        previous = previous if place % 2 else token
        written.append(word)
    return "".join(written)


def _lowered(line: str, country: str) -> str:
    """Return a line in small letters; empty where the capitals leave a doubt which."""
    if country in _SHARP_S and casing.is_upper(line):
        return "" if "SS" in _STRASSE.sub("", line) else _STRASSE.sub("straße", line.lower())
    small, is_sure = casing.lowered(line, country)
    return small if is_sure else ""


def _is_street(words: Sequence[str], language: str) -> bool:
    types, endings = _words(language, "type"), tuple(_words(language, "ending"))
    if any(word in _words(language, "unit") for word in words):
        return True
    if language in _TYPE_FIRST:
        return bool(words) and words[0] in types
    return any(word in types or word.removesuffix("s") in types or _ends(word, endings) for word in words)


def _ends(word: str, endings: tuple[str, ...]) -> bool:
    return bool(endings) and word.endswith(endings)


@dataclass(frozen=True, slots=True)
class _Style:
    """How words of a street are written in a language and a country."""

    language: str
    country: str

    def token(self, token: str, before: str, previous: str) -> str:
        """Return what stands between blanks as it is written; empty where nobody can tell."""
        if _ORDINAL.fullmatch(token.strip(".")):
            return token
        if _NUMBERED.fullmatch(token):
            return before  # `12B`, `12b`: a matter of taste
        pieces = _PIECES.split(token)
        if len(pieces) > 1 and self.language == "en" and any(len(piece) == 1 for piece in pieces[::2]):
            return ""  # `A-FRAME`, `C/O`
        written = [
            piece if place % 2 or not piece else self.word(piece, pieces[place - 2] if place else previous)
            for place, piece in enumerate(pieces)
        ]
        return "".join(written) if all(part or not piece for part, piece in zip(written, pieces, strict=True)) else ""

    def word(self, word: str, previous: str) -> str:
        """Return one word as it is written; empty where it may be an abbreviation, or be written in two ways."""
        bare = word.strip(".\"'’")
        if bare in self._all("article") and (
            previous not in self._all("small") or f"{previous} {bare}" in _NO_ARTICLES
        ):
            return ""
        if not bare or bare in self._all("small", "article") or (self.language == "fr" and bare in self._all("type")):
            return word if previous else casing.with_capital(word)
        if self.language == "en" and self._is_capital(bare, previous):
            return word.upper()
        if bare in self._all("type", "unit", "short"):
            return casing.with_capital(word)
        return self._with_apostrophe(word, previous) or self._name(word, bare)

    def _is_capital(self, bare: str, previous: str) -> bool:
        is_letter = (len(bare) == 1 and bare.isalpha()) or bare == "p.o"
        return is_letter or bare in self._all("capital") or (not previous and bare in self._all("route"))

    def _with_apostrophe(self, word: str, previous: str) -> str:
        """Return a word with an elided article, an Irish O' or a genitive as it is written; empty for all others."""
        if self.language in _TYPE_FIRST and (found := _ELIDED.fullmatch(word)):
            article, sign, rest = found.groups()
            name = self.word(rest, "")
            return name and (article if previous else casing.with_capital(article)) + sign + name
        if self.language == "en" and (found := _IRISH.fullmatch(word)):
            return found[1].upper() + found[2] + casing.with_capital(found[3])
        if self.language == "en" and (found := _POSSESSIVE.fullmatch(word)):
            name = self.word(found[1], "")
            return name and name + found[2]
        return ""

    def _name(self, word: str, bare: str) -> str:
        """Return a plain name with its capital; empty for short words no list has, and what is written in two ways."""
        if not _LETTERS.fullmatch(bare) or not _VOWEL.search(bare) or bare in _of_two_ways():
            return ""
        if len(bare) < _SHORTEST_NAME and bare not in word_set("given_names") and bare not in word_set("surnames"):
            return ""
        if self.language == "en" and bare.startswith("mc"):
            return "Mc" + casing.with_capital(word[2:]) if len(bare) > _SHORTEST_NAME else ""
        if self.language != "en" or not bare.startswith("mac") or len(bare) < len("maclay"):
            return casing.with_capital(word)
        if self.country not in _AMERICAN or bare in word_set("mac_two_ways"):
            return ""
        return "Mac" + casing.with_capital(word[3:]) if bare in word_set("mac_names") else casing.with_capital(word)

    def _all(self, *groups: str) -> frozenset[str]:
        return _words(self.language, *groups)


@functools.cache
def _of_two_ways() -> frozenset[str]:
    """Return words that are written with a capital in the middle, or in capitals, by some and not by others."""
    listed = (*word_set("camel_names"), *word_set("brands"))
    odd = frozenset(name.casefold() for name in listed if name[1:] != name[1:].lower())
    return odd | word_set("two_way_names") | _words("en", "doubtful")


@functools.cache
def _words(language: str, *groups: str) -> frozenset[str]:
    table = word_table("street_words")
    return frozenset(word for group in groups for word in table.get(f"{language} {group}", ()))
