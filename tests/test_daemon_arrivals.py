"""Accounts are reached one by one: what keeps one away keeps no other waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.sandbox import DEFAULT_TOKEN, Sandbox
from syncd.daemon import FIRST_PAUSE_S, Arrivals
from syncd.errors import CredentialsError
from syncd.settings import parse_settings
from syncd.telemetry import Telemetry
from syncd.web import Health
from syncd.wiring import Parts, lay_out
from tests.store.given import kept


class HandClock:
    """A clock that moves only when told to, or when somebody waits."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(1_770_000_000 + self.seconds, UTC)

    def monotonic(self) -> float:
        return self.seconds

    def wait(self, seconds: float, stop: threading.Event | None = None) -> bool:
        self.seconds += seconds
        return stop is not None and stop.is_set()


Make = Callable[..., Parts]


@pytest.fixture(scope="module")
def crm() -> Iterator[Sandbox]:
    with Sandbox.start(tier="off") as sandbox:
        yield sandbox


@pytest.fixture
def make(tmp_path: Path, crm: Sandbox) -> Iterator[Make]:
    """Lay out accounts by name, each with its token, on one CRM; all is let go of in the end."""
    made: list[Parts] = []

    def laid_out(**tokens: str) -> Parts:
        accounts = [f"  {name}: {{crm: hubspot, token: {token}, url: '{crm.url}'}}\n" for name, token in tokens.items()]
        streams = [f"  {name}/contacts: {{}}\n" for name in tokens]
        text = f"accounts:\n{''.join(accounts)}streams:\n{''.join(streams)}store: {{url: 'sqlite:///syncd.db'}}\n"
        env = {"GOOD": DEFAULT_TOKEN, "BAD": "pat-na1-wrong"}
        settings = parse_settings(text, file="syncd.yaml", folder=tmp_path, env=env)
        clock = HandClock()
        made.append(lay_out(settings, clock=clock, telemetry=Telemetry(clock), holder="test"))
        return made[-1]

    yield laid_out
    for one in made:
        one.close()


def arrivals_of(parts: Parts) -> tuple[Arrivals, Health]:
    health = Health(parts.tools.clock)
    arrivals = Arrivals(parts, health)
    arrivals.share()
    return arrivals, health


def test_account_that_is_refused_keeps_no_other_from_being_worked_on(make: Make) -> None:
    arrivals, health = arrivals_of(make(main="'${GOOD}'", other="'${BAD}'"))

    setups = arrivals.arrived()

    assert [one.stream.name for one in setups] == ["main/contacts"]
    assert arrivals.absent == {"other"}
    assert [reason for reason in health.readiness().reasons if reason.startswith("other: not reached")]


def test_what_is_known_of_an_account_is_shown_before_its_crm_was_reached(make: Make) -> None:
    parts = make(main="'${BAD}'")
    stream = parts.settings.streams[0].stream
    with parts.store.transaction() as tx:
        tx.records.keep(stream, [kept("1", stream), kept("2", stream, is_clean=False)])
        tx.cursors.succeeded(stream, parts.tools.clock.now())

    arrivals_of(parts)

    shown = parts.telemetry.metrics.registry.get_sample_value
    labels = {"account": "main", "object": "contacts"}
    assert (shown("syncd_records", labels), shown("syncd_clean_ratio", labels)) == (2, 0.5)


def test_daemon_is_ended_when_every_account_is_refused(make: Make) -> None:
    arrivals, _ = arrivals_of(make(main="'${BAD}'", other="'${BAD}'"))

    with pytest.raises(CredentialsError):
        arrivals.arrived()


def test_account_is_tried_again_only_when_its_pause_is_over(make: Make, crm: Sandbox) -> None:
    parts = make(main="'${GOOD}'")
    arrivals, _ = arrivals_of(parts)
    crm.world.faults.add({"kind": "status", "status": 503, "path": "/*", "count": 12})

    first, at_once = arrivals.arrived(), arrivals.arrived()
    tried = crm.world.faults.all()[0].struck
    crm.world.faults.clear()
    too_early = arrivals.arrived()
    parts.tools.clock.wait(FIRST_PAUSE_S)

    assert (first, at_once, too_early) == ((), (), ())
    assert 0 < tried <= 12
    assert [one.stream.name for one in arrivals.arrived()] == ["main/contacts"]


def test_account_whose_credentials_open_another_portal_waits_alone(make: Make, crm: Sandbox) -> None:
    parts = make(main="'${GOOD}'", other="'${GOOD}'")
    with parts.store.transaction() as tx:
        tx.accounts.remember_identity("other", "4711")
    arrivals, health = arrivals_of(parts)

    setups = arrivals.arrived()

    assert [one.stream.name for one in setups] == ["main/contacts"]
    [reason] = [reason for reason in health.readiness().reasons if reason.startswith("other: not reached")]
    assert "was the CRM account 4711 so far" in reason
