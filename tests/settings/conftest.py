"""Settings from text, without a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from syncd.errors import ConfigError
from syncd.settings import Settings, parse_settings

Read = Callable[..., Settings]
Tell = Callable[..., list[str]]

ENV = {"TOKEN": "pat-na1-abc"}
ACCOUNT = "accounts: {main: {crm: hubspot, token: '${TOKEN}'}}\n"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that reads settings: an account named `main`, and what it is given."""

    def read_settings(text: str = "", *, env: Mapping[str, str] = ENV, account: str = ACCOUNT) -> Settings:
        return parse_settings(account + text, file="syncd.yaml", folder=tmp_path, env=env)

    return read_settings


@pytest.fixture
def tell(read: Read) -> Tell:
    """Return a function that reads settings with mistakes and returns those, without the file's name."""

    def tell_mistakes(text: str = "", **how: object) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            read(text, **how)
        return [str(mistake).removeprefix("syncd.yaml:") for mistake in caught.value.mistakes]

    return tell_mistakes
