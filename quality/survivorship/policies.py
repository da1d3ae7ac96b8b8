"""Which of two values wins by a policy, and why. Equal values, however they are written, are no choice: ours stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TypeGuard

from quality.fields import is_empty
from quality.subjects import texts
from quality.subjects.soundness import is_sound
from quality.subjects.titles import canonical_title
from quality.survivorship.nouns import Known, Pair
from quality.survivorship.ranking import by_age, last_sign, owner_rank, plain, source_rank, stage_rank
from quality.survivorship.wishes import Policy, Wishes
from syncd.model import Record, Value

#: The field in which one value may be another one cut short.
TITLE = "job_title"
#: Policies that look at where a value comes from: of two ways to say the same the one in full is better all the same.
_BY_WHERE_FROM = frozenset({Policy.FILL, Policy.NEWEST, Policy.OLDEST, Policy.SOURCE})
#: A value and why it is the one.
Pick = tuple[Value, str]

SAME = "both hold the same"
FILLED = "the record that stays holds nothing here"
ONLY_OURS = "the other record holds nothing here"
OURS = "the record that stays keeps its own"
OURS_EVEN_EMPTY = "this field is not taken over from another record"
_SOUND = "the other one cannot be right, or looks mistyped"
_LONGER = "the longer text"
_FULLER = "it says the same and more"
_NEWER = "it was set later"
_FRESHER = "it comes from the record that was dealt with last"
_FIRST = "it comes from the record that came first"
_TRUSTED = "it comes from the more trusted source"
_UNION = "all options of both"
_SUM = "the sum of both"
_MAX = "the larger one"
_MIN = "the smaller one"
_STRICT = "what forbids more is kept"
_FURTHER = "it is further on"
_SPELLED_OUT = "it says the same in full"
_ACTIVE = "the owner of the record that stays has left"


def pick(policy: Policy, field: str, pair: Pair, wishes: Wishes) -> Pick:
    """Return what a field holds afterwards, and why."""
    ours, theirs = pair.both(field)
    if policy is Policy.KEEP:
        return ours, ONLY_OURS if is_empty(theirs) else SAME if is_same(ours, theirs) else OURS_EVEN_EMPTY
    if is_empty(theirs):
        return ours, ONLY_OURS
    if is_empty(ours):
        return theirs, FILLED
    if is_sound(field, theirs) is not is_sound(field, ours):
        return (theirs, _SOUND) if is_sound(field, theirs) else (ours, _SOUND)
    if policy is Policy.SUM and is_number(ours) and is_number(theirs):
        return ours + theirs, _SUM
    return _one_of(policy, field, pair, wishes) or (ours, SAME if is_same(ours, theirs) else OURS)


def _one_of(policy: Policy, field: str, pair: Pair, wishes: Wishes) -> Pick | None:
    """Return the better of two values that are there; None for ours, whatever speaks for it."""
    ours, theirs = pair.both(field)
    if is_same(ours, theirs):
        return None
    if field == TITLE and policy in _BY_WHERE_FROM:
        if is_short_for(ours, theirs):
            return theirs, _SPELLED_OUT
        if is_short_for(theirs, ours):
            return ours, _SPELLED_OUT
    return _PICKS[policy](field, pair, wishes)


def is_same(one: Value, other: Value) -> bool:
    """Return whether two values say the same; case, blanks, signs and accents set texts apart in writing only."""
    if isinstance(one, str) and isinstance(other, str):
        mine, theirs = plain(one), plain(other)
        return one == other or (bool(mine) and mine == theirs)
    return one == other


def is_short_for(short: Value, full: Value) -> bool:
    """Return whether a title is another one cut short: `Mktg Manager` for `Marketing-Manager`, `VP` for it in full."""
    if not isinstance(short, str) or not isinstance(full, str) or not canonical_title(short):
        return False
    letters, others = plain(short), iter(plain(full))
    # In full it begins alike, and holds all the letters in their order.
    is_within = plain(full).startswith(letters[:1]) and all(sign in others for sign in letters)
    return is_within and canonical_title(short) == canonical_title(full)


def is_later(field: str, pair: Pair) -> str:
    """Return why the value of the record that goes is the newer one; empty when it is not."""
    mine, other = _set_at(field, pair.ours, pair.known), _set_at(field, pair.theirs, pair.known)
    if mine is not None and other is not None:
        return _NEWER if other > mine else ""
    return _FRESHER if dealt_with(pair.theirs) > dealt_with(pair.ours) else ""


def dealt_with(record: Record) -> float:
    """Return when somebody last had to do with a record: its last sign of life, or its making."""
    made = record.created_at.timestamp() if record.created_at is not None else 0.0
    return max(made, last_sign(record))


def is_fuller(theirs: str, ours: str) -> bool:
    """Return whether a text says all that another one says, and more: `John` and `J.`, `Anna Maria` and `Anna`."""
    mine, others = texts.cleaned(ours).casefold().split(), texts.cleaned(theirs).casefold().split()
    if len(others) < len(mine) or plain(theirs) == plain(ours):
        return False
    left = [plain(word) for word in others]
    for word in (plain(one) for one in mine):
        place = next((place for place, other in enumerate(left) if _stands_for(word, other)), None)
        if place is None:
            return False
        left = left[place + 1 :]
    return True


def _stands_for(word: str, other: str) -> bool:
    return word == other or (len(word) == 1 and other.startswith(word))


def _longest(field: str, pair: Pair, _: Wishes) -> Pick | None:
    ours, theirs = pair.both(field)
    return (theirs, _LONGER) if len(str(theirs)) > len(str(ours)) else None


def _fullest(field: str, pair: Pair, _: Wishes) -> Pick | None:
    ours, theirs = pair.both(field)
    is_text = isinstance(ours, str) and isinstance(theirs, str)
    return (theirs, _FULLER) if is_text and is_fuller(str(theirs), str(ours)) else None


def _newest(field: str, pair: Pair, _: Wishes) -> Pick | None:
    why = is_later(field, pair)
    return (pair.theirs.values[field], why) if why else None


def _oldest(field: str, pair: Pair, _: Wishes) -> Pick | None:
    return (pair.theirs.values[field], _FIRST) if by_age(pair.theirs) < by_age(pair.ours) else None


def _source(field: str, pair: Pair, wishes: Wishes) -> Pick | None:
    is_better = source_rank(pair.theirs, wishes) > source_rank(pair.ours, wishes)
    return (pair.theirs.values[field], _TRUSTED) if is_better else None


def _union(field: str, pair: Pair, _: Wishes) -> Pick | None:
    ours, theirs = pair.both(field)
    if isinstance(ours, tuple) and isinstance(theirs, tuple):
        return tuple(dict.fromkeys((*ours, *theirs))), _UNION
    if isinstance(ours, str) and isinstance(theirs, str):
        options = [one.strip() for text in (ours, theirs) for one in text.split(";")]
        return ";".join(dict.fromkeys(one for one in options if one)), _UNION
    return None


def _max(field: str, pair: Pair, _: Wishes) -> Pick | None:
    return (pair.theirs.values[field], _MAX) if _is_less(*pair.both(field)) else None


def _min(field: str, pair: Pair, _: Wishes) -> Pick | None:
    ours, theirs = pair.both(field)
    return (theirs, _MIN) if _is_less(theirs, ours) else None


def _strictest(field: str, pair: Pair, _: Wishes) -> Pick | None:
    return (True, _STRICT) if pair.theirs.values[field] is True else None


def _furthest(field: str, pair: Pair, wishes: Wishes) -> Pick | None:
    ours, theirs = pair.both(field)
    return (theirs, _FURTHER) if stage_rank(theirs, wishes) > stage_rank(ours, wishes) else None


def _active_owner(field: str, pair: Pair, _: Wishes) -> Pick | None:
    ours, theirs = pair.both(field)
    return (theirs, _ACTIVE) if owner_rank(theirs, pair.known) > owner_rank(ours, pair.known) else None


_PICKS: Mapping[Policy, Callable[[str, Pair, Wishes], Pick | None]] = {
    Policy.FILL: lambda *_: None,
    Policy.LONGEST: _longest,
    Policy.FULLEST: _fullest,
    Policy.NEWEST: _newest,
    Policy.OLDEST: _oldest,
    Policy.SOURCE: _source,
    Policy.UNION: _union,
    Policy.SUM: lambda *_: None,
    Policy.MAX: _max,
    Policy.MIN: _min,
    Policy.STRICTEST: _strictest,
    Policy.FURTHEST: _furthest,
    Policy.ACTIVE_OWNER: _active_owner,
}


def _set_at(field: str, record: Record, known: Known) -> datetime | None:
    return known.field_times.get(record.ref, {}).get(field)


def is_number(value: Value) -> TypeGuard[int | float]:
    """Return whether a value is a number, which a truth value is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_less(one: Value, other: Value) -> bool:
    if is_number(one) and is_number(other):
        return one < other
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return isinstance(one, date) and isinstance(other, date) and one.isoformat() < other.isoformat()
