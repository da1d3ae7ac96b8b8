"""`syncd run`: the daemon."""

from __future__ import annotations

import threading

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, ConfigPath


def run(*, config: ConfigPath = DEFAULT_CONFIG) -> ExitCode:
    """Work until told to stop (SIGTERM, Ctrl-C): read what changed, judge, write what is approved, serve metrics."""
    from syncd.cli.frame.opening import laid_out
    from syncd.cli.stop import switch_by_signal
    from syncd.daemon import stop_on_signals, switch_on_signal, watch_file, work

    stop = threading.Event()
    stop_on_signals(stop)
    with laid_out(config, stop) as parts:
        switch_on_signal(switch_by_signal(parts.settings, parts.store))
        work(parts, watch=watch_file(config))
    return ExitCode.OK
