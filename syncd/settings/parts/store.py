"""`store`: where syncd keeps what it knows."""

# ruff: noqa: RUF012 - pydantic copies defaults; ruff does not see so far as to `Part`

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator

from syncd.settings.parts.part import Part
from syncd.settings.parts.store_key import StoreKey
from syncd.settings.values.duration import Duration
from syncd.settings.values.secret import Secret
from syncd.settings.values.urls import StoreUrl


def _silence(given: timedelta) -> timedelta:
    if not timedelta(seconds=2) <= given <= timedelta(minutes=10):
        raise ValueError("should be from 2s to 10m")
    return given


class StoreSettings(Part):
    """Where syncd keeps what it knows."""

    url: StoreUrl = Secret("sqlite:///syncd.db")
    """sqlite:///file, or postgresql://user:${PASSWORD}@host/database."""
    key: StoreKey | None = None
    """What records say is encrypted with it, by reference: ${SYNCD_STORE_KEY}. 32 random bytes in base64."""
    old_keys: list[StoreKey] = []
    """Keys that were in force before, by reference; needed until `syncd rekey`, or the next start with a new key."""
    silence: Annotated[Duration, AfterValidator(_silence)] = timedelta(seconds=15)
    """How long a daemon that shares a PostgreSQL store may say nothing before another one takes its accounts over. One
    that ends, or is killed, is followed within a second or two."""

    @property
    def revealed_keys(self) -> tuple[str | None, tuple[str, ...]]:
        """Return the key in force and the old ones, for the one call that needs them."""
        first = None if self.key is None else self.key.reveal()
        return first, tuple(one.reveal() for one in self.old_keys)
