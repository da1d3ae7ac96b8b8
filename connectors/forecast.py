"""How long reading a whole object will take: from how much there is, our share of the limits, how long answers take,
what the day has left, and the hours in which it may be done. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_DAY = timedelta(days=1)
#: Nobody is told of an end further away.
_FARTHEST = timedelta(days=60)
_INSTANT = timedelta(microseconds=1)


class LimitedBy(StrEnum):
    """What it is that takes the time."""

    #: How long answers take.
    ANSWERS = "answers"
    #: Our share of the calls in each few seconds.
    PACE = "pace"
    #: Our share of the calls of a day.
    DAY = "day"
    #: The hours in which it may be done.
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Effort:
    """What reading so many records takes."""

    records: int
    calls: int
    #: Calls a second that our share of the limits lets through for long.
    pace: float
    #: Seconds that an answer usually takes, and how many calls are under way at a time.
    answer_s: float
    parallel: float = 1.0

    @property
    def by_pace_s(self) -> float:
        """Return the seconds that our share of the limits takes."""
        return self.calls / self.pace if self.pace > 0 else math.inf

    @property
    def by_answers_s(self) -> float:
        """Return the seconds that waiting for answers takes."""
        return self.calls * self.answer_s / max(1.0, self.parallel)

    @property
    def seconds(self) -> float:
        """Return the seconds of work, at any hour and with as many calls as it takes."""
        return max(self.by_pace_s, self.by_answers_s)


@dataclass(frozen=True, slots=True)
class Means:
    """What there is to do it with."""

    #: Calls left for it until the next reset, and on each day after; infinite where nobody counts.
    today: float = math.inf
    a_day: float = math.inf
    #: When the calls of a day are counted anew.
    resets_at: datetime | None = None
    #: Whether it may be done at a moment, and until when that stays so; None: for ever.
    hours: Callable[[datetime], tuple[bool, datetime | None]] = lambda _moment: (True, None)


@dataclass(frozen=True, slots=True)
class Forecast:
    """When reading a whole object will be done."""

    records: int
    calls: int
    #: Until the end, with everything that is waited for.
    seconds: float
    done_at: datetime
    limited_by: LimitedBy


def foresee(effort: Effort, means: Means, now: datetime) -> Forecast:
    """Return when so much will be done, begun now; 60 days at most."""
    done_at, waits = _walk(effort, means, now)
    limited_by = LimitedBy.PACE if effort.by_pace_s >= effort.by_answers_s else LimitedBy.ANSWERS
    if waits:
        limited_by = max(waits, key=lambda reason: waits[reason])
    seconds = (done_at - now).total_seconds()
    return Forecast(effort.records, effort.calls, seconds, done_at, limited_by)


def _walk(effort: Effort, means: Means, now: datetime) -> tuple[datetime, dict[LimitedBy, timedelta]]:
    """Walk from one turn of things to the next until nothing is left; return the end, and what was waited for."""
    end, moment = now + _FARTHEST, now
    left = timedelta(seconds=min(effort.seconds, _FARTHEST.total_seconds()))
    each = left / max(1, effort.calls)
    room, resets_at = means.today, means.resets_at
    waits: dict[LimitedBy, timedelta] = {}
    while left > _INSTANT and moment < end:
        if resets_at is not None and moment >= resets_at:
            room, resets_at = means.a_day, resets_at + _DAY
        is_open, until = means.hours(moment)
        reset = resets_at or end
        turn = min(until or end, reset, end)
        reason = LimitedBy.HOURS if not is_open else LimitedBy.DAY if room < 1 else None
        if reason is not None:
            turn = reset if reason is LimitedBy.DAY and is_open and resets_at is not None else turn
            turn = max(turn, moment + _INSTANT)
            waits[reason] = waits.get(reason, timedelta(0)) + (turn - moment)
            moment = turn
            continue
        step = min(left, max(turn - moment, _INSTANT))
        if room < math.inf:
            step = min(step, each * max(1, math.floor(room)))
        moment, left = moment + step, left - step
        room -= max(1.0, step / each) if each and room < math.inf else 0.0
    return min(moment, end), waits


def in_words(seconds: float) -> str:
    """Return a time as people say it: 40 s, 12 min, 3 h 10 min, 2 d 4 h."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(round(whole / 3600), 24)
    return f"{days} d {hours} h" if hours else f"{days} d"
