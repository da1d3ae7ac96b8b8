"""The daemon: passes when streams are due, sweeps on their own schedule, reloads a changed file, stops calmly."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from syncd.engine import PassResult, StreamSetup, Sweep, Tools, in_order, recall, run_pass, sweep
from syncd.errors import ConfigError, ConnectorError, QuotaExhaustedError, RefusedError, RetryableError
from syncd.model import Stream
from syncd.scheduler import Schedule
from syncd.settings import Settings, changed_needs_restart, load_settings
from syncd.store import Store
from syncd.web import Health, serve
from syncd.wiring import Parts, open_connectors, set_up

#: How long the loop sleeps at most: the pace at which it notices a changed file.
TICK_S = 1.0
#: Seconds between two looks at the CRM's list of removals, and between two censuses.
SWEEP_EVERY_S = {Sweep.REMOVALS: 3600.0, Sweep.CENSUS: 86_400.0}
#: Seconds between two looks at what the CRM's objects consist of.
DESCRIBE_EVERY_S = 3600.0
#: Seconds a stream waits after its first failure; doubled up to the longest while it goes on.
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 900.0


@dataclass(slots=True)
class Daemon:
    """Works until told to stop. `reload` returns new setups when the configuration has changed, else None."""

    tools: Tools
    setups: Sequence[StreamSetup]
    health: Health
    reload: Callable[[], Sequence[StreamSetup] | None] = lambda: None
    #: Hears of every pass; the demo draws its tables from it.
    after_pass: Callable[[str, Sequence[PassResult]], None] = lambda _run, _results: None
    schedule: Schedule = field(default_factory=Schedule)
    failures: dict[Stream, int] = field(default_factory=dict)
    swept_at: dict[tuple[Sweep, Stream], float] = field(default_factory=dict)

    def run(self) -> None:
        """Work until `tools.stop` is set. The pass under way is finished, within one batch."""
        self._remember_sweeps()
        while not self.tools.stop.is_set():
            self._reload()
            now = self.tools.clock.monotonic()
            due = self.schedule.due(self.setups, now)
            if due:
                self._pass(due, now)
            self._sweep()
            self.health.beat("loop")
            left = self.schedule.seconds_until_next(self.setups, self.tools.clock.monotonic())
            self.tools.clock.wait(min(left, TICK_S), self.tools.stop)

    def _pass(self, due: Sequence[StreamSetup], now: float) -> None:
        self.schedule.begin(due, now)
        run, results = run_pass(self.tools, due, trigger="schedule", may_write=True)
        for result in results:
            self._note(result)
        self.after_pass(run, results)

    def _note(self, result: PassResult) -> None:
        stream = result.setup.stream
        if result.error is None:
            self.failures.pop(stream, None)
            self.health.pass_done(stream)
            self.schedule.release(stream)
            return
        self.failures[stream] = self.failures.get(stream, 0) + 1
        self.schedule.postpone(stream, self.tools.clock.monotonic() + pause_after(result.error, self.failures[stream]))

    def _sweep(self) -> None:
        """Look for what reading changes cannot see, one stream at a time."""
        for setup in in_order(self.setups):
            if self.failures.get(setup.stream) or self.tools.stop.is_set():
                continue
            try:
                for kind in Sweep:
                    if self._is_time(kind, setup.stream):
                        sweep(self.tools, setup, kind)
            except ConnectorError as error:
                self.tools.telemetry.pass_failed(setup.stream, error)

    def _remember_sweeps(self) -> None:
        """Go on with the sweeps' schedule where the last daemon left it; a stream never swept waits its first turn."""
        started, now = self.tools.clock.monotonic(), self.tools.clock.now()
        with self.tools.store.reading() as tx:
            last = {kind: tx.runs.last_of(kind.value) for kind in Sweep}
        for setup in self.setups:
            for kind in Sweep:
                ago = now - last[kind].get(setup.stream.name, now)
                self.swept_at[(kind, setup.stream)] = started - ago.total_seconds()

    def _is_time(self, kind: Sweep, stream: Stream) -> bool:
        now = self.tools.clock.monotonic()
        if now - self.swept_at.setdefault((kind, stream), now) < SWEEP_EVERY_S[kind]:
            return False
        self.swept_at[(kind, stream)] = now
        return True

    def _reload(self) -> None:
        try:
            setups = self.reload()
        except (ConfigError, ConnectorError) as error:
            self.tools.telemetry.config_reloaded(ok=False, error=error)
            return
        if setups is not None:
            self.setups = setups
            self.tools.telemetry.config_reloaded(ok=True)


def pause_after(error: ConnectorError, failures: int) -> float:
    """Return how many seconds a stream is left alone after its n-th failure in a row."""
    if isinstance(error, RetryableError) and error.retry_after is not None:
        longest = 86_400.0 if isinstance(error, QuotaExhaustedError) else LONGEST_PAUSE_S
        return min(error.retry_after, longest)
    if isinstance(error, RefusedError):
        return LONGEST_PAUSE_S
    return min(FIRST_PAUSE_S * 2.0 ** (failures - 1), LONGEST_PAUSE_S)


Reload = Callable[[], Sequence[StreamSetup] | None]


def work(
    parts: Parts,
    *,
    reload: Reload = lambda: None,
    after_pass: Callable[[str, Sequence[PassResult]], None] = lambda _run, _results: None,
    started: Callable[[str], None] = lambda _url: None,
) -> None:
    """Serve metrics and health, and pass over the streams until stopped; `started` hears the address served."""
    tools = parts.tools
    health = Health(tools.clock, check_store=lambda: _look_into(tools.store))
    health.expect(setup.stream for setup in parts.setups)
    tools.telemetry.hear_progress(lambda: health.beat("loop"))
    recall(tools, parts.setups)
    server = serve(parts.settings.web.host, parts.settings.web.port, tools.telemetry, health)
    try:
        tools.telemetry.daemon_started([setup.stream for setup in parts.setups], serves=server.url)
        started(server.url)
        Daemon(tools, parts.setups, health, reload, after_pass).run()
        tools.telemetry.daemon_stopped("asked to")
    finally:
        server.close()


def _look_into(store: Store) -> None:
    """Ask the store something small; StoreError when it cannot answer."""
    with store.reading() as tx:
        tx.runs.recent(1)


def watch_file(config: Path, parts: Parts) -> Reload:
    """Return what the daemon asks at every tick: new setups when the configuration has changed, else None.

    A file that cannot be used is refused with its mistakes, once, and the settings in force stay. Every now and then
    the CRMs are asked anew what their objects look like: fields come and go, permissions are given and withdrawn.
    """
    clock = parts.tools.clock
    in_force = parts.settings
    seen = _stamps(config, in_force)
    described_at = clock.monotonic()

    def reload() -> Sequence[StreamSetup] | None:
        nonlocal in_force, seen, described_at
        stamps = _stamps(config, in_force)
        is_stale = clock.monotonic() - described_at >= DESCRIBE_EVERY_S
        if stamps == seen and not is_stale:
            return None
        seen, described_at = stamps, clock.monotonic()
        settings = load_settings(config, os.environ)
        fixed = changed_needs_restart(in_force, settings)
        if fixed:
            raise ConfigError(f"{', '.join(fixed)} cannot change while the daemon runs.", hint="Restart it.")
        tools = parts.tools
        connectors = dict(parts.connectors)
        if settings.accounts != in_force.accounts:
            connectors = open_connectors(settings, clock=tools.clock, telemetry=tools.telemetry, stop=tools.stop)
        ready = set_up(settings, tools, connectors)
        in_force = settings
        return ready.setups

    return reload


def _stamps(config: Path, settings: Settings) -> dict[Path, tuple[int, int]]:
    """Return what tells one version of the files from another."""
    found = {}
    for file in {config, *settings.files}:
        try:
            state = file.stat()
        except FileNotFoundError:
            # An editor may be replacing it at this moment; the next tick sees the new one.
            continue
        found[file] = (state.st_mtime_ns, state.st_size)
    return found


def stop_on_signals(stop: threading.Event) -> None:
    """Let SIGTERM and SIGINT end the work calmly: the running batch is settled first."""

    def _stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
