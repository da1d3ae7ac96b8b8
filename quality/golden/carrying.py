"""What one of several records that are one shall hold of the golden record: only what may go there, and only whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from quality.facts import Member, Setter
from quality.fields import is_empty
from quality.golden.choosing import has_bounced, is_carried_from, tells_itself
from quality.golden.nouns import Carried, GoldenRecord, GoldenValue
from quality.golden.sameness import NUMBERS, says_same
from quality.golden.wishes import Authority, FieldAuthority, Wins, block_of, head_of
from quality.survivorship.numbers import is_same_number
from quality.survivorship.wholes import is_one
from syncd.model import Ref, Value


def carried_to(ref: Ref, golden: GoldenRecord, authority: Authority) -> tuple[Carried, ...]:
    """Return what a member shall hold and does not: nothing that differs in writing only, nothing doubtful.

    Where nobody has told yet which value is the newer one, nothing.
    """
    member = golden.members[ref]
    heads = dict.fromkeys(head_of(name) for name in golden.values)
    carried = {one.value.field: one for head in heads for one in _of(head, member, golden, authority)}
    for name in NUMBERS:
        if name in carried and _stands_elsewhere(carried[name], member, carried):
            del carried[name]
    return tuple(carried.values())


def is_settled(members: Sequence[Member], field: str) -> bool:
    """Return whether members hold the very same in a field and those it belongs together with: most of them do."""
    first, *others = (one.record.values for one in members)
    return all(first.get(name) == values.get(name) for values in others for name in block_of(field))


def differing(ref: Ref, golden: GoldenRecord) -> tuple[GoldenValue, ...]:
    """Return the golden values that a member gainsays: it holds another one."""
    values = golden.members[ref].record.values
    return tuple(
        one for name, one in golden.values.items() if not is_empty(one.value) and _gainsays(one, values.get(name))
    )


def lacking(golden: GoldenRecord) -> dict[Ref, set[str]]:
    """Return of which values of which members it has to be known first when they were set."""
    wanted: dict[Ref, set[str]] = {}
    for one in golden.values.values():
        for ref in one.lacking:
            wanted.setdefault(ref, set()).add(one.field)
    return wanted


def _gainsays(golden: GoldenValue, value: Value) -> bool:
    if golden.value is True:  # a wish for no more mail is gainsaid by not being told, too
        return value is not True
    return not is_empty(value) and not says_same(golden.field, golden.value, value)


def _of(head: str, member: Member, golden: GoldenRecord, authority: Authority) -> Iterator[Carried]:
    wish = authority.fields[head]
    block = block_of(head)
    values = [golden.values[name] for name in block if name in golden.values]
    if any(one.lacking for one in values) or _is_here(block, values, member):
        return
    if len(block) == 1:
        yield from _single(values[0], member, golden, wish)
    else:
        yield from _block(block, values, member, golden, wish)


def _single(chosen: GoldenValue, member: Member, golden: GoldenRecord, wish: FieldAuthority) -> Iterator[Carried]:
    name, values = chosen.field, member.record.values
    own = values.get(name)
    if name not in values or not _may_go(chosen, member, golden, wish):
        return
    if is_empty(own):
        if not _was_emptied_since(chosen, member):
            yield Carried(chosen, chosen.value, is_sure=chosen.is_sure)
    elif wish.policy is not Wins.FILL and not says_same(name, chosen.value, own):
        yield Carried(chosen, chosen.value, is_sure=chosen.is_sure)


def _block(
    block: Sequence[str], chosen: Sequence[GoldenValue], member: Member, golden: GoldenRecord, wish: FieldAuthority
) -> Iterator[Carried]:
    """Yield what a thing of several fields lacks, where the member's is the same one; else all of it, or nothing."""
    values = member.record.values
    wanted = {one.field: one.value for one in chosen}
    fetched = [one for one in chosen if one.field in values]
    if is_one(block, wanted, values):
        for one in fetched:
            is_gap = is_empty(values[one.field]) and not is_empty(one.value)
            if is_gap and _may_go(one, member, golden, wish) and not _was_emptied_since(one, member):
                yield Carried(one, one.value, is_sure=one.is_sure)
        return
    may_go = all(_may_go(one, member, golden, wish) for one in chosen if not is_empty(one.value))
    is_told = all(one.field in values for one in chosen if not is_empty(one.value))
    # Of an address that is but a country nobody knows what it is newer than.
    is_whole = tells_itself(block, [one.field for one in chosen if not is_empty(one.value)])
    if wish.policy is Wins.FILL or not may_go or not is_told or not is_whole:
        return
    for one in fetched:
        if _is_other(one, values[one.field]):
            yield Carried(one, one.value, is_sure=one.is_sure)


def _is_here(block: Sequence[str], chosen: Sequence[GoldenValue], member: Member) -> bool:
    """Return whether a member holds what was carried to it, in the form its own rules want it in."""
    wanted = {one.field: one.value for one in chosen}
    return any(is_carried_from(one.origin, wanted, member, block) for one in chosen)


def _is_other(one: GoldenValue, own: Value) -> bool:
    if is_empty(one.value) or is_empty(own):
        return is_empty(one.value) != is_empty(own)
    return not says_same(one.field, one.value, own)


def _may_go(chosen: GoldenValue, member: Member, golden: GoldenRecord, wish: FieldAuthority) -> bool:
    if is_empty(chosen.value) or chosen.is_doubted or chosen.origin == member.ref:
        return False
    if isinstance(chosen.value, bool) and chosen.value is not True:
        return False
    if not wish.may_go(chosen.origin.account, member.ref.account):
        return False
    return chosen.field != "email" or _may_be_written_to(chosen, member, golden)


def _may_be_written_to(chosen: GoldenValue, member: Member, golden: GoldenRecord) -> bool:
    """Return whether an address may go to a member: not without the wish for no more mail that belongs to it."""
    is_out = member.record.values.get("has_opted_out") is True
    holders = [
        one
        for one in golden.members.values()
        if one is not member and says_same("email", chosen.value, one.record.values.get("email"))
    ]
    return not any(has_bounced(one) for one in holders) and (
        is_out or not any(one.record.values.get("has_opted_out") is True for one in holders)
    )


def _was_emptied_since(chosen: GoldenValue, member: Member) -> bool:
    """Return whether somebody has emptied the field, and the value is not known to be newer than that."""
    fact = member.facts.get(chosen.field)
    return fact is not None and fact.by is not Setter.SYNCD and (chosen.at is None or fact.at >= chosen.at)


def _stands_elsewhere(one: Carried, member: Member, carried: Mapping[str, Carried]) -> bool:
    """Return whether a number will stand in another field of the member."""
    values = {**member.record.values, **{name: each.after for name, each in carried.items()}}
    others = (values.get(name) for name in NUMBERS if name != one.value.field)
    return any(not is_empty(other) and is_same_number(one.after, other) for other in others)
