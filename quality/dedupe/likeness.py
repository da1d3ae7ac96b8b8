"""How like two words are: the same but for a slip of the finger, or not."""

from __future__ import annotations

from rapidfuzz.distance import OSA, JaroWinkler

_SHORT = 4
_LONG = 8


def is_slip(first: str, second: str) -> bool:
    """Return whether two words differ by one slip (two in long ones): a letter more, less, other, or turned round."""
    shorter = min(len(first), len(second))
    if shorter < _SHORT - 1 or abs(len(first) - len(second)) > 2:
        return False
    allowed = 2 if shorter >= _LONG else 1
    return OSA.distance(first, second, score_cutoff=allowed) <= allowed


def is_alike(first: str, second: str) -> bool:
    """Return whether two words are a slip or a spelling apart (`meyer`, `maier`)."""
    if is_slip(first, second):
        return True
    shorter = min(len(first), len(second))
    return shorter >= _SHORT and JaroWinkler.similarity(first, second, score_cutoff=0.9) > 0


def is_one_digit_off(first: str, second: str) -> bool:
    """Return whether two numbers differ by one digit, or by two turned round."""
    if abs(len(first) - len(second)) > 1 or min(len(first), len(second)) < _SHORT:
        return False
    return OSA.distance(first, second, score_cutoff=1) <= 1
