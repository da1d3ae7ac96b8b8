"""A base that lives: people, forms and imports go on dirtying it, and the truth keeps up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.sandbox import Sandbox
from connectors.sandbox.population import generate
from tests.connectors.sandbox.conftest import Http

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def lively():
    with Sandbox.start(population=generate(people=150, companies=50, seed=5, now=NOW), tier="off") as sandbox:
        yield sandbox


@pytest.fixture
def http(lively, contracts):
    reached = Http(lively.url, contracts)
    reached.control("reset", {"load": True})
    return reached


def test_events_happen_and_each_is_in_the_effect_log_with_its_actor(http):
    told = http.control("live", {"events": 200})

    effects = http.control("effects?limit=5000")["effects"]
    records = http.control("status")["crms"]["hubspot"]["records"]["contacts"]
    assert told == {"is_living": False, "events": 200}
    assert {it["actor_kind"] for it in effects} >= {"person", "form", "import", "system"}
    assert records["live"] > 150


def test_the_same_seed_lives_the_same_life(http):
    def life() -> list[tuple[str, str, str | None]]:
        http.control("reset", {"load": True})
        http.control("live", {"events": 60})
        effects = http.control("effects?limit=5000")["effects"]
        # What HubSpot stamps itself is of the moment.
        return [(it["id"], it["property"], it["after"]) for it in effects if it["actor_kind"] != "system"]

    assert life() == life()


def test_life_goes_on_until_it_is_stopped(http):
    started = http.control("live", {"every_s": 0.001})
    while http.control("live", {})["events"] < 3:
        pass
    stopped = http.control("live", {"stop": True})

    assert started["is_living"]
    assert not stopped["is_living"]
    assert http.control("live", {})["events"] == stopped["events"]
