"""Providers are asked by threads of their own, as the settings in force say; one that cannot be opened stops none."""

from __future__ import annotations

import threading

import pytest

from syncd.clock import SystemClock
from syncd.engine import Tools
from syncd.engine.outside.providing import Providing
from syncd.model import Offered
from syncd.settings import EnrichmentSettings
from syncd.telemetry import Telemetry
from tests.store.given import COMPANIES, kept


@pytest.fixture
def backend():
    """What the rooms of the store promise is held on both databases elsewhere."""
    return "sqlite"


def settings(tmp_path, *names):
    providers = {
        name: {"type": "csv", "by": ["domain"], "file": tmp_path / f"{name}.csv", "values": {"city": "town"}}
        for name in names
    }
    return EnrichmentSettings.model_validate({"providers": providers, "fields": {"company": {"city": [*names]}}})


def lanes():
    return {one.name for one in threading.enumerate() if one.name.startswith("syncd-provider-")}


def until(is_so):
    clock = SystemClock()
    began = clock.monotonic()
    while not is_so():
        assert clock.monotonic() - began < 30
        clock.wait(0.02)


def test_providers_follow_the_settings_in_force(store, tmp_path):
    (tmp_path / "good.csv").write_text("domain,town\nacme.com,Oslo\n")
    keys = frozenset({("asks_good", "acme.com"), ("asks_gone", "acme.com")})
    with store.transaction() as tx:
        tx.records.keep(COMPANIES, [kept("1", COMPANIES, keys=keys)])
        for name in ("good", "gone"):
            tx.provided.want(name, ["acme.com"])
    force = [settings(tmp_path, "gone", "good")]

    def answers(name):
        with store.reading() as tx:
            return tx.provided.read(name, ["acme.com"])["acme.com"].offers

    with Providing(Tools(store, Telemetry(SystemClock()), SystemClock()), lambda: force[0]).at_work():
        until(lambda: answers("good"))
        both = lanes()
        force[0] = settings(tmp_path, "good")
        until(lambda: lanes() == {"syncd-provider-good"})
    after = lanes()

    assert both == {"syncd-provider-good", "syncd-provider-gone"}
    assert answers("good") == {"city": Offered("Oslo", 0.8)}
    assert answers("gone") is None
    assert after == set()
