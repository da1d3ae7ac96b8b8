"""A worker that never comes back: the process lives and answers, and says that it is not alive."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
import urllib3

from syncd.clock import SystemClock
from syncd.daemon import work
from syncd.settings import parse_settings
from syncd.telemetry import Telemetry
from syncd.web.health import LIMIT_S
from syncd.wiring import build
from tests.journeys.journey import Journey

#: Longer than anything here takes on a busy machine.
PATIENCE_S = 60.0


class PushedClock(SystemClock):
    """The real clock, pushed on by the test."""

    ahead_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_worker_that_never_comes_back_is_told_by_the_probe_until_it_does(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King", country="Germany")
    settings = parse_settings(journey.text(), file="syncd.yaml", folder=journey.folder, env=journey.environment())
    clock = PushedClock()
    parts = build(settings, clock=clock, telemetry=Telemetry(clock), holder="test")
    parts = replace(parts, tools=replace(parts.tools, domains=None))
    hangs, go_on, urls = threading.Event(), threading.Event(), list[str]()
    let_hang(monkeypatch, parts.connectors["main"], hangs, go_on)
    daemon = threading.Thread(target=lambda: work(parts, started=urls.append))
    http = urllib3.PoolManager(retries=False)

    def alive() -> tuple[int, list[str]]:
        answer = http.request("GET", f"{urls[0]}/healthz")
        return answer.status, orjson.loads(answer.data)["reasons"]

    daemon.start()
    try:
        assert hangs.wait(PATIENCE_S)
        before = alive()
        clock.ahead_s = LIMIT_S + 30
        # The loop itself goes on, and says so again in its next turn.
        until(clock, lambda: len(alive()[1]) == 1)
        hanging = alive()
        go_on.set()
        until(clock, lambda: journey.value(contact, "country") == "DE")
        after = alive()
    finally:
        go_on.set()
        parts.tools.stop.set()
        daemon.join(PATIENCE_S)
        http.clear()
        parts.close()

    assert before == (200, [])
    assert hanging[0] == 503
    assert hanging[1][0].startswith("main: no progress for 6")
    assert after == (200, [])


def let_hang(monkeypatch: pytest.MonkeyPatch, connector: Any, hangs: threading.Event, go_on: threading.Event) -> None:
    """Let the first pull come back only when it is told to, as with a library that waits for ever."""
    pull = connector.pull

    def pulled(*arguments: Any) -> Any:
        hangs.set()
        go_on.wait(PATIENCE_S)
        return pull(*arguments)

    monkeypatch.setattr(connector, "pull", pulled)


def until(clock: SystemClock, is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = clock.monotonic() + PATIENCE_S
    while not is_so():
        assert clock.monotonic() < deadline
        clock.wait(0.05)
