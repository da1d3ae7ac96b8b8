"""`syncd stop`: the switch after which nothing more is written, and its way back."""

from __future__ import annotations

import getpass
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.exits import ExitCode
from syncd.cli.options import DEFAULT_CONFIG, ConfigPath

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncd.settings import Settings
    from syncd.store import Store


def stop(
    *,
    why: Annotated[str, typer.Option("--why", help="Why; it is told with every batch that is not written.")] = "",
    lift: Annotated[bool, typer.Option("--lift", help="Let syncd write again.")] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> ExitCode:
    """Put the stop switch on: from the next batch on nothing is written. Reading and judging go on."""
    import os

    from syncd.cli.opening import open_store
    from syncd.cli.screen import Screen
    from syncd.clock import SystemClock
    from syncd.settings import load_settings

    screen = Screen()
    note = f"{getpass.getuser()}, {SystemClock().now():%Y-%m-%d %H:%M} UTC{f': {why}' if why else ''}"
    for path in _switches(load_settings(config, os.environ, logs_in=False)):
        if lift:
            was_on = path.exists()
            path.unlink(missing_ok=True)
            screen.line(f"{'off' if was_on else 'was off already'}: {path}")
        else:
            _put_on(path, note)
            screen.line(f"on: {path}; nothing more is written until `syncd stop --lift`")
    # The files are this machine's; daemons elsewhere look into the store.
    with open_store(config) as (_, store):
        if lift:
            lifted = store.lift()
            if lifted:
                screen.line(f"off in the store: {lifted}")
        elif store.is_shared:
            store.stop(note)
            screen.line("on in the store: for every daemon that shares it")
    return ExitCode.OK


def switch_by_signal(settings: Settings, store: Store) -> Callable[[], None]:
    """Return what puts the switch on from within a daemon that was sent a signal: files at once, the store behind."""
    from syncd.clock import SystemClock

    def put_on() -> None:
        note = f"a signal, {SystemClock().now():%Y-%m-%d %H:%M} UTC"
        for path in _switches(settings):
            _put_on(path, note)
        if store.is_shared:
            # The signal may have come in the middle of a transaction.
            threading.Thread(target=store.stop, args=(note,), name="stop-switch").start()

    return put_on


def _switches(settings: Settings) -> list[Path]:
    """Return the files whose being there is the switch: one for all streams, unless some have their own."""
    return list(dict.fromkeys([settings.guards.stop_file, *(one.guards.stop_file for one in settings.streams)]))


def _put_on(path: Path, note: str) -> None:
    """Write who put the switch on; raise ConfigError when the file cannot be written."""
    from syncd.errors import ConfigError

    try:
        path.write_text(note + "\n")
    except OSError as error:
        raise ConfigError(
            f"The stop file {path} cannot be written: {error.strerror}.",
            hint="Anybody who may write to its folder can put it there; to be sure at once, end the daemon.",
        ) from error
