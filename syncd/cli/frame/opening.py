"""Opening what a command works with, and closing it again whatever happens."""

from __future__ import annotations

import os
import platform
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from syncd.cli.frame.noting import noted
from syncd.cli.frame.secrecy import keep_to_oneself
from syncd.clock import SystemClock
from syncd.settings import LogLevel, Settings, load_settings
from syncd.settings.reading.names import stream_named

if TYPE_CHECKING:
    from syncd.store import Store
    from syncd.wiring import Parts


@contextmanager
def opened(config: Path, streams: Sequence[str] | None = None) -> Iterator[Parts]:
    """Yield everything put together for some (or all) streams; their accounts are this process's until the end."""
    from syncd.wiring import build, open_telemetry

    settings = load_settings(config, os.environ)
    wanted = {stream_named(settings, name) for name in streams or ()}
    clock = SystemClock()
    telemetry = open_telemetry(clock, settings.log, level=_level(settings))
    keep_to_oneself(settings.secrets(), telemetry.redaction)
    accounts = {stream.account for stream in wanted} or None
    parts = build(settings, clock=clock, telemetry=telemetry, holder=_our_name(), accounts=accounts)
    try:
        chosen = tuple(setup for setup in parts.setups if not wanted or setup.stream in wanted)
        refused = {stream: error for stream, error in parts.refused.items() if not wanted or stream in wanted}
        with noted(parts.store):
            yield replace(parts, setups=chosen, refused=refused)
    finally:
        parts.close()


@contextmanager
def telling(parts: Parts) -> Iterator[None]:
    """Tell people, when the block ends, what of it calls for them: not everybody runs a daemon."""
    from syncd.notify import Notifier

    tools = parts.tools
    with Notifier(tools.store, tools.telemetry, tools.clock, lambda: parts.settings, tools.stop).at_the_end():
        yield


@contextmanager
def laid_out(config: Path, stop: threading.Event) -> Iterator[Parts]:
    """Yield everything that can be had without a CRM; this process shares the work on the store until the end."""
    from syncd.wiring import lay_out, open_telemetry

    settings = load_settings(config, os.environ)
    clock = SystemClock()
    telemetry = open_telemetry(clock, settings.log)
    keep_to_oneself(settings.secrets(), telemetry.redaction)
    parts = lay_out(settings, clock=clock, telemetry=telemetry, stop=stop, holder=_our_name())
    try:
        yield parts
    finally:
        parts.close()


@contextmanager
def open_store(config: Path) -> Iterator[tuple[Settings, Store]]:
    """Yield the settings and the store, beside a daemon that may be at work on it; makes no call to a CRM."""
    from syncd.store import Store, StoreKeys

    settings = load_settings(config, os.environ, logs_in=False)
    keep_to_oneself(settings.secrets())
    keys = StoreKeys.of(*settings.store.revealed_keys)
    store = Store.open(settings.store.url.reveal(), SystemClock(), keys)
    try:
        store.migrate()
        with noted(store):
            yield settings, store
    finally:
        store.close()


def _our_name() -> str:
    """Return what to tell people who meet our lock."""
    return f"syncd {os.getpid()} on {platform.node() or 'this machine'}"


def _level(settings: Settings) -> str | None:
    """Return the level of log lines for a command whose tables tell a person more; None: as the settings say."""
    return "warning" if sys.stderr.isatty() and settings.log.level is LogLevel.INFO else None
