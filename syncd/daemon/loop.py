"""The loop: passes when streams are due, sweeps on their own schedule, new accounts and settings as they come."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from syncd.daemon.arrivals import Arrivals
from syncd.daemon.following import Following
from syncd.daemon.hearing import Hearing
from syncd.daemon.orders import OrderDesk
from syncd.daemon.pauses import pause_after, store_pause
from syncd.daemon.sweeping import Sweeping
from syncd.engine import PassResult, StreamSetup, Tools, run_pass
from syncd.errors import ConfigError, ConnectorError, StoreError, StoreLockedError
from syncd.model import Stream
from syncd.scheduler import Schedule
from syncd.web import Health

#: How long the loop sleeps at most: the pace at which it notices a changed file.
TICK_S = 1.0


@dataclass(slots=True)
class Daemon:
    """Works until told to stop."""

    tools: Tools
    arrivals: Arrivals
    health: Health
    hearing: Hearing
    following: Following
    #: Returns all setups anew when the configuration has changed, else None.
    reload: Callable[[], Sequence[StreamSetup] | None] = lambda: None
    #: Hears of every pass; the demo draws its tables from it.
    after_pass: Callable[[str, Sequence[PassResult]], None] = lambda _run, _results: None
    setups: Sequence[StreamSetup] = ()
    schedule: Schedule = field(default_factory=Schedule)
    failures: dict[Stream, int] = field(default_factory=dict)
    #: How often in a row the store could not be used.
    store_failures: int = 0
    #: Why nothing is written, as it was told last.
    stopped: str = ""
    #: What people order in the console.
    desk: OrderDesk = field(init=False)

    sweeping: Sweeping = field(init=False)

    def __post_init__(self) -> None:
        """Look through streams on their own schedule, and take orders."""
        self.sweeping = Sweeping(self.tools)
        self.desk = OrderDesk(self.tools, lambda: self.arrivals.settings)

    def run(self) -> None:
        """Work until `tools.stop` is set. The pass under way is finished, within one batch.

        A store that cannot be used is waited for: what cannot be journalled is not written, and nothing is lost.
        """
        while not self.tools.stop.is_set():
            try:
                self._turn()
                self._store_works()
                pause_s = self._seconds_left()
            except StoreLockedError as error:
                if not self.tools.store.is_shared:
                    raise
                pause_s = self._overtaken(error)
            except StoreError as error:
                pause_s = self._store_failed(error)
            self.health.beat("loop")
            self.hearing.rest(pause_s)

    def _turn(self) -> None:
        self._reload()
        self._share()
        self._welcome()
        self.desk.work(self.setups)
        now = self.tools.clock.monotonic()
        due = self.schedule.due(self.setups, now)
        announced = self._announced(due)
        if due or announced:
            self._pass(due, now, announced)
        self.sweeping.turn(self.setups, self.failures)

    def _announced(self, due: Sequence[StreamSetup]) -> list[StreamSetup]:
        """Return the streams that are not due, but of which the CRM has said that something changed."""
        self.following.follow(
            frozenset(one.stream.account for one in self.setups), self.arrivals.settings, self.arrivals.connectors
        )
        waiting = [one for one in self.setups if one not in due and one.stream not in self.failures]
        return self.hearing.ready(waiting)

    def _share(self) -> None:
        """See which accounts are ours to work on; those that are not any more are left."""
        left = self.arrivals.share()
        if left:
            self._drop(left)

    def _drop(self, accounts: Collection[str]) -> None:
        gone = [setup.stream for setup in self.setups if setup.stream.account in accounts]
        self.setups = [setup for setup in self.setups if setup.stream not in gone]
        for stream in gone:
            self.failures.pop(stream, None)
            self.schedule.forget(stream)

    def _overtaken(self, error: StoreLockedError) -> float:
        """Let go of every account: another daemon has one of them by now. The next turn takes what is ours."""
        self._drop({setup.stream.account for setup in self.setups})
        self.arrivals.overtaken(error.message)
        return TICK_S

    def _store_failed(self, error: StoreError) -> float:
        self.store_failures += 1
        pause_s = store_pause(self.store_failures)
        self.tools.telemetry.store_failed(error, pause_s)
        return pause_s

    def _store_works(self) -> None:
        self.store_failures = 0
        self.tools.telemetry.store_recovered()
        if self.tools.store.stopped not in {"", self.stopped}:
            self.tools.telemetry.writing_stopped(self.tools.store.stopped)
        elif self.stopped and not self.tools.store.stopped:
            self.tools.telemetry.writing_resumed()
        self.stopped = self.tools.store.stopped

    def _seconds_left(self) -> float:
        """Return how long to sleep: until a stream is due, and not long, for much can happen meanwhile."""
        if not self.setups:
            return TICK_S
        return min(self.schedule.seconds_until_next(self.setups, self.tools.clock.monotonic()), TICK_S)

    def _welcome(self) -> None:
        """Work on the streams of accounts that were reached just now, too."""
        new = self.arrivals.arrived()
        if new:
            self.sweeping.remember(new)
            self.setups = (*self.setups, *new)

    def _pass(self, due: Sequence[StreamSetup], now: float, announced: Sequence[StreamSetup]) -> None:
        self.schedule.begin(due, now)
        trigger = "schedule" if due else "announcement"
        only = {one.stream for one in announced}
        try:
            run, results = run_pass(
                self.tools, [*due, *announced], trigger=trigger, may_write=True, announced_only=only
            )
        except StoreError:
            # Cut off, whatever it had come to: begun again as soon as the store works.
            for setup in due:
                self.schedule.forget(setup.stream)
            raise
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

    def _reload(self) -> None:
        try:
            setups = self.reload()
        except (ConfigError, ConnectorError) as error:
            self.tools.telemetry.config_reloaded(ok=False, error=error)
            return
        if setups is not None:
            self.setups = setups
            self.hearing.expect()
            self.tools.telemetry.config_reloaded(ok=True)
