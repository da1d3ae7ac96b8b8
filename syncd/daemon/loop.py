"""The loop: sees which accounts are ours and has each of them worked on in a lane of its own; takes up new accounts and
settings as they come.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial

from syncd.daemon.account_work import AccountWork, Shared
from syncd.daemon.arrivals import Arrivals
from syncd.daemon.following import Following
from syncd.daemon.hearing import Hearing
from syncd.daemon.inboxes import Inboxes
from syncd.daemon.lanes import Lanes
from syncd.daemon.orders import OrderDesk
from syncd.daemon.outlook import Outlooks
from syncd.daemon.pauses import store_pause
from syncd.daemon.sweeping import Sweeping
from syncd.engine import PassResult, StreamSetup, Tools
from syncd.errors import ConfigError, ConnectorError, StoreError, StoreLockedError
from syncd.scheduler import Schedule
from syncd.web import Health

#: How long the loop sleeps at most: the pace at which it notices a changed file.
TICK_S = 1.0
#: Seconds between two looks at what the CRM's objects consist of.
DESCRIBE_EVERY_S = 3600.0
#: Seconds between two looks at what people have approved.
APPROVED_EVERY_S = 2.0


@dataclass(slots=True)
class Daemon:
    """Works until told to stop."""

    tools: Tools
    arrivals: Arrivals
    health: Health
    hearing: Hearing
    following: Following
    #: Returns all setups anew when the configuration has changed, else None. Called while no lane is busy.
    reload: Callable[[], Sequence[StreamSetup] | None] = lambda: None
    #: Hears of every pass, of one at a time; the demo draws its tables from it.
    after_pass: Callable[[str, Sequence[PassResult]], None] = lambda _run, _results: None
    #: Whether there is something to reload.
    is_changed: Callable[[], bool] = lambda: True
    #: Watches folders that files are put into; None: nobody does.
    inboxes: Inboxes | None = None
    schedule: Schedule = field(default_factory=Schedule)
    #: How often in a row the store could not be used.
    store_failures: int = 0
    #: Why nothing is written, as it was told last.
    stopped: str = ""
    shared: Shared = field(init=False)
    lanes: Lanes = field(init=False)
    outlooks: Outlooks = field(init=False)
    works: dict[str, AccountWork] = field(default_factory=dict)
    #: Setups of accounts that a lane has just reached or described anew.
    _found: deque[tuple[str, tuple[StreamSetup, ...]]] = field(default_factory=deque)
    _described_at: dict[str, float] = field(default_factory=dict)
    _looked_at: float = float("-inf")
    _telling: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Make a lane for each account as it comes."""
        self.lanes = Lanes(self.hearing.bell)
        self.shared = Shared(
            self.tools, self.health, self.schedule, Sweeping(self.tools), self._passed, self._is_wanted_back
        )
        self.outlooks = Outlooks(self.tools)

    @property
    def setups(self) -> list[StreamSetup]:
        """Return the setups of all accounts that are worked on."""
        return [setup for work in self.works.values() for setup in work.setups]

    def run(self) -> None:
        """Work until `tools.stop` is set. The passes under way are finished, within one batch.

        A store that cannot be used is waited for: what cannot be journalled is not written, and nothing is lost.
        """
        try:
            while not self.tools.stop.is_set():
                pause_s = self._one_turn()
                self.health.beat("loop")
                self._rest(pause_s)
        finally:
            self.lanes.close()
            self.outlooks.close(self.works.values())

    def _passed(self, run: str, results: Sequence[PassResult]) -> None:
        with self._telling:
            self.after_pass(run, results)

    def _rest(self, pause_s: float) -> None:
        if self.lanes.busy:
            self.lanes.wait(pause_s, self.tools.stop)
        else:
            self.hearing.rest(pause_s)

    def _one_turn(self) -> float:
        """Take a turn; return how many seconds nothing has to be done."""
        try:
            self._turn()
            self._store_works()
            return self._seconds_left()
        except StoreLockedError as error:
            if not self.tools.store.is_shared:
                raise
            return self._overtaken(error)
        except StoreError as error:
            return self._store_failed(error)

    def _turn(self) -> None:
        self.lanes.collect()
        self._reload()
        self._share()
        self._welcome()
        self._listen()
        self._begin()
        self.lanes.collect()
        self.outlooks.keep(self.works.values())

    def _begin(self) -> None:
        """Have every account worked on that is not worked on already."""
        for account in sorted({*self.arrivals.due()} - self.lanes.busy):
            self._in_lane(account, partial(self._reach, account))
        self._welcome()
        for account, work in sorted(self.works.items()):
            if account in self.lanes.busy or self.tools.stop.is_set() or self.lanes.pause.is_set():
                continue
            if self._is_to_be_described(account):
                self._in_lane(account, partial(self._describe, account))
            elif work.is_due:
                self._in_lane(account, work.go_on)

    def _in_lane(self, account: str, work: Callable[[], None]) -> None:
        def at_work() -> None:
            self.health.beat(account)
            try:
                work()
            finally:
                self.health.rest(account)

        self.lanes.begin(account, at_work)

    def _reach(self, account: str) -> None:
        if setups := self.arrivals.reach(account):
            self._found.append((account, setups))

    def _describe(self, account: str) -> None:
        """Ask what the objects look like now: fields come and go, permissions are given and withdrawn."""
        self._described_at[account] = self.tools.clock.monotonic()
        setups = self.arrivals.renewed(account)
        if setups is not None:
            self._found.append((account, setups))

    def _is_to_be_described(self, account: str) -> bool:
        now = self.tools.clock.monotonic()
        return now - self._described_at.setdefault(account, now) >= DESCRIBE_EVERY_S

    def _welcome(self) -> None:
        """Work on the streams of accounts that were reached just now, too."""
        self.arrivals.raise_if_hopeless()
        while self._found:
            account, setups = self._found.popleft()
            if account not in self.works:
                self.shared.sweeping.remember(setups)
                self._described_at[account] = self.tools.clock.monotonic()
            self._take(account, setups)

    def _take(self, account: str, setups: Sequence[StreamSetup]) -> None:
        if account not in self.works:
            desk = OrderDesk(self.tools, lambda: self.arrivals.settings)
            self.works[account] = AccountWork(account, self.shared, desk=desk)
        self.works[account].setups = tuple(setups)

    def _listen(self) -> None:
        """Hear what the CRMs have announced, and what people have approved."""
        self.following.follow(frozenset(self.works), self.arrivals.settings, self.arrivals.connectors)
        if self.inboxes is not None:
            self.inboxes.hold(self.works)
        announced = {one.stream for one in self.hearing.ready(self.setups)}
        for work in self.works.values():
            work.announced = frozenset(one.stream for one in work.setups if one.stream in announced)
        now = self.tools.clock.monotonic()
        if now - self._looked_at >= APPROVED_EVERY_S:
            self._looked_at = now
            with self.tools.store.reading() as tx:
                approved = tx.journal.approved_at()
            for work in self.works.values():
                work.approved = {one: at for one, at in approved.items() if one.account == work.account}

    def _is_wanted_back(self, account: str) -> bool:
        """Return whether a lane should pause: for everybody, or because another process waits for its account."""
        return self.lanes.pause.is_set() or account in self.tools.store.asked_back

    def _share(self) -> None:
        """See which accounts are ours to work on; those that are not any more are left."""
        left = self.arrivals.share(self.lanes.busy)
        if left:
            self._drop(left)

    def _drop(self, accounts: Collection[str]) -> None:
        for account in accounts:
            work = self.works.pop(account, None)
            for setup in work.setups if work is not None else ():
                self.shared.failures.pop(setup.stream, None)
                self.schedule.forget(setup.stream)

    def _overtaken(self, error: StoreLockedError) -> float:
        """Let go of every account: another daemon has one of them by now. The next turn takes what is ours."""
        self.lanes.stand_still(lambda: self.health.beat("loop"))
        self._found.clear()
        self._drop([*self.works])
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
        works = [work for name, work in self.works.items() if name not in self.lanes.busy]
        # What waits for hours or for calls is due, and still nothing can be done about it.
        free = [setup for work in works for setup in work.setups if setup.stream not in work.waiting]
        if not free:
            return TICK_S
        return min(self.schedule.seconds_until_next(free, self.tools.clock.monotonic()), TICK_S)

    def _reload(self) -> None:
        """Take up a changed configuration, as soon as no lane is busy: all are asked to pause."""
        if self.lanes.busy:
            if not self.lanes.pause.is_set() and self.is_changed():
                self.lanes.pause.set()
            return
        self.lanes.pause.clear()
        try:
            setups = self.reload()
        except (ConfigError, ConnectorError) as error:
            self.tools.telemetry.config_reloaded(ok=False, error=error)
            return
        if setups is not None:
            self._found.clear()
            by_account: dict[str, list[StreamSetup]] = {}
            for setup in setups:
                by_account.setdefault(setup.stream.account, []).append(setup)
            self._drop([account for account in self.works if account not in by_account])
            for account, ours in by_account.items():
                self._take(account, ours)
            self.tools.telemetry.config_reloaded(ok=True)
