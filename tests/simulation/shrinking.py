"""Cuts a failing schedule down: steps, then what goes wrong within lives, as long as it still fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.simulation.schedules import Step

#: What a life can do without.
_TRIMMINGS = ("faults", "interruptions", "unheard", "skew_s", "jumps", "die", "stop")


def shrunk(steps: list[Step], still_fails: Callable[[list[Step]], bool]) -> list[Step]:
    """Return the fewest steps found that still fail."""
    is_smaller = True
    while is_smaller:
        is_smaller = False
        for tried in _smaller(steps):
            if still_fails(tried):
                steps, is_smaller = tried, True
                break
    return steps


def _smaller(steps: list[Step]) -> Iterator[list[Step]]:
    size = len(steps) // 2
    while size:
        for start in range(0, len(steps), size):
            yield [*steps[:start], *steps[start + size :]]
        size //= 2
    for place, step in enumerate(steps):
        for name in _TRIMMINGS:
            if name in step:
                yield [*steps[:place], {key: it for key, it in step.items() if key != name}, *steps[place + 1 :]]
        for name in ("faults", "interruptions"):
            for number in range(len(step.get(name, ())) if len(step.get(name, ())) > 1 else 0):
                fewer = [one for at, one in enumerate(step[name]) if at != number]
                yield [*steps[:place], {**step, name: fewer}, *steps[place + 1 :]]
