"""How two records of any object compare: one named level a field, and what they come to."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from rapidfuzz.fuzz import ratio

from quality.declarations import Answer, Compared, Declaration, Way
from quality.dedupe.declared.facts import DeclaredFacts, lines_across, words_of
from quality.dedupe.likeness import is_slip

#: What the fields come to, beside the levels of the fields themselves.
VERDICT, AGAINST, ANSWER = " verdict", " against", " answer"
IDENTIFIED, AGREED, OPEN = "identified", "agreed", "open"
UNKNOWN, SAME, ALIKE, DIFFER = "unknown", "same", "alike", "differ"
NOTHING = "nothing"
_AGREES = frozenset({SAME, ALIKE})
#: What is left over on both sides, when the words they share are taken away, has to be as alike as this.
_REST_ALIKE = 60.0


def declared_levels(ours: DeclaredFacts, theirs: DeclaredFacts, declaration: Declaration) -> dict[str, str]:
    """Return the level of each field, and what all of them come to."""
    is_across = ours.known.account != theirs.known.account
    found = [
        _level(one, mine, other) for one, mine, other in zip(declaration.compared, ours.told, theirs.told, strict=True)
    ]
    if is_across:
        found = [_across(one.way, level) for one, level in zip(declaration.compared, found, strict=True)]
    lines = lines_across(declaration) if is_across else declaration.lines
    levels = {
        one.field: f"{one.way}_{level}" if level != UNKNOWN else UNKNOWN
        for one, level in zip(declaration.compared, found, strict=True)
    }
    against = next((name for name in declaration.contradict if levels[name].endswith(DIFFER)), NOTHING)
    identity = next(
        (name for name, one, other in zip(declaration.identify, ours.identity, theirs.identity, strict=True)
         if one and one == other),
        "",
    )  # fmt: skip
    agrees = bool(lines) and all(any(found[place] in _AGREES for place in line) for line in lines)
    outcome = AGREED if agrees and against == NOTHING else OPEN
    verdict = f"{IDENTIFIED} {identity}" if identity else outcome
    # Of two accounts nothing is merged: what identifies is enough.
    answer = Answer.MERGE if is_across else declaration.answer
    return {**levels, VERDICT: verdict, AGAINST: against, ANSWER: answer.value}


def declared_veto(levels: Mapping[str, str]) -> str:
    """Return what forbids merging two records without asking."""
    name = levels[AGAINST]
    return "" if name == NOTHING else f"They differ in what records that are one never differ in: {worded(name)}."


def declared_lack(levels: Mapping[str, str]) -> str:
    """Return what two records lack for being merged without asking."""
    if not levels[VERDICT].startswith(IDENTIFIED):
        return "They share nothing that belongs to one record only."
    return "" if levels[ANSWER] == Answer.MERGE else "Records of this object are only ever merged by a person's word."


def worded(field: str) -> str:
    """Return the name of a field as words."""
    return field.removeprefix("x_").replace("_", " ")


def _across(way: Way, level: str) -> str:
    """Return what a level says of records of two accounts: links and lists of choices are each account's own."""
    return UNKNOWN if way is Way.LINK or (way is Way.EXACT and level == DIFFER) else level


def _level(compared: Compared, ours: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    if not ours or not theirs:
        return UNKNOWN
    return _LEVELS[compared.way](ours, theirs, compared.within)


def _text(ours: tuple[str, ...], theirs: tuple[str, ...], within: float) -> str:
    return text_level(ours[0], theirs[0], within)


@functools.lru_cache(maxsize=32_768)
def text_level(ours: str, theirs: str, at_least: float) -> str:
    """Return how two texts agree: words are paired first, and what is left over on both sides decides."""
    if ours == theirs:
        return SAME
    mine, other = _unpaired(words_of(ours), words_of(theirs))
    if any(map(str.isdigit, mine)) and any(map(str.isdigit, other)):
        return DIFFER  # of this year and of the last one, the first part and the second
    if not mine or not other:
        return ALIKE
    is_alike = ratio(ours.replace(" ", ""), theirs.replace(" ", "")) >= 100.0 * at_least
    return ALIKE if is_alike and ratio("".join(mine), "".join(other)) >= _REST_ALIKE else DIFFER


def _unpaired(ours: list[str], theirs: list[str]) -> tuple[list[str], list[str]]:
    """Return the words of both that the other one has nothing like."""
    left = list(theirs)
    alone = []
    for word in ours:
        same = word if word in left else None
        if same is None and not word.isdigit():
            same = next((other for other in left if not other.isdigit() and is_slip(word, other)), None)
        if same is None:
            alone.append(word)
        else:
            left.remove(same)
    return alone, left


def _shared(ours: tuple[str, ...], theirs: tuple[str, ...], _: float) -> str:
    return DIFFER if set(ours).isdisjoint(theirs) else SAME


def _number(ours: tuple[str, ...], theirs: tuple[str, ...], within: float) -> str:
    one, other = float(ours[0]), float(theirs[0])
    if one == other:
        return SAME
    return ALIKE if abs(one - other) <= within * max(abs(one), abs(other)) else DIFFER


def _date(ours: tuple[str, ...], theirs: tuple[str, ...], within: float) -> str:
    one, other = float(ours[0]), float(theirs[0])
    if int(one) == int(other):
        return SAME
    return ALIKE if abs(one - other) <= within else DIFFER


_LEVELS: Mapping[Way, Callable[[tuple[str, ...], tuple[str, ...], float], str]] = {
    Way.TEXT: _text,
    Way.EXACT: _shared,
    Way.NUMBER: _number,
    Way.DATE: _date,
    Way.LINK: _shared,
}
