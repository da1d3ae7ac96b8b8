"""The stop switch: a file, a command, a signal; effective within one batch, in the middle of merges, too."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from syncd.cli.stop import switch_by_signal
from syncd.daemon import switch_on_signal
from syncd.engine import Tally, apply_approved
from syncd.engine.setup import StreamPass
from syncd.engine.writing.recover import recover
from syncd.model import FixState
from tests.journeys.crms import HUBSPOT, ONCE
from tests.journeys.journey import Journey
from tests.journeys.test_merging import FIRST, SECOND, decided, get_known, merged, the

pytestmark = ONCE


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    was = signal.getsignal(signal.SIGUSR1)
    yield
    signal.signal(signal.SIGUSR1, was)


@pytest.fixture
def stop(journey: Journey) -> Path:
    """The stop file, with a canary of two."""
    file = journey.folder / "syncd.stop"
    journey.guards = f"{{canary: 2, max_share: 1.0, stop_file: {file}}}"
    return file


def during(connector: Any, name: str, act: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something happen while the first write is under way."""
    send = getattr(connector, name)

    def sent(*arguments: Any) -> Any:
        act()
        return send(*arguments)

    monkeypatch.setattr(connector, name, sent)


def test_signal_ends_the_writing_within_a_batch_and_reading_goes_on(
    journey: Journey, stop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.rules = "{duplicate: off}"
    for number in range(6):
        journey.create(email=f"p{number}@example-works.com", first_name="Ada", last_name="King", country="Germany")
    with journey.life() as parts:
        switch_on_signal(switch_by_signal(parts.settings, parts.store))
        ring = lambda: os.kill(os.getpid(), signal.SIGUSR1)  # noqa: E731 - said where it is used
        during(parts.connectors["main"], "update", ring, monkeypatch)
        journey.live(parts)

        wrote = len(journey.written())
        again = journey.live(parts)

    assert "a signal" in stop.read_text()
    assert (wrote, len(journey.written())) == (2, 2)
    assert again[journey.crm.people].error is None


def test_switch_holds_in_the_middle_of_merges_and_for_what_is_left_to_do_of_one(
    journey: Journey, stop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.guards = journey.guards.replace("canary: 2", "canary: 1")
    journey.rules = "{duplicate: off}"
    pairs = [
        (
            journey.create(**{**FIRST, "email": f"a{n}@x{n}.example"}),
            journey.create(**{**SECOND, "email": f"b{n}@y{n}.example"}),
        )
        for n in range(2)
    ]
    get_known(journey)
    fixes = [decided(journey, *pair, city="Lyon") for pair in pairs]
    if journey.crm is HUBSPOT:
        # The values of a merge go in a second call: it is lost, and would be made up for.
        journey.fault("status", endpoint=journey.crm.writes, status=500, count=20)
    with journey.life() as parts:
        during(parts.connectors["main"], "merge", stop.touch, monkeypatch)
        apply_approved(parts.tools, parts.setups, trigger="test")
        journey.no_faults()
        written = len(journey.written(kind="update"))
        setup = next(one for one in parts.setups if one.stream == journey.stream())
        recover(StreamPass(parts.tools, setup, "", Tally()))

        assert len(journey.written(kind="update")) == written

    assert merged(journey) == 1
    assert the(journey, fixes[1]).state is FixState.APPROVED
    stop.unlink()
    journey.pass_once()
    assert the(journey, fixes[0]).state is FixState.APPLIED


def test_writing_ends_within_a_batch_when_its_hours_do(
    journey: Journey, stop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.rules = "{duplicate: off}"
    for number in range(6):
        journey.create(email=f"p{number}@example-works.com", first_name="Ada", last_name="King", country="Germany")
    now = datetime.now(UTC)
    hours = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=1):%H:%M}"
    journey.guards = f"{{canary: 2, max_share: 1.0, write_hours: '{hours}'}}"

    with journey.life() as parts:
        clock: Any = parts.tools.clock
        later = lambda: setattr(clock, "_ahead", timedelta(hours=2))  # noqa: E731 - said where it is used
        during(parts.connectors["main"], "update", later, monkeypatch)
        journey.live(parts)

    assert len(journey.written()) == 2
    assert not stop.exists()
