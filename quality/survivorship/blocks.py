"""Fields that belong together and are taken from one record: an address is never put together from two."""

from __future__ import annotations

from quality.fields import is_empty
from quality.survivorship.nouns import Choice, Pair
from quality.survivorship.policies import FILLED, ONLY_OURS, OURS, SAME, is_fuller, is_same, is_short_for, pick
from quality.survivorship.ranking import plain
from quality.survivorship.wholes import ADDRESS, NAMES, WORK, is_one, is_whole_address
from quality.survivorship.wishes import Policy, Wishes
from syncd.model import Value

_SAME_ADDRESS = "the same address, told in full"
_WHOLE = "the other address has street and town, and fields of two addresses are never mixed"
_WHOLE_OURS = "the record that stays keeps its address, and fields of two addresses are never mixed"
_BY_POLICY = "the whole address of the record whose street was chosen"
_WITH_TITLE = "it goes with the title"
_OTHER_TITLE = "it would go with another title"
_SWAPPED = "the other record has first and last name the other way round"


def choose_address_fields(pair: Pair, wishes: Wishes) -> list[Choice]:
    """Return the choices for the fields of the address: of one record all, or of one and the same address."""
    fields = [name for name in ADDRESS if name in pair.ours.values]
    if is_one(ADDRESS, pair.ours.values, pair.theirs.values):
        return [_filled(name, pair) for name in fields]
    is_theirs, reason = _takes_theirs(pair, wishes)
    choices = []
    for name in fields:
        ours, theirs = pair.both(name)
        result = theirs if is_theirs and name in pair.theirs.values else ours
        dropped = ours if is_theirs else theirs
        choices.append(Choice(name, ours, theirs, result, reason, is_lost=_is_lost(dropped, result)))
    return choices


def choose_work_fields(pair: Pair, wishes: Wishes) -> list[Choice]:
    """Return the choices for the title and for what follows from it."""
    title, *following = [name for name in WORK if name in pair.ours.values or name == WORK[0]]
    if title not in pair.ours.values:
        return [_by_policy(name, pair, wishes) for name in following]
    choices = [_by_policy(title, pair, wishes)]
    ours, theirs = pair.both(title)
    is_one = is_same(ours, theirs) or is_empty(theirs) or is_short_for(ours, theirs) or is_short_for(theirs, ours)
    # What follows from a title follows from it in full, too.
    is_new = choices[0].is_new and not is_one
    for name in following:
        ours, theirs = pair.both(name)
        if is_new and name in pair.theirs.values:
            # An empty one is said anew by the rules, from the title.
            choices.append(Choice(name, ours, theirs, theirs, _WITH_TITLE, is_lost=_is_lost(ours, theirs)))
        elif is_new or is_one or is_empty(theirs):
            choices.append(_by_policy(name, pair, wishes))
        else:
            choices.append(Choice(name, ours, theirs, ours, _OTHER_TITLE, is_lost=_is_lost(theirs, ours)))
    return choices


def choose_names(pair: Pair, wishes: Wishes) -> list[Choice]:
    """Return the choices for first and last name; two records that have them crosswise are not mixed."""
    first, last = (pair.both(name) for name in NAMES)
    crosswise = plain(str(first[0] or "")), plain(str(last[0] or ""))
    other = plain(str(last[1] or "")), plain(str(first[1] or ""))
    fields = [name for name in NAMES if name in pair.ours.values]
    if all(crosswise) and crosswise == other and crosswise[0] != crosswise[1]:
        return [Choice(name, *pair.both(name), pair.ours.values[name], _SWAPPED) for name in fields]
    return [_by_policy(name, pair, wishes) for name in fields]


def choose_field(name: str, pair: Pair, wishes: Wishes) -> Choice:
    """Return the choice for a field that stands alone."""
    return _by_policy(name, pair, wishes)


def _by_policy(name: str, pair: Pair, wishes: Wishes) -> Choice:
    ours, theirs = pair.both(name)
    if name not in pair.theirs.values:
        return Choice(name, ours, theirs, ours, ONLY_OURS)
    result, reason = pick(wishes.policy_of(name), name, pair, wishes)
    is_lost = wishes.policy_of(name) not in _NOTHING_LOST and (_is_lost(ours, result) or _is_lost(theirs, result))
    return Choice(name, ours, theirs, result, reason, is_lost)


#: What these give holds both values.
_NOTHING_LOST = {Policy.UNION, Policy.SUM}


def _takes_theirs(pair: Pair, wishes: Wishes) -> tuple[bool, str]:
    """Return whether the address of the record that goes is taken, whole."""
    policy = wishes.fields.get("street")
    if policy is not None and "street" in pair.ours.values:
        result, _ = pick(policy, "street", pair, wishes)
        ours, theirs = pair.both("street")
        return (result == theirs and not is_empty(theirs) and not is_same(ours, theirs)), _BY_POLICY
    mine, other = is_whole_address(pair.ours.values), is_whole_address(pair.theirs.values)
    return (True, _WHOLE) if other and not mine else (False, _WHOLE_OURS)


def _filled(name: str, pair: Pair) -> Choice:
    ours, theirs = pair.both(name)
    if is_empty(theirs):
        return Choice(name, ours, theirs, ours, ONLY_OURS)
    if is_empty(ours):
        return Choice(name, ours, theirs, theirs, FILLED)
    if name == "street" and not is_same(ours, theirs) and is_fuller(str(theirs), str(ours)):
        return Choice(name, ours, theirs, theirs, _SAME_ADDRESS)
    return Choice(name, ours, theirs, ours, SAME if is_same(ours, theirs) else OURS)


def _is_lost(value: Value, result: Value) -> bool:
    if is_empty(value) or is_same(value, result):
        return False
    if is_short_for(value, result):
        return False
    return not (isinstance(value, str) and isinstance(result, str) and is_fuller(result, value))
