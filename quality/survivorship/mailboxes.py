"""Which e-mail address a person is written to after a merge: one that works, a company's own, the one in use."""

from __future__ import annotations

from datetime import datetime

from quality.fields import is_empty
from quality.survivorship.nouns import Choice, Pair
from quality.survivorship.policies import FILLED, ONLY_OURS, OURS, SAME, is_later, pick
from quality.survivorship.ranking import address_rank
from quality.survivorship.wishes import Policy, Wishes
from syncd.model import Record, Value

_OPTED_OUT = "the wish for no more mail belongs to this address, and both stay together"
_BOUNCED = "mail to the other address comes back"
_WORKS = "mail to the address of the record that stays comes back, or cannot be sent"
_BETTER = "it is a person's own address at a company, or nearer to one"
_IN_USE = "mail to it was last opened or answered"
_MOVED = "an address of the other record, kept beside the first"
#: What shows that somebody reads what comes to the address of their record.
_READ = ("last_replied", "last_clicked", "last_opened")


def choose_address(pair: Pair, wishes: Wishes) -> list[Choice]:
    """Return the choice for the address, and for the further fields that one which would be dropped may go to."""
    if "email" not in pair.ours.values:
        return []
    chosen, reason = _chosen(pair, wishes)
    held: dict[str, Value] = {"email": chosen}
    results: dict[str, tuple[Value, str]] = {"email": (chosen, reason)}
    more = [name for name in dict.fromkeys(wishes.more_emails) if name in pair.ours.values and name != "email"]
    for name in more:
        results[name] = pick(wishes.policy_of(name), name, pair, wishes)
        held[name] = results[name][0]
    for address in (*pair.both("email"), *(pair.theirs.values.get(name) for name in more)):
        free = next((name for name in more if is_empty(held[name])), None)
        if free is not None and not is_empty(address) and not _is_held(address, held):
            results[free] = (address, _MOVED)
            held[free] = address
    return [
        Choice(
            name,
            *pair.both(name),
            *results[name],
            is_lost=any(not is_empty(one) and not _is_held(one, held) for one in pair.both(name)),
        )
        for name in ("email", *more)
    ]


def _chosen(pair: Pair, wishes: Wishes) -> tuple[Value, str]:
    ours, theirs = pair.both("email")
    if is_empty(theirs):
        return ours, ONLY_OURS
    if is_empty(ours):
        # The mark that mail comes back would not come along: the address would look as if it worked.
        return (ours, _BOUNCED) if _has_bounced(pair.theirs) else (theirs, FILLED)
    return (ours, SAME) if _same(ours, theirs) else _of_two(pair, wishes)


def _of_two(pair: Pair, wishes: Wishes) -> tuple[Value, str]:
    """Return one of two different addresses: what people want comes first, then what works, then what is better."""
    ours, theirs = pair.both("email")
    if _is_out(pair.ours) and not _is_out(pair.theirs):
        return ours, _OPTED_OUT
    mine, other = _works(pair.ours), _works(pair.theirs)
    if mine != other:
        return (theirs, _WORKS) if other else (ours, _BOUNCED if _has_bounced(pair.theirs) else OURS)
    if wishes.policy_of("email") not in {Policy.NEWEST, Policy.UNION}:
        return pick(wishes.policy_of("email"), "email", pair, wishes)
    return _better(pair)


def _better(pair: Pair) -> tuple[Value, str]:
    """Return the better of two addresses that both work, or of which neither does."""
    ours, theirs = pair.both("email")
    mine, other = address_rank(ours), address_rank(theirs)
    if mine != other:
        return (theirs, _BETTER) if other > mine else (ours, OURS)
    if _read_at(pair.ours) != _read_at(pair.theirs):
        return (theirs, _IN_USE) if _read_at(pair.theirs) > _read_at(pair.ours) else (ours, _IN_USE)
    why = is_later("email", pair)
    return (theirs, why) if why else (ours, OURS)


def _works(record: Record) -> bool:
    return not _has_bounced(record) and address_rank(record.values.get("email")) > 1


def _has_bounced(record: Record) -> bool:
    return record.values.get("has_bounced") is True


def _is_out(record: Record) -> bool:
    return record.values.get("has_opted_out") is True


def _read_at(record: Record) -> float:
    moments = (record.values.get(name) for name in _READ)
    return max((one.timestamp() for one in moments if isinstance(one, datetime)), default=0.0)


def _same(one: Value, other: Value) -> bool:
    """Return whether two addresses are one; unlike in other fields, signs count."""
    return str(one or "").strip().lower() == str(other or "").strip().lower()


def _is_held(address: Value, held: dict[str, Value]) -> bool:
    return any(_same(address, one) for one in held.values())
