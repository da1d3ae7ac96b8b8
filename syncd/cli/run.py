"""`syncd run`: the daemon."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from syncd.cli.exits import ExitCode
from syncd.cli.options import DEFAULT_CONFIG, ConfigPath

if TYPE_CHECKING:
    from syncd.errors import RetryableError


def run(*, config: ConfigPath = DEFAULT_CONFIG) -> ExitCode:
    """Work until told to stop (SIGTERM, Ctrl-C): read what changed, judge, write what is approved, serve metrics."""
    from syncd.clock import SystemClock
    from syncd.daemon import stop_on_signals
    from syncd.errors import RetryableError

    stop = threading.Event()
    stop_on_signals(stop)
    failures = 0
    while not stop.is_set():
        try:
            _work(config, stop)
        except RetryableError as error:
            # A CRM that is down when the daemon starts is no reason to give up.
            if stop.is_set():
                break
            failures += 1
            SystemClock().wait(_told_pause(error, failures), stop)
    return ExitCode.OK


def _work(config: Path, stop: threading.Event) -> None:
    from syncd.cli.opening import opened
    from syncd.daemon import watch_file, work

    with opened(config, stop=stop) as parts:
        work(parts, reload=watch_file(config, parts))


def _told_pause(error: RetryableError, failures: int) -> float:
    from syncd.cli.screen import error_screen
    from syncd.daemon import pause_after

    pause = pause_after(error, failures)
    error_screen().failure(error.message, f"{error.hint} The next try is in {pause:.0f} s.".strip())
    return pause
