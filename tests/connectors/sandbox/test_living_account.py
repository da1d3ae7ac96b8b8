from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import orjson
import pytest

from connectors.sandbox import Sandbox
from connectors.sandbox.hubspot.living import Living
from connectors.sandbox.hubspot.loader import PERSON
from connectors.sandbox.population import generate
from connectors.sandbox.population.living import Events

STEPS = 400


@pytest.fixture(scope="module")
def lived():
    """An account after some life, what happened, and whether each step could happen."""
    population = generate(150, 40, seed=3, now=datetime(2026, 3, 1, tzinfo=UTC))
    sandbox = Sandbox(population=population)
    living = Living(sandbox.account, Events(population, 3))
    return sandbox, [living.step() for _ in range(STEPS)]


def test_nearly_everything_can_happen(lived):
    _, happened = lived

    assert sum(happened) > 0.9 * STEPS


def test_people_arrive_and_records_change_in_the_log_of_effects(lived):
    sandbox, _ = lived
    effects = list(sandbox.world.effects.since(0))

    kinds = {effect.kind for effect in effects}
    actors = {effect.actor_kind for effect in effects}

    assert {"create", "update", "unlink"} <= kinds
    assert {"person", "import", "form"} <= actors
    assert len(sandbox.account.tables["contacts"].live) > 150
    assert all(one.seq < other.seq for one, other in pairwise(effects))


def test_truth_knows_of_every_record_that_arrived(lived):
    sandbox, _ = lived

    assert set(sandbox.account.tables["contacts"].live) <= set(sandbox.account.truth["contacts"])


def test_value_without_a_defect_is_the_truth(lived):
    sandbox, _ = lived
    checked = 0
    for record_id, text in sandbox.account.truth["contacts"].items():
        row, record = orjson.loads(text), sandbox.account.tables["contacts"].records[record_id]
        damaged = {defect["field"] for defect in row["defects"]}
        for field in ("first_name", "phone", "city"):
            if row["is_real"] and field not in damaged and field in row["truth"] and field in row["loaded"]:
                checked += 1
                assert record.values[PERSON[field]] == row["truth"][field]

    assert checked > 200
