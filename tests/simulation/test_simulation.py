"""Random schedules of people, faults, kills and clocks: whatever happens, what syncd promises holds.

A failing schedule is replayed by the command in its message; `README.md` beside this says what is held against what.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.postgres import Databases
from tests.simulation.__main__ import CRMS, play, theatre
from tests.simulation.run import Figures, Theatre
from tests.simulation.schedules import Step, schedule
from tests.simulation.shrinking import shrunk

#: Schedules of the short form, seeds that once broke something, and those of the soak.
SHORT = {"hubspot": (0,), "salesforce": (12,)}
SOAK = range(10_000, 10_250)


def replay(stage: Theatre, seed: int, figures: Figures) -> None:
    found = play(stage, seed, figures)
    store = "sqlite" if stage.stores is stage.files else "postgresql"
    command = f"python -m tests.simulation --crm {stage.crm.name} --store {store} --seed {seed} --trace"

    assert not found.broken, f"{found.broken[:3]}\n{command}"


def history(stage: Theatre, seed: int) -> list[tuple[Any, ...]]:
    """Return everything that happened in the CRM when a schedule was played; every promise held."""
    run = stage.run(seed)
    found = run.play(schedule(seed, stage.crm.name))
    assert not found.broken, found.broken[:3]
    return [
        (one.at_ms, one.kind, one.object, one.id, one.property, one.before, one.after, one.actor_kind)
        for one in run.effects()
    ]


@pytest.fixture
def stage(request, crm: str, store: str) -> Iterator[Theatre]:
    server: Databases | None = request.getfixturevalue("postgres") if store == "postgresql" else None
    with theatre(crm, store, server) as opened:
        yield opened


@pytest.mark.parametrize(("crm", "store"), [("hubspot", "sqlite"), ("salesforce", "postgresql")])
def test_whatever_happens_in_a_random_schedule_every_promise_holds(stage: Theatre) -> None:
    for seed in SHORT[stage.crm.name]:
        replay(stage, seed, Figures())


@pytest.mark.parametrize(("crm", "store"), [("hubspot", "sqlite")])
def test_schedule_of_a_seed_is_played_again_as_it_was(stage: Theatre) -> None:
    assert history(stage, 36) == history(stage, 36)


@pytest.mark.soak
@pytest.mark.parametrize("crm", sorted(CRMS))
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_whatever_happens_in_hundreds_of_random_schedules_every_promise_holds(stage: Theatre) -> None:
    figures = Figures()

    for seed in SOAK:
        replay(stage, seed, figures)

    assert figures.kills > len(SOAK) // 2
    assert figures.merges > 0


def test_schedule_is_cut_down_to_what_makes_it_fail() -> None:
    steps: list[Step] = [{"step": "act", "do": "touch", "count": number} for number in range(9)]
    steps[4] = {"step": "life", "what": "pass", "die": 0.5, "faults": [{"kind": "reset"}, {"kind": "rows"}]}

    left = shrunk(steps, lambda tried: any({"kind": "rows"} in step.get("faults", ()) for step in tried))

    assert left == [{"step": "life", "what": "pass", "faults": [{"kind": "rows"}]}]


def test_schedules_of_a_seed_are_the_same_for_ever_and_those_of_another_are_others() -> None:
    assert schedule(7, "hubspot") == schedule(7, "hubspot")
    assert schedule(7, "hubspot") != schedule(8, "hubspot")
