"""Phone numbers: each stands once, in its best form, and none is lost while a phone field is free."""

from __future__ import annotations

import re
from collections.abc import Iterable

from quality.fields import is_empty
from quality.subjects import phone_kinds, phones
from quality.survivorship.nouns import Choice, Pair
from quality.survivorship.policies import SAME, pick
from quality.survivorship.wishes import Policy, Wishes
from syncd.model import Value

_BETTER = "it is the same number in its normal form, or one that can be dialled where the other cannot"
_MOVED = "a number of the other record, which its own field has no room for"
_ELSEWHERE = "the record that stays has the number in another field"
_LEAST_DIGITS = 7
_NOT_DIGITS = re.compile(r"[^0-9]")


def choose_numbers(pair: Pair, wishes: Wishes) -> list[Choice]:
    """Return the choice for each phone field that the record that stays has."""
    fields = [name for name in dict.fromkeys(("phone", "mobile", *wishes.more_phones)) if name in pair.ours.values]
    held = {name: pair.ours.values[name] for name in fields}
    results: dict[str, tuple[Value, str]] = {}
    for name in fields:
        results[name] = _chosen(name, pair, wishes, held)
        held[name] = results[name][0]
    theirs = [pair.theirs.values.get(name) for name in dict.fromkeys(("phone", "mobile", *wishes.more_phones))]
    for number in (*(pair.ours.values[name] for name in fields), *theirs):
        if not _digits(number) or _is_held(number, held.values()):
            continue
        free = next((name for name in fields if is_empty(held[name]) and _may_hold(name, number)), None)
        if free is not None:
            results[free] = (number, _MOVED)
            held[free] = number
    kept = tuple(held.values())
    return [
        Choice(name, *pair.both(name), *results[name], is_lost=any(_is_lost(one, kept) for one in pair.both(name)))
        for name in fields
    ]


def is_same_number(one: Value, other: Value) -> bool:
    """Return whether two numbers are one, with or without the country's code and an extension."""
    if _extension(one) and _extension(other) and _extension(one) != _extension(other):
        return False
    mine, theirs = sorted((_digits(one), _digits(other)), key=len)
    if not mine or mine == theirs:
        return bool(mine) or one == other
    national = mine.lstrip("0")
    return len(national) >= _LEAST_DIGITS and theirs.endswith(national) and not _starts_abroad(one, other)


def _chosen(name: str, pair: Pair, wishes: Wishes, held: dict[str, Value]) -> tuple[Value, str]:
    ours, theirs = pair.both(name)
    if not is_empty(ours) and not is_empty(theirs):
        if is_same_number(ours, theirs):
            return (theirs, _BETTER) if _form(theirs) > _form(ours) else (ours, SAME)
        if _form(theirs) > _form(ours):
            return theirs, _BETTER
    elif not is_empty(theirs) and _is_held(theirs, (one for field, one in held.items() if field != name)):
        return ours, _ELSEWHERE
    policy = wishes.policy_of(name)
    # Each of several numbers has a field of its own, as long as there are any.
    return pick(Policy.FILL if policy is Policy.UNION else policy, name, pair, wishes)


def _may_hold(name: str, number: Value) -> bool:
    """Return whether a number may stand in a field: in `mobile` only what surely is a mobile phone's."""
    if name != "mobile":
        return True
    text = str(number).strip()
    return phones.is_normal(text) and phone_kinds.line_of(text) is phone_kinds.Line.MOBILE


def _is_held(number: Value, held: Iterable[Value]) -> bool:
    return any(is_same_number(number, one) for one in held)


def _is_lost(number: Value, kept: tuple[Value, ...]) -> bool:
    return not is_empty(number) and not any(is_same_number(number, one) for one in kept)


def _form(number: Value) -> int:
    """Return how good a number's form is: 2 for the normal form with an extension, 1 for the normal form."""
    text = str(number).strip()
    return 1 + (" ext. " in text) if phones.is_normal(text) else 0


def _starts_abroad(one: Value, other: Value) -> bool:
    """Return whether both tell their country: then their ends being alike says nothing."""
    return str(one).strip().startswith("+") and str(other).strip().startswith("+")


def _digits(number: Value) -> str:
    return _NOT_DIGITS.sub("", str(number or "").partition(" ext. ")[0])


def _extension(number: Value) -> str:
    return str(number or "").partition(" ext. ")[2]
