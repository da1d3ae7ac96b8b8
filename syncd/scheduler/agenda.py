"""What an account does next, of all there is to do for it. Pure: told the time, it decides; it does nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from connectors.purpose import Purpose
from syncd.model import Stream

#: What was passed over so often in a row has the next turn, unless a person waits.
PATIENCE = 5


class Kind(StrEnum):
    """What there is to do."""

    #: Carry out what somebody has ordered in the console.
    ORDER = "order"
    #: Write what a person has approved since.
    APPROVED = "approved"
    #: Read what changed, judge it, write what follows.
    PASS = "pass"  # noqa: S105 - no secret
    #: Look through a stream, a slice of it.
    SWEEP = "sweep"
    #: Read a whole base, first or again, until something more urgent is due.
    LOAD = "load"


class Reason(StrEnum):
    """Why something has to wait."""

    QUIET_HOURS = "quiet_hours"
    DAILY_BUDGET = "daily_budget"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Ask:
    """Something to do for an account."""

    kind: Kind
    purpose: Purpose
    streams: tuple[Stream, ...]
    #: Since when it could be done, in monotonic seconds.
    since: float = 0.0
    #: Whether it is for quiet hours.
    is_heavy: bool = False


def choose(
    asks: Iterable[Ask], room: Callable[[Purpose], float], *, is_quiet: bool, passed: Mapping[Kind, int]
) -> Ask | None:
    """Return what is done next; None when nothing may be done now.

    `room`: the calls left today for a purpose. `passed`: how often in a row each kind was passed over.
    """
    able = [ask for ask in asks if why_not(ask, room, is_quiet=is_quiet) is None]
    if not able:
        return None
    first = min(able, key=lambda ask: (ask.purpose.rank, ask.since))
    starved = max(able, key=lambda ask: (passed.get(ask.kind, 0), -ask.purpose.rank))
    if passed.get(starved.kind, 0) >= PATIENCE and first.purpose is not Purpose.PERSON:
        return starved
    return first


def why_not(ask: Ask, room: Callable[[Purpose], float], *, is_quiet: bool) -> Reason | None:
    """Return why something has to wait; None when it may be done."""
    if ask.is_heavy and not is_quiet:
        return Reason.QUIET_HOURS
    return Reason.DAILY_BUDGET if room(ask.purpose) <= 0 else None


def passed_over(asks: Iterable[Ask], chosen: Ask, passed: Mapping[Kind, int]) -> dict[Kind, int]:
    """Return how often in a row each kind that could have been done was passed over, this choice included."""
    return {ask.kind: passed.get(ask.kind, 0) + 1 for ask in asks if ask.kind is not chosen.kind}
