"""Files that are not UTF-8: which older encoding turns their bytes into words that people write.

The bytes alone cannot prove it. Each candidate is judged by the letters it would make of them: letters of its own
languages speak for it; signs within words, capitals after small letters and words of two scripts speak against it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_BYTES = 131_072
_BLOCK_BYTES = 1 << 20
#: Read when nothing else fits: it fits any bytes.
_LAST = "latin-1"


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An encoding, and the letters that speak for it."""

    name: str
    #: Letters of the languages that were written in it.
    letters: str = ""
    #: How the names of its letters begin in Unicode.
    script: str = "LATIN"
    #: What its common ideographs can be written in, and below which first byte they stand.
    common: tuple[str, int] | None = None
    #: A word of three letters has one of these at least.
    vowels: str = ""
    #: What it takes off that hardly anything writes it any more.
    handicap: float = 0.0


_CYRILLIC_VOWELS = "аеёиоуыэюяіїє"
_CANDIDATES = (
    _Candidate("cp1252", "äöüßéèêëàâçñáíóúôûîïåøæœãõ"),
    _Candidate("cp1250", "ąćęłńóśźżčďěňřšťůžýáíéúőűăâîäöüß"),
    _Candidate("cp1251", script="CYRILLIC", vowels=_CYRILLIC_VOWELS),
    _Candidate("cp1255", script="HEBREW"),
    _Candidate("koi8-r", script="CYRILLIC", vowels=_CYRILLIC_VOWELS, handicap=0.05),
    _Candidate("cp1253", script="GREEK", vowels="αεηιουωάέήίόύώϊϋΐΰ"),
    _Candidate("cp1254", "çğıöşüâîÇĞİÖŞÜ"),
    _Candidate("cp1256", script="ARABIC"),
    _Candidate("mac-roman", "äöüßéèêëàâçñáíóúôûîïåøæœãõ", handicap=0.5),
    _Candidate("cp850", "äöüßéèêëàâçñáíóúôûîïåøæãõ", handicap=0.5),
    _Candidate("cp932", script="HIRAGANA KATAKANA", common=("shift_jis", 0x98)),
    _Candidate("euc_jp", script="HIRAGANA KATAKANA", common=("euc_jp", 0xD0)),
    _Candidate("cp949", script="HANGUL", common=("euc_kr", 0xC9)),
    _Candidate("gb18030", script="CJK", common=("gb2312", 0xD8)),
    _Candidate("big5", script="CJK", common=("big5", 0xC7)),
)
#: What a character is worth: at home, in the script at least, a sign beside words, and out of place.
_HOME, _KINDRED, _BESIDE, _ODD = 1.0, 0.4, 0.2, -1.0
#: Syllables say more than ideographs: less of what they are written in makes them by chance.
_SYLLABLE = 1.1
#: Signs that people do write within words and before numbers.
_USUAL_SIGNS, _USUAL = "’‘´·€", 0.6
_BESIDE_WORDS = frozenset({"Pi", "Pf", "Pd", "Sc", "So", "Mn", "Zs"})
_VOICELESS = 2


def telling_lines(path: Path) -> bytes:
    """Return lines of a file that hold more than plain letters, from its beginning on, as many as it takes to tell."""
    found, size = [], 0
    with path.open("rb") as file:
        while size < _SAMPLE_BYTES and (lines := file.readlines(_BLOCK_BYTES)):
            for line in lines:
                if not line.isascii() and size < _SAMPLE_BYTES:
                    found.append(line)
                    size += len(line)
    return b"".join(found)


def best_guess(path: Path, sample: bytes) -> str:
    """Return the encoding that makes the best words of `sample` and fits the whole file."""
    scores = {}
    for candidate in _CANDIDATES:
        try:
            scores[candidate.name] = _score(candidate, sample.decode(candidate.name))
        except UnicodeDecodeError:
            continue
    ranked = sorted((name for name in scores if scores[name] > 0), key=lambda name: -scores[name])
    return next((name for name in (*ranked, "cp1252") if _fits(path, name)), _LAST)


def _score(candidate: _Candidate, text: str) -> float:
    """Return what the characters beyond ASCII are worth in the middle."""
    worths = [worth for word in _words(text) for worth in _worths(candidate, word)]
    return sum(worths) / len(worths) - candidate.handicap if worths else 0.0


def _words(text: str) -> Iterator[str]:
    """Yield what stands between blanks and plain signs and is not plain throughout."""
    separated = "".join(character if character.isalpha() or character > "\x7f" else " " for character in text)
    return (word for word in separated.split() if not word.isascii())


def _worths(candidate: _Candidate, word: str) -> Iterator[float]:
    is_odd = candidate.script != "LATIN" and any(character.isascii() for character in word)
    if candidate.vowels and len(word) > _VOICELESS:
        is_odd |= set(word.lower()).isdisjoint(candidate.vowels)
    for place, character in enumerate(word):
        if not character.isascii():
            yield _ODD if is_odd or _is_capital_within(word, place) else _worth(candidate, word, place)


def _is_capital_within(word: str, place: int) -> bool:
    return place > 0 and word[place].isupper() and word[place - 1].islower()


def _worth(candidate: _Candidate, word: str, place: int) -> float:
    character = word[place]
    if not character.isalpha():
        return _worth_of_sign(word, place)
    script = unicodedata.name(character, "PRIVATE").split()[0]
    if script not in candidate.script and not (script == "CJK" and candidate.common is not None):
        return _ODD
    if candidate.letters:
        return _HOME if character.lower() in candidate.letters else _KINDRED
    if script in {"HANGUL", "CJK"} and candidate.common is not None:
        return _worth_by_standard(character, *candidate.common) * (_SYLLABLE if script == "HANGUL" else 1)
    return _SYLLABLE if script in {"HIRAGANA", "KATAKANA"} else _HOME


def _worth_of_sign(word: str, place: int) -> float:
    if word[place] in _USUAL_SIGNS:
        return _USUAL
    is_within = 0 < place < len(word) - 1 and word[place - 1].isalpha() and word[place + 1].isalpha()
    return _BESIDE if not is_within and unicodedata.category(word[place]) in _BESIDE_WORDS else _ODD


def _worth_by_standard(character: str, encoding: str, bound: int) -> float:
    """Return what a syllable or an ideograph is worth: the common ones come first in the old standards."""
    try:
        code = character.encode(encoding)
        return _HOME if len(code) == 2 and code[0] < bound else _BESIDE
    except UnicodeEncodeError:
        return _BESIDE / 2


def _fits(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while file.read(_BLOCK_BYTES):
                pass
    except UnicodeDecodeError:
        return False
    return True
