"""What people write into names that is no part of them: remarks, the same name twice, a second party."""

from __future__ import annotations

import functools
import re

from quality.subjects import legal_forms
from quality.words import folded, line_set

_BEHIND = re.compile(r"(?:[\s]+[-–—*]+\s*|\s*[-–—]{2,}\s*|\s*[(\[{*]+\s*)([^()\[\]{}*]+?)\s*[)\]}*]*$")
_Z = re.compile(r"z{2,}[_-]|z{3,}\s|x{3,}[_\s-]", re.IGNORECASE)
_CARE_OF = re.compile(r"\s*[,;(–-]?\s*\b(?:c/o|℅|z\.\s?hd\.|z\.hd\.)\s*", re.IGNORECASE)
_WEB = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_SHORTEST = 3
_LONGEST = 200


@functools.lru_cache(maxsize=8192)
def is_marked_out_of_use(name: str) -> bool:
    """Return whether a name carries a remark that the record is not to be used."""
    if len(name) > _LONGEST:
        return False
    found = _BEHIND.search(name)
    if found and folded(found.group(1)) in _marks():
        return True
    key = f" {folded(name)} "
    return bool(_Z.match(name)) or any(f" {mark} " in key for mark in _remarks())


@functools.cache
def _marks() -> frozenset[str]:
    return frozenset(folded(mark) for mark in line_set("out_of_use_marks"))


@functools.cache
def _remarks() -> tuple[str, ...]:
    return tuple(sorted(folded(mark) for mark in line_set("do_not_use_marks")))


def without_repetition(name: str) -> tuple[str, bool]:
    """Return a company's name that stands there twice, or twice with its legal form, once; and whether that is sure.

    Names like `Duran Duran` are real: only what repeats a legal form is surely a slip.
    """
    words = name.split()
    keys = [word.strip(",;-").casefold() for word in words]
    half = len(words) // 2
    if len(words) > 1 and legal_forms.is_legal_form(keys[-1]) and keys[-1] == keys[-2] and len(words) > 2:
        return " ".join(words[:-1]), True
    if len(words) < 2 or len(words) % 2 or keys[:half] != keys[half:] or len("".join(keys[:half])) < _SHORTEST:
        return name, True
    is_sure = half > 1 and legal_forms.is_legal_form(keys[-1])
    return " ".join(words[:half]).rstrip(",;-"), is_sure


def without_second_party(name: str) -> str:
    """Return a company's name without the one that takes its mail (`Acme GmbH c/o Miller`)."""
    found = _CARE_OF.search(name)
    if not found:
        return name
    before, behind = name[: found.start()].strip(" ,;("), name[found.end() :].strip(" ,;)")
    return before or behind or name


def is_web_address(name: str) -> bool:
    """Return whether a name is written as a web address, protocol or www and all."""
    return _WEB.fullmatch(name.strip()) is not None
