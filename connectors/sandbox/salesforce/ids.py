"""Record ids: 15 characters in which case counts, and three more that tell the cases of the first fifteen."""

from __future__ import annotations

import re

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHAPE = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
#: What stands between an object's prefix and the number: where the org lives.
INSTANCE = "5g000"


def check_sum(short: str) -> str:
    """Return the three characters that follow 15: one for each five, by which of them are capitals."""
    found = ""
    for start in (0, 5, 10):
        bits = sum(1 << place for place, letter in enumerate(short[start : start + 5]) if "A" <= letter <= "Z")
        found += _ALPHABET[bits]
    return found


def to_18(record_id: str) -> str | None:
    """Return an id in its long form; None where it is no id. A long form in the wrong case is put right."""
    if not _SHAPE.fullmatch(record_id):
        return None
    if len(record_id) == 15:
        return record_id + check_sum(record_id)
    return _with_cases(record_id)


def make_id(prefix: str, number: int) -> str:
    """Return the long id of a numbered record; ids sort as their numbers do."""
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    short = f"{prefix}{INSTANCE}{digits.rjust(15 - len(prefix) - len(INSTANCE), '0')}"
    return short + check_sum(short)


def _with_cases(record_id: str) -> str | None:
    """Return a long id with the capitals its last three characters speak of."""
    letters = ""
    for part, told in enumerate(record_id[15:].upper()):
        bits = _ALPHABET.find(told)
        if bits < 0:
            return None
        for place, letter in enumerate(record_id[part * 5 : part * 5 + 5]):
            letters += letter.upper() if bits & (1 << place) else letter.lower()
    found = letters + record_id[15:].upper()
    return found if check_sum(letters) == found[15:] else None
