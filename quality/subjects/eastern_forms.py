"""Legal forms of companies in scripts that are not Latin: what stands for them, and how they are written."""

from __future__ import annotations

import functools
import re

from quality.subjects import casing

#: One sign or two brackets in place of the Japanese words: the same form, and the words are its name.
_JAPANESE = {"株": "株式会社", "有": "有限会社"}
_JAPANESE_SIGN = re.compile(r"[㈱㈲]|[(（]\s*([株有])\s*[)）]")
_SIGNS = {"㈱": "株", "㈲": "有"}
#: The Korean sign, and brackets of double width: people write it with plain ones.
_KOREAN_SIGN = re.compile(r"㈜|（\s*주\s*）|[(（]\s+주\s*[)）]")
_KOREAN = "(주)"
_EASTERN = re.compile(r"[㈱㈲㈜]|[(（]\s*[株有合주]\s*[)）]|株式会社|有限会社|合同会社|股份有限公司|有限公司|주식회사")
_LEADING_CYRILLIC = re.compile(r"^(?:ооо|оао|зао|пао|нао|тоо|одо|тов|чао|пат|прат)\s+", re.IGNORECASE)
#: In front of a name in Cyrillic, always in capitals: companies, and those who trade under their own name.
_CYRILLIC = frozenset({"ооо", "оао", "зао", "пао", "нао", "тоо", "одо", "тов", "чао", "пат", "прат", "фгуп", "муп"})
#: Not all in capitals: a small letter stands for the rest of the first word. All in capitals is as good.
_MIXED = {"прат": "ПрАТ"}
_WORDS = re.compile(r"(\s+)")
_QUOTES = "«»\"“”„'"
_SHORTEST_NAME = 4


def without_forms(text: str) -> str:
    """Return a name with a blank for each legal form of Japan, Korea and China, and for one in Cyrillic before it."""
    return text if text.isascii() else _LEADING_CYRILLIC.sub(" ", _EASTERN.sub(" ", text))


@functools.lru_cache(maxsize=4096)
def proper_form(text: str) -> tuple[str, bool]:
    """Return a name with its form as it is written, and whether that is beyond doubt; the same text for all others."""
    if text.isascii() or not without_forms(text).strip():
        return text, True
    if _KOREAN_SIGN.search(text):
        return _KOREAN_SIGN.sub(_KOREAN, text), True
    if _JAPANESE_SIGN.search(text):
        return _JAPANESE_SIGN.sub(_written_out, text).strip(), True
    return _cyrillic(text) if casing.script_of(text) == "cyrillic" else (text, True)


def _written_out(found: re.Match[str]) -> str:
    return _JAPANESE[found[1] or _SIGNS[found[0]]]


def _cyrillic(text: str) -> tuple[str, bool]:
    """Return a name behind its form in capitals. A name of one case is asked about: it may be an abbreviation."""
    form, gap, name = (*_WORDS.split(text, maxsplit=1), "", "")[:3]
    if form.casefold() not in _CYRILLIC or not name:
        return text, True
    if not casing.is_of_one_case(text):
        return (f"{_written(form)}{gap}{name}" if name.strip(_QUOTES)[:1].isupper() else text), True
    bare = name.strip(_QUOTES)
    if not bare.isalpha() or len(bare) < _SHORTEST_NAME:
        return text, True  # of several words nobody can tell which are names
    return f"{_written(form)}{gap}{_with_capital(name.lower())}", text.islower()


def _written(form: str) -> str:
    return form if form.isupper() else _MIXED.get(form.casefold(), form.upper())


def _with_capital(word: str) -> str:
    start = len(word) - len(word.lstrip(_QUOTES))
    return word[:start] + casing.with_capital(word[start:])
