"""Who somebody is that no CRM holds yet: compared with the records of a pool as those are with each other.

Nothing is kept, and no call is made: the question can be asked while somebody waits for the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from quality.dedupe import Facts, Points, Reason, read_company, read_person
from quality.dedupe.keys import keys_of
from quality.dedupe.scoring import compare, reasons_of
from quality.dedupe.usage import MANY, Usage, step_of, used_values, user_of
from syncd.engine.matching.pools import points_of_pool, pool_of
from syncd.engine.matching.state import KeptState, key_number
from syncd.model import Ref, Stream, Value
from syncd.store import Pool, Transaction

#: So many reasons say enough, and so many records are more than anybody looks at.
_REASONS, _MOST = 5, 10
#: The keys by which those who are not in a CRM yet find each other: what is one's own, and whole names.
_TELLING = ("mail ", "phone ", "linkedin ", "id ", "domain ", "name ", "core ")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How probable it is that a stranger is some record, or another stranger."""

    probability: float
    #: Whether that may be taken for granted.
    is_sure: bool
    #: In sentences without values, the weightiest first.
    reasons: tuple[str, ...]


def pool_to_ask(tx: Transaction, stream: Stream) -> Pool | None:
    """Return the pool in which a stranger would be; None as long as it is not matched to its end."""
    pool = pool_of(tx, stream)
    return None if pool is None or pool.sweep else pool


def facts_of(stream: Stream, values: Mapping[str, Value]) -> Facts:
    """Return what a stranger says, in the form in which people or companies are compared."""
    return read_person(values) if stream.kind == "person" else read_company(values)


def telling_keys(facts: Facts) -> frozenset[str]:
    """Return the keys by which strangers find each other."""
    return frozenset(key for key in keys_of(facts) if key.startswith(_TELLING))


def like_records(tx: Transaction, pool: Pool, facts: Facts) -> dict[Ref, Likeness]:
    """Return the records that a stranger is, or may be, the likeliest first."""
    state = KeptState(tx, pool)
    near = state.neighbours({"": keys_of(facts)})[""]
    known = state.facts(near)
    streams = tx.matching.members(pool)
    points = points_of_pool(pool)
    usage = _Counted(tx, pool, [facts, *known.values()])
    found = {}
    for one, theirs in known.items():
        likeness = _likeness(facts, theirs, usage, points, state.size)
        if likeness is not None:
            number, record_id = state.members_known.place_of(one)
            stream = streams[number]
            found[Ref(stream.account, stream.object, record_id)] = likeness
    ordered = sorted(found.items(), key=lambda pair: (-pair[1].is_sure, -pair[1].probability, pair[0]))
    return dict(ordered[:_MOST])


def like_strangers(tx: Transaction, pool: Pool, facts: Facts, others: Mapping[str, Facts]) -> dict[str, Likeness]:
    """Return which of others who are not in the CRM yet a stranger is, or may be."""
    points, size = points_of_pool(pool), KeptState(tx, pool).size
    usage = _Counted(tx, pool, [facts, *others.values()])
    found = {one: _likeness(facts, theirs, usage, points, size) for one, theirs in others.items()}
    return {one: likeness for one, likeness in found.items() if likeness is not None}


def _likeness(ours: Facts, theirs: Facts, usage: _Counted, points: Points, size: int) -> Likeness | None:
    usage.beside(ours, theirs)
    comparison = compare(ours, theirs, usage, points)
    probability = points.calibration.probability(comparison.score, size)
    if probability < points.ask_from:
        return None
    doubt = comparison.veto or comparison.lack
    told = _sentences(reasons_of(comparison, points))
    return Likeness(
        probability,
        is_sure=probability >= points.merge_from and not doubt,
        reasons=((doubt,) if doubt else ()) + told,
    )


def _sentences(reasons: Collection[Reason]) -> tuple[str, ...]:
    return tuple(reason.text for reason in reasons)[:_REASONS]


class _Counted(Usage):
    """How many use a value in a pool, the stranger counted in where they are not known as one of its users."""

    def __init__(self, tx: Transaction, pool: Pool, everybody: Collection[Facts]) -> None:
        super().__init__()
        values = {value for facts in everybody for value in used_values(facts)}
        hashes = {value: key_number(value) for value in values}
        counts = tx.match_rows.users(pool.id, set(hashes.values()), MANY) if hashes else {}
        self._counts = {value: counts.get(hashed, 0) for value, hashed in hashes.items()}
        self._more: frozenset[str] = frozenset()

    def beside(self, ours: Facts, theirs: Facts) -> None:
        """Count in a stranger who uses something as somebody else than the record they are compared with."""
        mine = {value: user_of(ours, value) for value in used_values(ours)}
        held = used_values(theirs)
        self._more = frozenset(
            value
            for value, user in mine.items()
            if user and not (value in held and user_of(theirs, value) in {user, ""})
        )

    def step(self, value: str) -> str:
        """Return whether a value has `one` user, `two`, a `few` or `many`."""
        return step_of(self._counts.get(value, 0) + (value in self._more))
