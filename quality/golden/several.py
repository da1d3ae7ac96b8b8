"""Several records of one account that are one record of another: where they differ, each has its own value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from quality.facts import Member, Setter
from quality.fields import is_empty
from quality.golden.sameness import says_same
from quality.golden.wishes import Authority, Wins, block_of, head_of
from quality.survivorship.wholes import is_one

#: Policies by which one of several values is right whoever holds it: a wish is everybody's, and the latest the latest.
_ANYBODYS = frozenset({Wins.STRICTEST, Wins.LATEST, Wins.NEVER})


def doubted_where_several_differ(members: Sequence[Member], authority: Authority) -> tuple[Member, ...]:
    """Return members, the judged one first, with what several of one account and object disagree in doubted there.

    Nobody can tell which of them a record elsewhere should go by. A value that was only carried to one of them from
    elsewhere is no word of its own.
    """
    first, *rest = members
    places: dict[tuple[str, str], list[Member]] = {}
    for one in rest:
        places.setdefault((one.ref.account, one.ref.object), []).append(one)
    doubted = {place: frozenset(_disputed(those, authority)) for place, those in places.items() if len(those) > 1}
    told = (
        replace(one, doubted=one.doubted | found) if (found := doubted.get((one.ref.account, one.ref.object))) else one
        for one in rest
    )
    return (first, *told)


def _disputed(members: Sequence[Member], authority: Authority) -> Iterator[str]:
    fetched = dict.fromkeys(name for one in members for name in one.record.values)
    for head in dict.fromkeys(head_of(name) for name in fetched):
        wish = authority.fields.get(head)
        if wish is None or wish.policy in _ANYBODYS:
            continue
        block = block_of(head)
        own = [one for one in members if not _is_carried(one, block)]
        if any(_differ(block, one, other) for one, other in combinations(own, 2)):
            yield from block


def _is_carried(member: Member, block: Sequence[str]) -> bool:
    """Return whether all that a member holds of what belongs together is what syncd carried to it."""
    held = [name for name in block if not is_empty(member.record.values.get(name))]
    facts = [member.facts.get(name) for name in held]
    return bool(facts) and all(fact is not None and fact.by is Setter.SYNCD for fact in facts)


def _differ(block: Sequence[str], one: Member, other: Member) -> bool:
    ours, theirs = one.record.values, other.record.values
    if len(block) > 1:
        both = any(not is_empty(ours.get(name)) for name in block) and any(
            not is_empty(theirs.get(name)) for name in block
        )
        return both and not is_one(block, ours, theirs)
    name = block[0]
    mine, its = ours.get(name), theirs.get(name)
    return not is_empty(mine) and not is_empty(its) and not says_same(name, mine, its)
