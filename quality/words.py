"""Word lists and tables from `quality/data`, read once."""

from __future__ import annotations

import functools
import importlib.resources
import re
import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType


@functools.cache
def word_list(name: str) -> tuple[str, ...]:
    """Return the lines of `quality/data/<name>.txt`, in order, without comments and blank lines."""
    return tuple(_lines(name))


@functools.cache
def line_set(name: str) -> frozenset[str]:
    """Return the lines of `quality/data/<name>.txt` to look them up."""
    return frozenset(_lines(name))


@functools.cache
def word_set(name: str) -> frozenset[str]:
    """Return the blank-separated words of `quality/data/<name>.txt`."""
    return frozenset(word for line in _lines(name) for word in line.split())


@functools.cache
def word_table(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return `quality/data/<name>.txt`, lines of `key: value, value`, by key."""
    table = {}
    for line in _lines(name):
        key, _, values = line.partition(":")
        table[key.strip()] = tuple(value.strip() for value in values.split(",") if value.strip())
    return MappingProxyType(table)


@functools.lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Return `text` as a key to look it up by: no case, no marks on Latin letters, no punctuation, single blanks."""
    if text.isascii():
        return " ".join(text.lower().translate(_ASCII_SIGNS).split())
    plain = unicodedata.normalize("NFKD", text.casefold().replace("\N{LATIN SMALL LETTER DOTLESS I}", "i"))
    plain = unicodedata.normalize("NFC", _MARKS.sub("", plain).translate(_LETTERS)).replace("'", "")
    if not plain.replace(" ", "").isalnum():
        plain = "".join(sign if sign.isalnum() or _is_mark(sign) else " " for sign in plain)
    return " ".join(plain.split())


def is_stand_in(value: object) -> bool:
    """Return whether a text only stands where a CRM insists on one: `[not provided]`."""
    return isinstance(value, str) and value.startswith("[") and value.endswith("]")


#: What becomes of the signs of plain texts: an apostrophe parts no word, all others do.
_ASCII_SIGNS = {place: "" if chr(place) == "'" else " " for place in range(128) if not chr(place).isalnum()}
_MARKS = re.compile("[\u0300-\u036f]+")
#: Letters that Unicode does not take apart.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ħ": "h", "’": ""})


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign) in {"Mn", "Mc"}


def _lines(name: str) -> Iterator[str]:
    text = (importlib.resources.files("quality") / "data" / f"{name}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        content = line.partition("#")[0].strip()
        if content:
            yield content
