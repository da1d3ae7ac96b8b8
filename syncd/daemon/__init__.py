"""The daemon: reaches the accounts, passes over streams when they are due, reloads a changed file, stops calmly."""

from __future__ import annotations

from syncd.daemon.arrivals import Arrivals
from syncd.daemon.following import Following
from syncd.daemon.hearing import Hearing
from syncd.daemon.loop import Daemon
from syncd.daemon.pauses import FIRST_PAUSE_S, LONGEST_PAUSE_S, pause_after
from syncd.daemon.reloading import watch_file
from syncd.daemon.work import stop_on_signals, switch_on_signal, work

__all__ = [
    "FIRST_PAUSE_S",
    "LONGEST_PAUSE_S",
    "Arrivals",
    "Daemon",
    "Following",
    "Hearing",
    "pause_after",
    "stop_on_signals",
    "switch_on_signal",
    "watch_file",
    "work",
]
