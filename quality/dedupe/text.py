"""How texts are folded before they are compared, and what counts as no text at all."""

from __future__ import annotations

import functools
import re

from quality.subjects import junk
from quality.words import folded, word_table

_MOJIBAKE = re.compile("[ÃÂâÐÑ][\u0080-\u00bf\u2018-\u203a€™]")
#: Umlauts are written as one letter or as two: both become the one.
_TWO_LETTERS = re.compile(r"([ao])e|(?<!q)(u)e|(a)a")
_EASTERN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LATIN_END = "\u0250"
_NO_TEXT = frozenset({"", "-", ".", "..", "?", "x", "xx", "xxx", "na", "n a", "none", "null", "unknown", "nan"})


@functools.lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """Return `text` as it is compared: mended, in Latin letters, without case, marks and signs, umlauts as one letter.

    Empty for what only fills a field.
    """
    if not text or text.isspace():
        return ""
    mended = _mended(text.strip())
    key = folded(_in_latin(mended))
    if key in _NO_TEXT or junk.is_placeholder(mended):
        return ""
    return _TWO_LETTERS.sub(r"\1\2\3", key)


def _mended(text: str) -> str:
    """Return a text that was read in the wrong encoding as it was meant."""
    if text.isascii() or not _MOJIBAKE.search(text):
        return text
    import ftfy

    return str(ftfy.fix_text(text))


def _in_latin(text: str) -> str:
    """Return a text of another script in Latin letters; words that the script does not part are parted."""
    if text.isascii() or max(text) < _LATIN_END:
        return text
    from anyascii import anyascii

    if _EASTERN.search(text):
        spelt = (f" {anyascii(sign)} " if _EASTERN.match(sign) else sign for sign in text)
        return " ".join("".join(spelt).split())
    return anyascii(text)


@functools.cache
def spellings(table: str) -> dict[str, str]:
    """Return the entries of a table of `key: spelling, spelling` as key by folded spelling; the first key wins."""
    found: dict[str, str] = {}
    for key, values in word_table(table).items():
        for value in values:
            spelling = plain(value)
            if spelling:
                found.setdefault(spelling, key)
    return found


@functools.cache
def phrases(table: str) -> tuple[dict[tuple[str, ...], str], int]:
    """Return the spellings of a table by their words, and how many words the longest has."""
    found = {tuple(spelling.split()): key for spelling, key in spellings(table).items()}
    return found, max(map(len, found))
