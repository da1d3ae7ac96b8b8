"""A store on a file, a clock that stands still, settings with channels, and a place where messages arrive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from syncd.notify import DeliveryError, Notifier
from syncd.settings import ChannelSettings, Settings, parse_settings
from syncd.store import Message
from syncd.telemetry import Telemetry

CHANNELS = "{ops: {webhook: '${HOOK}', pause: 0s}}"


@pytest.fixture
def backend() -> str:
    """Messages are the same on every database; tests/store holds the rooms to that."""
    return "sqlite"


class Place:
    """Where messages arrive, unless it is shut."""

    def __init__(self) -> None:
        self.failure: DeliveryError | None = None
        self.tries = 0
        self.arrived: list[tuple[ChannelSettings, Sequence[Message], Sequence[str]]] = []

    def take(
        self, channel: ChannelSettings, messages: Sequence[Message], console: str, now: datetime, pages: Sequence[str]
    ) -> None:
        self.tries += 1
        if self.failure is not None:
            raise self.failure
        self.arrived.append((channel, messages, pages))

    def events(self) -> list[list[str]]:
        """What arrived, message by message."""
        return [[one.notice.event for one in messages] for _, messages, _ in self.arrived]

    def subjects(self) -> list[str]:
        return [one.notice.subject for _, messages, _ in self.arrived for one in messages]


@pytest.fixture
def place() -> Place:
    return Place()


def settings_of(tmp_path: Path, channels: str = CHANNELS, more: str = "") -> Settings:
    text = (
        "accounts: {hubspot-main: {crm: hubspot, token: '${TOKEN}'}}\n"
        "streams: {hubspot-main/contacts: {mode: apply}}\n"
        f"notifications: {{channels: {channels}{more}}}\n"
    )
    secrets = {"TOKEN": "t-123456", "HOOK": "https://hooks.example.com/T0/B0", "PASSWORD": "p-123456"}
    return parse_settings(text, file="syncd.yaml", folder=tmp_path, env=secrets)


@pytest.fixture
def made(store, clock, place, tmp_path) -> Any:
    """Make a notifier of a daemon, with these channels; as many as a test wants, all on one store."""

    def make(channels: str = CHANNELS, more: str = "") -> Notifier:
        telemetry = Telemetry(clock)
        notifier = Notifier(store, telemetry, clock, lambda: settings_of(tmp_path, channels, more), send=place.take)
        telemetry.hear_facts(notifier.hear)
        return notifier

    return make
