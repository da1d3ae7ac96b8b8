"""Phone numbers and identifiers as digits to compare."""

from __future__ import annotations

import functools
import re

from quality.subjects import junk

_EXTENSION = re.compile(r"(?:;ext=|\bext(?:ension|n)?\.?|\bx\.?|#|durchwahl|\bdw\.?)\s*[0-9]{1,6}\s*$", re.IGNORECASE)
_SEVERAL = re.compile(r"[;|\n]| / | or | oder ")
_NO_DIGITS = re.compile(r"[^0-9]+")
_TAIL = 8
_FEWEST = 6
_IDENTIFIER = 5
_FICTION = re.compile(r"0?1?555?5{0,3}5550?1?\d{0,2}|12345678?9?0?|\d?5555555")


@functools.lru_cache(maxsize=65_536)
def read_phones(text: str) -> tuple[str, ...]:
    """Return the last eight digits of each number in a field; none for made-up ones."""
    found = (_tail(part) for part in _SEVERAL.split(text))
    return tuple(dict.fromkeys(tail for tail in found if tail))


def _tail(text: str) -> str:
    digits = _NO_DIGITS.sub("", _EXTENSION.sub("", text.replace("(0)", " ")))
    tail = digits[-_TAIL:].lstrip("0") if len(digits) < _TAIL else digits[-_TAIL:]
    if len(tail) < _FEWEST or len(set(tail)) < 3 or _FICTION.fullmatch(tail) or "555555" in tail:
        return ""
    return "" if junk.is_fake_phone(text) else tail


@functools.lru_cache(maxsize=32_768)
def read_identifier(text: str) -> str:
    """Return an identifier (tax, social security) as capitals and digits; empty when too little is left."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    return signs if sum(sign.isdigit() for sign in signs) >= _IDENTIFIER and len(set(signs)) > 2 else ""
