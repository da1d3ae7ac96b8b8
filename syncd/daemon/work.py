"""The daemon's life: open the doors, work, close them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from types import FrameType

from syncd.daemon.arrivals import Arrivals
from syncd.daemon.following import Following
from syncd.daemon.hearing import Hearing
from syncd.daemon.inboxes import Inboxes
from syncd.daemon.lanes import lane_now
from syncd.daemon.loop import Daemon
from syncd.daemon.reloading import Watch, never
from syncd.engine import PassResult
from syncd.engine.outside.providing import Providing
from syncd.inbound.reception import Reception
from syncd.notify import Notifier
from syncd.store import Store
from syncd.web import Console, Health, serve
from syncd.wiring import Parts


def work(
    parts: Parts,
    *,
    watch: Watch = never,
    after_pass: Callable[[str, Sequence[PassResult]], None] = lambda _run, _results: None,
    started: Callable[[str], None] = lambda _url: None,
) -> None:
    """Serve metrics and health, reach the accounts, pass over the streams until stopped.

    What is served is there before the first call to a CRM; `started` hears its address.
    """
    tools = parts.tools
    health = Health(tools.clock, check_store=lambda: _look_into(tools.store))
    arrivals = Arrivals(parts, health)
    tools.telemetry.hear_progress(lambda: health.moved(lane_now.get() or "loop"))
    tools.store.only_while(lambda: health.liveness().is_fine)
    hearing = Hearing(tools, lambda: arrivals.settings)
    hearing.expect()
    following = Following(tools, hearing)
    web = parts.settings.web
    console = Console(tools.store, tools.clock, lambda: arrivals.settings, hearing.bell.set)
    tools.telemetry.inbound.expect(parts.settings.inbound.forms, parts.settings.inbound.folders)
    forms = Reception(tools, lambda: arrivals.settings, hearing.bell.set)
    inboxes = Inboxes(tools, lambda: arrivals.settings, health, hearing.bell.set)
    server = serve(web.host, web.port, tools.telemetry, health, console, hearing, forms)
    try:
        tools.telemetry.daemon_started([one.stream for one in parts.settings.streams], serves=server.url)
        started(server.url)
        notifier = Notifier(tools.store, tools.telemetry, tools.clock, lambda: arrivals.settings, tools.stop)
        providing = Providing(tools, lambda: arrivals.settings.enrichment)
        with notifier.at_work(), providing.at_work():
            reload = watch(tools, arrivals)
            Daemon(tools, arrivals, health, hearing, following, reload, after_pass, reload.is_changed, inboxes).run()
        tools.telemetry.daemon_stopped("asked to")
    finally:
        following.close()
        inboxes.close()
        server.close()


def _look_into(store: Store) -> None:
    """Ask the store something small; StoreError when it cannot answer."""
    with store.reading() as tx:
        tx.runs.recent(1)


def switch_on_signal(put_on: Callable[[], None]) -> None:
    """Let SIGUSR1 put the stop switch on, where there is such a signal: nothing more is written, reading goes on."""

    def _put_on(_signal: int, _frame: FrameType | None) -> None:
        put_on()

    if hasattr(signal, "SIGUSR1"):
        signal.signal(signal.SIGUSR1, _put_on)


def stop_on_signals(stop: threading.Event) -> None:
    """Let SIGTERM and SIGINT end the work calmly: the running batch is settled first."""

    def _stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
