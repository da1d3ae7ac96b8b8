"""`syncd rekey`: encrypt the store as the settings now say, anew or for the first time, or decrypt it."""

from __future__ import annotations

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath, Yes


def rekey(*, config: ConfigPath = DEFAULT_CONFIG, yes: Yes = False, as_json: AsJson = False) -> ExitCode:
    """Write every value in the store anew: encrypted where the settings have `store.key`, in plain where they do not.

    No daemon may be at work. Killed midway, it has changed nothing. Backups made before stay as they are.
    """
    import os

    from syncd.cli.frame.noting import counted, noted
    from syncd.cli.frame.secrecy import keep_to_oneself
    from syncd.cli.output.screen import Screen
    from syncd.clock import SystemClock
    from syncd.settings import load_settings
    from syncd.store import Store, StoreKeys

    settings = load_settings(config, os.environ, logs_in=False)
    keep_to_oneself(settings.secrets())
    becomes = "plain" if settings.store.key is None else "encrypted"
    keys = StoreKeys.of(*settings.store.revealed_keys)
    store = Store.open(settings.store.url.reveal(), SystemClock(), keys)
    try:
        if not yes:
            typer.confirm(f"Write all values in {store.place} anew, {becomes}?", abort=True, err=True)
        count = store.rekey(f"syncd rekey {os.getpid()}")
        with noted(store):
            counted(rows=count)
    finally:
        store.close()
    screen = Screen()
    if as_json:
        screen.json({"store": becomes, "rows": count})
        return ExitCode.OK
    screen.line(f"{becomes}: {count} rows of {store.place}")
    screen.line("Keys that were in force before are needed for older backups only.")
    return ExitCode.OK
