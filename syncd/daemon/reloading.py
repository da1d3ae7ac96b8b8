"""A changed configuration is taken up whole, or refused with its mistakes while the old one stays in force."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from connectors import Connector
from syncd.daemon.arrivals import Arrivals
from syncd.engine import StreamSetup, Tools
from syncd.errors import ConfigError
from syncd.settings import Settings, changed_needs_restart, load_settings
from syncd.wiring import accounts_of, open_connectors, set_up


class Reload(Protocol):
    """Takes up a configuration when it has changed."""

    def is_changed(self) -> bool:
        """Return whether there is something to take up."""

    def __call__(self) -> Sequence[StreamSetup] | None:
        """Return new setups when the configuration has changed, else None. To be called while nobody is at work."""


#: Makes the reloading of the accounts at work, once there are any.
Watch = Callable[[Tools, Arrivals], Reload]


class _Never:
    """Watches nothing."""

    def is_changed(self) -> bool:
        return False

    def __call__(self) -> None:
        return None


def never(_tools: Tools, _arrivals: Arrivals) -> Reload:
    """Watch nothing."""
    return _Never()


def watch_file(config: Path) -> Watch:
    """Return what looks at the file at every tick.

    A file that cannot be used is refused with its mistakes, once, and the settings in force stay. Accounts that are
    still waited for are set up by the new settings when they are reached.
    """
    return lambda tools, arrivals: _File(config, tools, arrivals)


class _File:
    """Watches one configuration, and the files it names."""

    def __init__(self, config: Path, tools: Tools, arrivals: Arrivals) -> None:
        self._config = config
        self._tools = tools
        self._arrivals = arrivals
        self._seen = _stamps(config, arrivals.settings)

    def is_changed(self) -> bool:
        return _stamps(self._config, self._arrivals.settings) != self._seen

    def __call__(self) -> Sequence[StreamSetup] | None:
        stamps = _stamps(self._config, self._arrivals.settings)
        if stamps == self._seen:
            return None
        self._seen = stamps
        return _set_up_anew(load_settings(self._config, os.environ), self._tools, self._arrivals)


def _set_up_anew(settings: Settings, tools: Tools, arrivals: Arrivals) -> Sequence[StreamSetup]:
    fixed = changed_needs_restart(arrivals.settings, settings)
    if fixed:
        raise ConfigError(f"{', '.join(fixed)} cannot change while the daemon runs.", hint="Restart it.")
    if settings.accounts == arrivals.settings.accounts:
        ready = set_up(settings, tools, arrivals.connectors, without=_absent(settings, arrivals))
        arrivals.take(settings, arrivals.connectors)
        return ready.setups
    connectors = open_connectors(
        settings,
        clock=tools.clock,
        telemetry=tools.telemetry,
        stop=tools.stop,
        confirm=tools.store.confirm,
        books=tools.books,
    )
    with ExitStack() as unused:
        unused.callback(_close, connectors)
        ready = set_up(settings, tools, connectors, without=_absent(settings, arrivals))
        unused.pop_all()
    _close(arrivals.connectors)
    arrivals.take(settings, connectors)
    return ready.setups


def _absent(settings: Settings, arrivals: Arrivals) -> frozenset[str]:
    """Return the accounts that are not worked on here, those included that the settings name for the first time."""
    return arrivals.absent | ({*accounts_of(settings)} - {*accounts_of(arrivals.settings)})


def _close(connectors: Mapping[str, Connector]) -> None:
    for connector in connectors.values():
        connector.close()


def _stamps(config: Path, settings: Settings) -> dict[Path, tuple[int, int]]:
    """Return what tells one version of the files from another; what lies in a folder counts, also if it is new."""
    found = {}
    named = {config, *settings.files}
    for file in named.union(*(folder.glob("*.yaml") for folder in named if folder.is_dir())):
        try:
            state = file.stat()
        except FileNotFoundError:
            # An editor may be replacing it at this moment; the next tick sees the new one.
            continue
        found[file] = (state.st_mtime_ns, state.st_size)
    return found
