"""The plan of a day: how many calls it takes for what until the count begins anew, and how to make them last. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.purpose import Purpose

#: However scarce calls are, a stream is asked for changes at least once in so many of its turns.
MOST = 60.0


@dataclass(frozen=True, slots=True)
class Habit:
    """What a stream usually costs."""

    #: Seconds between two passes, and calls that one takes.
    every_s: float
    calls_a_pass: float = 1.0
    #: Calls that looking through it takes a day.
    sweep_calls_a_day: float = 0.0


def planned_calls(habits: Iterable[Habit], seconds_left: float) -> dict[Purpose, float]:
    """Return how many calls will be made within the seconds left of a day, by what for."""
    habits = list(habits)
    return {
        Purpose.CHANGES: sum(seconds_left / one.every_s * one.calls_a_pass for one in habits),
        Purpose.SWEEPS: sum(seconds_left / 86_400.0 * one.sweep_calls_a_day for one in habits),
    }


def beyond(planned: Mapping[Purpose, float], used: Mapping[Purpose, int]) -> dict[Purpose, float]:
    """Return what is planned beyond the calls that come back meanwhile: those of the last day, where the day rolls."""
    return {purpose: max(0.0, calls - used.get(purpose, 0)) for purpose, calls in planned.items()}


def stretch(planned: float, room: float) -> float:
    """Return by how much the turns of an account have to be longer so that its calls last for the day; 1: not at all.

    Looking less often all day is better than not at all in the evening.
    """
    if room == math.inf or planned <= room:
        return 1.0
    return MOST if room <= 0 else min(MOST, planned / room)
