"""`syncd stop`: the switch after which nothing more is written, and its way back."""

from __future__ import annotations

import getpass
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, ConfigPath

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

    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.clock import SystemClock
    from syncd.settings import load_settings
    from syncd.switch import files_of, put, switch_off, switch_on

    screen = Screen()
    note = f"{getpass.getuser()}, {SystemClock().now():%Y-%m-%d %H:%M} UTC{f': {why}' if why else ''}"
    settings = load_settings(config, os.environ, logs_in=False)
    if not lift:
        # First the files: they hold even while the store cannot be opened.
        for file in files_of(settings):
            put(file, note)
    with open_store(config) as (settings, store):
        if lift:
            there, lifted = switch_on(settings, store)
            for file in files_of(settings):
                screen.line(f"{'off' if file in there else 'was off already'}: {file}")
            if lifted:
                screen.line(f"off in the store: {lifted}")
            return ExitCode.OK
        for file in switch_off(settings, store, note):
            screen.line(f"on: {file}; nothing more is written until `syncd stop --lift`")
        if store.is_shared:
            screen.line("on in the store: for every daemon that shares it")
    return ExitCode.OK


def switch_by_signal(settings: Settings, store: Store) -> Callable[[], None]:
    """Return what puts the switch on from within a daemon that was sent a signal: files at once, the store behind."""
    from syncd.clock import SystemClock
    from syncd.switch import files_of, put

    def put_on() -> None:
        note = f"a signal, {SystemClock().now():%Y-%m-%d %H:%M} UTC"
        for file in files_of(settings):
            put(file, note)
        if store.is_shared:
            # The signal may have come in the middle of a transaction.
            threading.Thread(target=store.stop, args=(note,), name="stop-switch").start()

    return put_on
