"""Schedules: what happens, drawn from a seed before anything does, as plain data that can be cut down."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.simulation.acts import BETWEEN, DURING, Act, create, create_company, draw, twin

Step = dict[str, Any]

#: Lives and how often they are drawn.
_PASS, _DAEMON = 26, 5

_FAULTS: tuple[tuple[int, Callable[[Random], dict[str, Any]]], ...] = (
    (3, lambda dice: {"kind": "throttle", "retry_after": dice.choice((1, 2, 20))}),
    (2, lambda _: {"kind": "throttle"}),
    (3, lambda dice: {"kind": "status", "status": dice.choice((500, 502, 503, 504))}),
    (1, lambda _: {"kind": "status", "status": 520, "body": "<html>Web server is returning an unknown error</html>"}),
    (4, lambda _: {"kind": "reset"}),
    (6, lambda _: {"kind": "lost_answer"}),
    (4, lambda _: {"kind": "late_status", "status": 504}),
    (4, lambda dice: {"kind": "truncate", "share": dice.choice((0.1, 0.5, 0.95))}),
    (2, lambda _: {"kind": "invalid_json"}),
    (2, lambda _: {"kind": "expired_token"}),
    (1, lambda _: {"kind": "empty_page"}),
    (3, lambda dice: {"kind": "rows", "share": dice.choice((0.3, 0.6)), "writes": True}),
)  # fmt: skip

#: Configurations the daemon is given in the course of a schedule.
GUARDS = (
    "{max_changes_per_run: 100000, max_changes_per_day: 100000, max_share: 1.0, canary: 0, max_set_back: 100000}",
    "{max_changes_per_run: 100000, max_changes_per_day: 100000, max_share: 1.0, canary: 1, max_set_back: 100000}",
    "{max_changes_per_run: 2, max_changes_per_day: 100000, max_share: 1.0, canary: 0, max_set_back: 100000}",
    "{max_changes_per_run: 100000, max_changes_per_day: 5, max_share: 1.0, canary: 1, max_set_back: 100000}",
    "{max_set_back: 100000}",
)
RULES = (
    "{}",
    "{}",
    "{duplicate: {mode: apply}}",
    "{country_form: off, city_case: off}",
    "{person_name_case: suggest, phone_form: observe}",
    "{purge_fake: {enabled: true, mode: apply, options: {policy: archive}}}",
)
MODES = ("apply", "apply", "apply", "suggest", "observe")


def schedule(seed: int, crm: str) -> list[Step]:
    """Return the steps of a seed."""
    dice = Random(f"{crm}-{seed}")
    steps: list[Step] = [{"step": "act", **create_company(dice)}]
    steps += [{"step": "act", **create(dice)} for _ in range(dice.randint(2, 7))]
    steps += [{"step": "act", **twin(dice)} for _ in range(dice.randint(0, 2))]
    if dice.random() < 0.3:
        steps.append(config(dice))
    for _ in range(dice.randint(3, 8)):
        steps += [{"step": "act", **draw(dice, BETWEEN)} for _ in range(dice.choice((0, 1, 1, 2, 3)))]
        if dice.random() < 0.15:
            steps.append(config(dice))
        steps.append(life(dice))
    return steps


def config(dice: Random) -> Step:
    """Draw a configuration."""
    return {"step": "config", "mode": dice.choice(MODES), "rules": dice.choice(RULES), "guards": dice.choice(GUARDS)}


def life(dice: Random) -> Step:
    """Draw a life: what it is for, what goes wrong in it, and how it ends."""
    [what] = dice.choices(
        ("pass", "daemon", "apply", "sweep", "undo", "review", "plan"), (_PASS, _DAEMON, 4, 3, 5, 5, 1)
    )
    step: Step = {"step": "life", "what": what, "tick_ms": dice.choice((1, 15, 40, 300)), "seed": dice.randrange(10**9)}
    step |= _DETAILS[what](dice)
    if dice.random() < 0.35:
        step["faults"] = [_fault(dice) for _ in range(dice.choice((1, 1, 2, 3)))]
    if dice.random() < 0.4:
        step["interruptions"] = [_interruption(dice) for _ in range(dice.choice((1, 1, 2, 4)))]
    if dice.random() < 0.1:
        step["unheard"] = [dice.randint(1, 30)]
    if dice.random() < 0.15:
        step["skew_s"] = dice.choice((-7200, -30, -1, 1, 45, 10_800, 100_000))
    if dice.random() < 0.06:
        step["jumps"] = [[dice.randint(1, 25), dice.choice((-3600, -5, 5, 4000))]]
    end = dice.random()
    if end < 0.4:
        # Most of what matters lies behind the first reading: later points are drawn more often.
        step["die"] = round(dice.random() ** 0.6, 4)
    elif end < 0.46:
        step["stop"] = round(dice.random(), 4)
    return step


def _fault(dice: Random) -> dict[str, Any]:
    [make] = dice.choices([one for _, one in _FAULTS], [weight for weight, _ in _FAULTS])
    where = dice.choice(("any", "writes", "reads", "reads", "writes", "merges"))
    return {**make(dice), "where": where, "nth": dice.randint(1, 25 if where == "any" else 4),
            "count": dice.choice((1, 1, 1, 2, 12)), "seed": dice.randrange(1000)}  # fmt: skip


def _interruption(dice: Random) -> list[Any]:
    act: Act = draw(dice, DURING)
    return [dice.randint(1, 30), dice.choice(("before", "after")), act]


_DETAILS: dict[str, Callable[[Random], Step]] = {
    "pass": lambda dice: {"count": dice.choice((1, 1, 1, 2)), "may_write": dice.random() < 0.95},
    "daemon": lambda dice: {"count": dice.choice((2, 3)), "at_most_s": dice.choice((200.0, 4000.0))},
    "apply": lambda dice: {"over_guards": dice.random() < 0.5},
    "sweep": lambda dice: {"kinds": dice.choice((["removals"], ["census"], ["removals", "census"]))},
    "undo": lambda dice: {
        "nth": dice.randrange(8), "whole_run": dice.random() < 0.4,
        "actions": dice.choice(([], ["merge"], ["update"], ["link"])),
    },
    "review": lambda dice: {
        "word": dice.choice(("approve", "approve", "dismiss")), "thirds": dice.choice(([0, 1, 2], [0], [1, 2])),
        "actions": dice.choice(([], ["merge"])),
    },
    "plan": lambda _: {},
}  # fmt: skip
