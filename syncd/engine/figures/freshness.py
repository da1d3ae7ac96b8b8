"""How old the values of fields are, and how fast they change in this very base.

Values change at a rate: so many were replaced while so many were watched for so long. From the rate follows in which
time half of them change. Looked at once a day, by a walk over what is kept of the fields that a rule asks about.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from syncd.engine.figures.figures import Figures
from syncd.engine.judging.ageing import timed_fields
from syncd.engine.setup import StreamSetup
from syncd.store import Transaction

#: As long as fewer values than this were seen to change, nobody knows how fast they do.
LEAST_CHANGES = 20
#: What counts as old as long as nobody knows.
DEFAULT_DAYS = 365.0
_DAY = timedelta(days=1)
#: How many values of a field are so many days old.
Ages = Mapping[str, Counter[int]]


def ages_of(tx: Transaction, setup: StreamSetup, now: datetime) -> Ages:
    """Return how old the values of the fields are that some rule wants to know the age of; free when none does."""
    names = timed_fields(setup)
    ages: dict[str, Counter[int]] = {name: Counter() for name in names}
    for times in tx.field_times.all(setup.stream) if names else ():
        for name in names:
            if name in times:
                ages[name][max(0, (now - times[name]) // _DAY)] += 1
    return ages


def watched_days(tx: Transaction, setup: StreamSetup, ages: Ages, now: datetime) -> dict[str, float]:
    """Return for how long values were watched, all records added up: what was so before, and since then."""
    last = tx.runs.last_kept(setup.stream.name)
    if last is None:
        return dict.fromkeys(ages, 0.0)
    at, before = last[0], Figures.kept(last[1])
    days = (now - at) / _DAY
    return {
        name: before.watched[name] + days * counts.total() if name in before.watched else 0.0
        for name, counts in ages.items()
    }


def half_lives(changes: Mapping[str, int], watched: Mapping[str, float]) -> dict[str, float]:
    """Return in how many days half of a field's values change, for the fields of which that can be known."""
    return {
        name: math.log(2) * days / changes[name]
        for name, days in watched.items()
        if days and changes.get(name, 0) >= LEAST_CHANGES
    }


def summed_up(ages: Ages, halves: Mapping[str, float]) -> dict[str, dict[str, float | None]]:
    """Return by field the share of values that are old, the median of their ages and the half-life, in days."""
    return {
        name: {
            "values": counts.total(),
            "stale": _share_older(counts, halves.get(name, DEFAULT_DAYS)),
            "median_days": _median(counts),
            "half_life_days": halves.get(name),
        }
        for name, counts in ages.items()
        if counts
    }


def _share_older(counts: Counter[int], days: float) -> float:
    return sum(count for age, count in counts.items() if age > days) / counts.total()


def _median(counts: Counter[int]) -> float:
    left = counts.total() / 2
    for age, count in sorted(counts.items()):
        left -= count
        if left <= 0:
            return float(age)
    return 0.0
