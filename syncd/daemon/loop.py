"""The loop: passes when streams are due, sweeps on their own schedule, new accounts and settings as they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from syncd.daemon.pauses import pause_after
from syncd.engine import PassResult, StreamSetup, Sweep, Tools, in_order, run_pass, sweep
from syncd.errors import ConfigError, ConnectorError
from syncd.model import Stream
from syncd.scheduler import Schedule
from syncd.web import Health

#: How long the loop sleeps at most: the pace at which it notices a changed file.
TICK_S = 1.0
#: Seconds between two looks at the CRM's list of removals, and between two censuses.
SWEEP_EVERY_S = {Sweep.REMOVALS: 3600.0, Sweep.CENSUS: 86_400.0}


@dataclass(slots=True)
class Daemon:
    """Works until told to stop."""

    tools: Tools
    setups: Sequence[StreamSetup]
    health: Health
    #: Returns the setups of accounts reached since it was last asked.
    arrived: Callable[[], Sequence[StreamSetup]] = lambda: ()
    #: Returns all setups anew when the configuration has changed, else None.
    reload: Callable[[], Sequence[StreamSetup] | None] = lambda: None
    #: Hears of every pass; the demo draws its tables from it.
    after_pass: Callable[[str, Sequence[PassResult]], None] = lambda _run, _results: None
    schedule: Schedule = field(default_factory=Schedule)
    failures: dict[Stream, int] = field(default_factory=dict)
    swept_at: dict[tuple[Sweep, Stream], float] = field(default_factory=dict)

    def run(self) -> None:
        """Work until `tools.stop` is set. The pass under way is finished, within one batch."""
        self._remember_sweeps(self.setups)
        while not self.tools.stop.is_set():
            self._reload()
            self._welcome()
            now = self.tools.clock.monotonic()
            due = self.schedule.due(self.setups, now)
            if due:
                self._pass(due, now)
            self._sweep()
            self.health.beat("loop")
            self.tools.clock.wait(self._seconds_left(), self.tools.stop)

    def _seconds_left(self) -> float:
        """Return how long to sleep: until a stream is due, and not long, for much can happen meanwhile."""
        if not self.setups:
            return TICK_S
        return min(self.schedule.seconds_until_next(self.setups, self.tools.clock.monotonic()), TICK_S)

    def _welcome(self) -> None:
        """Work on the streams of accounts that were reached just now, too."""
        new = self.arrived()
        if new:
            self._remember_sweeps(new)
            self.setups = (*self.setups, *new)

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

    def _remember_sweeps(self, setups: Sequence[StreamSetup]) -> None:
        """Go on with the sweeps' schedule where the last daemon left it; a stream never swept waits its first turn."""
        started, now = self.tools.clock.monotonic(), self.tools.clock.now()
        with self.tools.store.reading() as tx:
            last = {kind: tx.runs.last_of(kind.value) for kind in Sweep}
        for setup in setups:
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
