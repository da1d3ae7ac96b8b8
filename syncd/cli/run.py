"""`syncd run`: the daemon."""

from __future__ import annotations

from pathlib import Path

from syncd.cli.exits import ExitCode
from syncd.cli.options import DEFAULT_CONFIG, ConfigPath


def run(*, config: ConfigPath = DEFAULT_CONFIG) -> ExitCode:
    """Work until told to stop (SIGTERM, Ctrl-C): read what changed, judge, write what is approved, serve metrics."""
    from syncd.cli.opening import opened
    from syncd.daemon import stop_on_signals, watch_file, work

    with opened(Path(config)) as parts:
        stop_on_signals(parts.tools.stop)
        work(parts, reload=watch_file(Path(config), parts))
    return ExitCode.OK
