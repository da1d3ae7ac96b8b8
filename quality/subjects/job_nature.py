"""What a job title says of the job: how high it is, and what the work is about."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from quality.subjects.titles import canonical_title
from quality.words import folded, word_table

_LONGEST = 120
#: What only a whole title tells: a product owner owns nothing.
_WHOLE_ONLY = frozenset({"owner", "partner"})
_LETTERS = r"\w*"
#: Scripts whose words stand without a blank between them.
_UNPARTED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
#: What a person no longer is, not yet is, or only works for.
_NOT_NOW = re.compile(r"^(?:ex|former|formerly|retired|emeritus|ancien|ehemalig\w*|a d|бывший|student)\b|\bretired$")
_FOR_SOMEBODY = re.compile(r"\b(?:to the|to|for the|for|of the|beim|der|des|du|de la|del|della)\b")
_HELPERS = frozenset({"assistant", "assistent", "assistentin", "assistante", "secretary", "pa", "ea", "office", "aide"})
_HELPER_BEHIND = re.compile(r"(?:助理|助手|秘书|秘書|비서|アシスタント)$")
#: Assistants of a rank that is one itself (`Assistant Manager`, `Assistant Vice President`).
_RANKED = ("manager", "vp", "director", "controller")


@functools.lru_cache(maxsize=8192)
def seniority_of(title: str) -> str:
    """Return how high a title is (owner, partner, executive, vp, director, manager, senior, employee, entry).

    Empty when that is not sure. Who leads a firm and owns it is an executive.
    """
    if len(title) > _LONGEST:
        return ""
    key = _key(title)
    if not key:
        return ""
    words = key.split()
    is_helper = words[0] in _HELPERS and not any(rank in key for rank in _RANKED)
    if is_helper or _HELPER_BEHIND.search(key):
        return "employee"
    return _level_of(_FOR_SOMEBODY.split(key)[0].strip() if words[0] in _HELPERS else key)


def _key(title: str) -> str:
    """Return the folded canonical title, or the title itself; empty for what a person no longer or not yet is."""
    key = folded(canonical_title(title) or title).replace("vice president", "vp")
    return "" if _NOT_NOW.search(key) else key


def _level_of(key: str) -> str:
    for level, pattern in _levels():
        if pattern.fullmatch(key) if level in _WHOLE_ONLY else pattern.search(key):
            return level
        if level == "executive" and key.startswith("chief "):
            return ""
    return ""


@functools.lru_cache(maxsize=8192)
def function_of(title: str) -> str:
    """Return what the work is about, as one of the words of `job_functions.txt`; empty when that is not sure.

    A title of several functions (`Director Sales and Marketing`) has none.
    """
    if len(title) > _LONGEST:
        return ""
    found = _functions_in(_key(title))
    return found.pop() if len(found) == 1 else ""


def _functions_in(key: str) -> set[str]:
    """Return the functions a folded title speaks of; longer phrases take their words away from shorter ones."""
    found = set()
    for pattern, function in _patterns():
        rest = pattern.sub(" ", key)
        if rest != key:
            found.add(function)
            key = rest
    return found


@functools.cache
def _levels() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((level, _any_of(words)) for level, words in word_table("title_seniority").items())


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return a pattern for each number of words in a phrase and each function, longest phrases first."""
    by_size: dict[tuple[int, str], list[str]] = {}
    for function, phrase in _phrases():
        by_size.setdefault((len(phrase.split()), function), []).append(phrase)
    return tuple(
        (_any_of(tuple(phrases)), function) for (_, function), phrases in sorted(by_size.items(), reverse=True)
    )


def _phrases() -> Iterator[tuple[str, str]]:
    for function, phrases in word_table("job_functions").items():
        for phrase in phrases:
            yield function, phrase


def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for whole words, of which a star stands for any letters. Some scripts do not part words."""
    parted = [_as_pattern(phrase) for phrase in phrases if not _UNPARTED.search(phrase)]
    unparted = [re.escape(phrase.strip("*")) for phrase in phrases if _UNPARTED.search(phrase)]
    return re.compile("|".join([*unparted, rf"(?<!\w)(?:{'|'.join(sorted(parted, key=len, reverse=True))})(?!\w)"]))


def _as_pattern(phrase: str) -> str:
    begins, ends = phrase.startswith("*"), phrase.endswith("*")
    core = re.escape(folded(phrase.strip("* ")))
    if phrase.endswith(" *"):
        return rf"{core} \S.*"
    if " * " in phrase:
        return re.escape(folded(phrase.partition("*")[0])) + r"(?: \S+)* " + re.escape(folded(phrase.partition("*")[2]))
    if phrase.startswith("* "):
        return rf"\S.* {core}"
    return (_LETTERS if begins else "") + core + (_LETTERS if ends else "")


@functools.cache
def known_levels() -> frozenset[str]:
    """Return the words this module has for how high a title is."""
    return frozenset(word_table("title_seniority"))
