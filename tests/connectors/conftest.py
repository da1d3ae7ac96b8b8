"""Fixtures of the connectors' tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.connectors.doubles import Ear, HandClock, Script, ScriptedServer
from tests.connectors.rigs import RIGS, Rig, Shelf


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def scripted() -> Iterator[Callable[..., ScriptedServer]]:
    servers: list[ScriptedServer] = []

    def start(*script: Script) -> ScriptedServer:
        servers.append(ScriptedServer(*script))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture(scope="module", params=RIGS, ids=[rig.crm for rig in RIGS])
def running(request: pytest.FixtureRequest) -> Iterator[Rig]:
    started = request.param()
    yield started
    started.close()


@pytest.fixture
def rig(running: Rig) -> Rig:
    running.reset()
    return running


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()
