"""Fixtures of the connectors' tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.connectors.doubles import Ear, HandClock, Script, ScriptedServer


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
