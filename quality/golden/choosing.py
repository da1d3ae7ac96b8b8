"""The golden record of several records that are one: which value each field holds, where it is from, and why.

The order the records come in is of no account: whatever two differ in is settled by what is known of them, at last by
the order of the accounts, the object and the id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from quality.facts import Fact, Member, Setter
from quality.fields import is_empty
from quality.golden.nouns import GoldenRecord, GoldenValue, Loser
from quality.golden.sameness import says_same, words_of
from quality.golden.wishes import Authority, FieldAuthority, Wins, block_of, head_of
from quality.subjects.soundness import is_sound
from quality.survivorship.policies import is_number
from quality.survivorship.ranking import by_id
from quality.survivorship.wholes import ADDRESS, held, is_one, is_whole_address
from syncd.model import Record, Ref, Value

_LONG_AGO = datetime.min.replace(tzinfo=UTC)

#: Why a value wins, and why another one does not.
_WHY: Mapping[Wins, tuple[str, str]] = {
    Wins.SOURCE: ("its account is the named source", "another account is the source of this field"),
    Wins.NEWEST: ("it was set last", "another one was set later"),
    Wins.COMPLETE: ("it says most", "another one says more"),
    Wins.STRICTEST: ("what forbids more is kept", "another one forbids more"),
    Wins.LATEST: ("it is the latest", "another one is later"),
    Wins.FILL: ("its account is named first; each keeps its own", "it stays where it is, and another account is first"),
}
ONLY = "nobody else holds one"
_SAME = "all that hold one say the same"
_DOUBTED = "something is wrong with it"
_NOT_WHOLE = "another one is told in full"
_UNTOLD = "nobody has told yet when it was set"
_TIE = "nothing else sets them apart, and its account is named first"


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What one member holds of a field, or of fields that belong together."""

    member: Member
    #: A block's fields, or one.
    values: Mapping[str, Value]
    fact: Fact | None
    is_doubted: bool
    #: Whether a thing of several fields is told in full.
    is_whole: bool = True

    @property
    def origin(self) -> Ref:
        """Return the record that the value was first set in, as far as is known."""
        return (self.fact.origin if self.fact is not None else None) or self.member.ref

    @property
    def set_at(self) -> datetime:
        """Return when it was set; long ago, where nobody knows."""
        return _LONG_AGO if self.fact is None else self.fact.at


def golden_record(members: Sequence[Member], authority: Authority, only: str = "") -> GoldenRecord:
    """Return what `members`, which are one person, company or deal, come to; `only` for a field, and its block."""
    ordered = sorted(members, key=lambda one: _place(one.record, authority))
    values: dict[str, GoldenValue] = {}
    fetched = dict.fromkeys(name for one in ordered for name in one.record.values)
    for head in [only] if only else dict.fromkeys(head_of(name) for name in fetched):
        wish = authority.fields.get(head)
        if wish is None or wish.policy is Wins.NEVER:
            continue
        block = block_of(head)
        values |= _Choosing(block, wish, ordered, authority).chosen()
    known = {one.ref: one for one in ordered}
    return GoldenRecord(ordered[0].record.kind, known, {name: values[name] for name in fetched if name in values})


def _place(record: Record, authority: Authority) -> tuple[int, str, str, tuple[int, str]]:
    """Return what puts members in order when nothing else does."""
    accounts, ref = authority.accounts, record.ref
    rank = accounts.index(ref.account) if ref.account in accounts else len(accounts)
    return rank, ref.account, ref.object, by_id(ref)


@dataclass(frozen=True, slots=True)
class _Choosing:
    """The choice for one field, or for fields that belong together."""

    block: tuple[str, ...]
    wish: FieldAuthority
    members: Sequence[Member]
    authority: Authority

    def chosen(self) -> dict[str, GoldenValue]:
        """Return the golden value of each field; nothing where nobody holds any."""
        ranked = self._ranked()
        if not ranked:
            return {}
        best = ranked[0]
        if all(one.values == best.values for one in ranked[1:]):
            return self._only(best, ONLY if len(ranked) == 1 else _SAME)
        givers = dict.fromkeys(held(self.block, best.values), best)
        values: dict[str, Value] = {name: best.values[name] for name in givers}
        for one in ranked[1:]:
            # What an address lacks is taken from the same address only.
            if not one.is_doubted and is_one(self.block, values, one.values):
                for name in held(self.block, one.values) - givers.keys():
                    givers[name], values[name] = one, one.values[name]
        others = [one for one in ranked[1:] if self._differs(one, best, values)]
        lacking = self._lacking(best, others)
        names = self.block if len(self.block) > 1 and any(name in givers for name in self.block) else tuple(givers)
        return {
            name: self._value(name, givers.get(name, best), values.get(name), best, others, lacking) for name in names
        }

    def _value(
        self,
        name: str,
        giver: _Candidate,
        value: Value,
        best: _Candidate,
        others: Sequence[_Candidate],
        lacking: tuple[Ref, ...],
    ) -> GoldenValue:
        fact = giver.fact
        return GoldenValue(
            name,
            value,
            giver.origin,
            None if fact is None else fact.at,
            Setter.UNKNOWN if fact is None else fact.by,
            self._why_wins(best, others),
            tuple(Loser(one.member.ref, self._why_loses(one, best)) for one in others if one.values.get(name) != value),
            is_sure=self._is_sure(best, others),
            is_doubted=giver.is_doubted,
            lacking=lacking,
        )

    def _only(self, one: _Candidate, why: str) -> dict[str, GoldenValue]:
        """Return what all hold that hold anything."""
        at, by = (None, Setter.UNKNOWN) if one.fact is None else (one.fact.at, one.fact.by)
        why = _DOUBTED if one.is_doubted else why
        return {
            name: GoldenValue(name, one.values.get(name), one.origin, at, by, why, is_doubted=one.is_doubted)
            for name in self.block
        }

    def _ranked(self) -> list[_Candidate]:
        """Return what members hold, the best first."""
        found = [one for one in map(self._candidate, self.members) if one is not None]
        if len(found) <= 1:
            return found
        return sorted((_as_first_set(one, found, self.block) for one in found), key=self._rank)

    def _candidate(self, member: Member) -> _Candidate | None:
        values = {name: member.record.values[name] for name in self.block if name in member.record.values}
        if not any(values.values()) and all(map(is_empty, values.values())):
            return None
        filled = held(self.block, values)
        is_doubted = bool(filled & member.doubted) or (self.block == ("email",) and has_bounced(member))
        is_doubted = is_doubted or not all(is_sound(name, values[name]) for name in filled)
        whole = self.block != ADDRESS or is_whole_address(values)
        head = self.block[0]
        whole = whole and (self.block == ADDRESS or head in filled)
        return _Candidate(member, values, _fact_of(self.block, filled, member), is_doubted, whole)

    def _rank(self, one: _Candidate) -> tuple[float, ...]:
        return (*self._by_policy_and_doubt(one), float(self.members.index(one.member)))

    def _by_policy_and_doubt(self, one: _Candidate) -> tuple[float, ...]:
        own = self._by_policy(one)
        if self.wish.policy is Wins.SOURCE:
            return (own, float(one.is_doubted), float(not one.is_whole))
        return (float(one.is_doubted), float(not one.is_whole), own)

    def _by_policy(self, one: _Candidate) -> float:
        """Return how far from winning a candidate is by the policy."""
        return _MEASURES[self.wish.policy](self.wish, one, self.block[0])

    def _differs(self, one: _Candidate, best: _Candidate, values: Mapping[str, Value]) -> bool:
        """Return whether a member says something else than the golden record."""
        if is_carried_from(best.origin, values, one.member, self.block):
            return False
        if len(self.block) > 1:
            return not is_one(self.block, values, one.values)
        name = self.block[0]
        return not says_same(name, one.values[name], values[name])

    def _lacking(self, best: _Candidate, others: Sequence[_Candidate]) -> tuple[Ref, ...]:
        """Return of whom it has to be known first when their values were set; of nobody where time decides nothing."""
        if self.wish.policy is not Wins.NEWEST or best.is_doubted:
            return ()
        rivals = [one for one in others if one.is_doubted == best.is_doubted and one.is_whole == best.is_whole]
        met = [best, *rivals] if rivals else []
        return tuple(one.member.ref for one in met if one.fact is None)

    def _is_sure(self, best: _Candidate, others: Sequence[_Candidate]) -> bool:
        """Return whether the best surely is: where time decides, whether it surely was set after all others."""
        if self.wish.policy is not Wins.NEWEST:
            return True
        rivals = [one for one in others if not one.is_doubted and one.is_whole == best.is_whole]
        if best.fact is None:
            return not rivals
        return all(one.fact is not None and _first(best) > one.fact.at for one in rivals) and not (
            best.fact.by is Setter.UNKNOWN and any(_was_held(best, one, self.block[0]) for one in rivals)
        )

    def _why_wins(self, best: _Candidate, others: Sequence[_Candidate]) -> str:
        if best.is_doubted:
            return _DOUBTED
        if not others:
            return _SAME
        if all(one.is_doubted for one in others):
            return "something is wrong with the others"
        return _TIE if self._is_tie(best, others) else _WHY[self.wish.policy][0]

    def _is_tie(self, best: _Candidate, others: Sequence[_Candidate]) -> bool:
        return self.wish.policy is not Wins.FILL and any(
            self._by_policy_and_doubt(one) == self._by_policy_and_doubt(best) for one in others
        )

    def _why_loses(self, one: _Candidate, best: _Candidate) -> str:
        if one.is_doubted:
            return _DOUBTED
        if best.is_whole and not one.is_whole and self.wish.policy is not Wins.SOURCE:
            return _NOT_WHOLE
        if self.wish.policy is Wins.NEWEST and (one.fact is None or best.fact is None):
            return _UNTOLD
        return _WHY[self.wish.policy][1]


def is_carried_from(origin: Ref, values: Mapping[str, Value], member: Member, block: Sequence[str]) -> bool:
    """Return whether all that a member holds is what was carried to it from `origin`, which holds it still.

    Its own rules may have put it into another form since: that is no conflict.
    """
    facts = [member.facts.get(name) for name in _telling(block, held(block, member.record.values))]
    names = _telling(block, held(block, member.record.values))
    return bool(facts) and all(
        fact is not None
        and fact.by is Setter.SYNCD
        and fact.origin == origin
        and fact.said == words_of(values.get(name))
        for name, fact in zip(names, facts, strict=True)
    )


def has_bounced(member: Member) -> bool:
    """Return whether mail to a member comes back."""
    return member.record.values.get("has_bounced") is True


def _first(one: _Candidate) -> datetime:
    """Return the first moment at which a value can have been set: none is older than its record."""
    if one.fact is None:
        return _LONG_AGO
    made = one.member.record.created_at if one.fact.origin is None else None
    return one.fact.first if made is None or one.fact.since is None else max(one.fact.first, made)


def _fact_of(block: Sequence[str], filled: frozenset[str], member: Member) -> Fact | None:
    """Return when what belongs together was last set: what follows from the rest counts only by itself."""
    telling = _telling(block, filled)
    if any(name not in member.facts for name in telling):
        return None
    return max((member.facts[name] for name in telling), key=lambda one: (one.at, one.first, one.by.value))


def tells_itself(block: Sequence[str], filled: Iterable[str]) -> bool:
    """Return whether something that belongs together says more than what follows from the rest, as a country alone."""
    return len(block) == 1 or not _FOLLOWING.issuperset(filled)


def _telling(block: Sequence[str], filled: frozenset[str]) -> list[str]:
    """Return the fields that tell when something was entered."""
    return [name for name in block if name in filled and name not in _FOLLOWING] or sorted(filled)


#: Fields of a block that are often derived from the others: their being set says nothing of the rest.
_FOLLOWING = frozenset({"state", "country", "normalised_title", "seniority", "job_function", "suffix", "currency"})


def _as_first_set(one: _Candidate, found: Sequence[_Candidate], block: Sequence[str]) -> _Candidate:
    """Return a candidate with the time and origin of where a program took it from: the CRMs' own connector copies, too.

    What a person entered was entered then, whoever held it before.
    """
    fact = one.fact
    if fact is None or fact.by not in {Setter.PROGRAM, Setter.SYNCD}:
        return one
    seen = [
        (moment, other.member.ref)
        for other in found
        if other.member is not one.member and other.fact is not None
        for moment in _moments_held(one, other, block[0])
        if moment < fact.at
    ]
    if not seen:
        return one
    at, ref = min(seen, key=lambda told: (told[0], told[1].account, told[1].object, told[1].id))
    return replace(one, fact=replace(fact, at=at, since=None, origin=fact.origin or ref))


def _moments_held(one: _Candidate, other: _Candidate, head: str) -> list[datetime]:
    """Return when another member came to hold the same value, now or before."""
    mine, theirs = one.values.get(head), other.values.get(head)
    if other.fact is None or is_empty(mine):
        return []
    words = words_of(mine)
    before = [at for text, at in other.fact.earlier if text == words]
    is_same_now = not is_empty(theirs) and says_same(head, mine, theirs)
    return [*before, other.fact.at] if is_same_now else before


def _was_held(one: _Candidate, other: _Candidate, head: str) -> bool:
    """Return whether another member has held the same value before."""
    value = one.values.get(head)
    return other.fact is not None and not is_empty(value) and any(words_of(value) == t for t, _ in other.fact.earlier)


def _by_source(wish: FieldAuthority, one: _Candidate, _: str) -> float:
    account = one.member.ref.account
    return float(wish.source.index(account) if account in wish.source else len(wish.source))


def _by_fullness(_: FieldAuthority, one: _Candidate, __: str) -> float:
    return -float(sum(len(words_of(value)) for value in one.values.values() if not is_empty(value)))


def _by_size(_: FieldAuthority, one: _Candidate, head: str) -> float:
    value = one.values.get(head)
    if isinstance(value, datetime):
        return -value.timestamp()
    return -float(value) if is_number(value) else 0.0


_MEASURES: Mapping[Wins, Callable[[FieldAuthority, _Candidate, str], float]] = {
    Wins.SOURCE: _by_source,
    Wins.NEWEST: lambda _, one, __: -one.set_at.timestamp() if one.fact is not None else float("inf"),
    Wins.COMPLETE: _by_fullness,
    Wins.STRICTEST: lambda _, one, head: float(one.values.get(head) is not True),
    Wins.LATEST: _by_size,
    Wins.FILL: lambda *_: 0.0,
    Wins.NEVER: lambda *_: 0.0,
}
