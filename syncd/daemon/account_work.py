"""The work on one account: what there is to do, the most urgent first, one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.purpose import Purpose, calling_for
from syncd.daemon.day_plan import DayPlan
from syncd.daemon.orders import OrderDesk
from syncd.daemon.pauses import pause_after
from syncd.daemon.sweeping import Sweeping
from syncd.engine import PassResult, StreamSetup, Tools, apply_approved, run_pass
from syncd.engine.setup import Pace
from syncd.errors import StoreError
from syncd.model import Stream
from syncd.scheduler import Ask, Kind, Reason, Schedule, choose, passed_over, why_not
from syncd.scheduler.agenda import PATIENCE
from syncd.settings import is_within, next_turn
from syncd.web import Health

#: How often it is looked whether what waits still has to.
LOOK_EVERY_S = 1.0
#: How long heavy work that was passed over again and again goes on at least.
SLICE_S = 20.0
#: A stream is late when it was read so many of its turns ago.
LATE_AFTER = 3.0
#: What is written by itself waits until these were read once: decisions span them.
_SPANNED = frozenset({"company", "person", "deal"})


@dataclass(slots=True)
class Shared:
    """What the work on all accounts shares."""

    tools: Tools
    health: Health
    schedule: Schedule
    sweeping: Sweeping
    after_pass: Callable[[str, Sequence[PassResult]], None]
    #: Whether the loop wants the lanes to pause.
    is_wanted_back: Callable[[str], bool]
    failures: dict[Stream, int] = field(default_factory=dict)


@dataclass(slots=True)
class AccountWork:
    """One account. Its setups and what is asked of it are replaced by the loop; all else is its lane's."""

    account: str
    shared: Shared
    setups: Sequence[StreamSetup] = ()
    #: Streams that the CRM has announced something of, and when people last approved fixes, by stream.
    announced: frozenset[Stream] = frozenset()
    approved: dict[Stream, datetime] = field(default_factory=dict)
    #: What people order in the console.
    desk: OrderDesk | None = None
    #: What it is at now, and what waits for what until when.
    doing: str = ""
    waiting: dict[Stream, tuple[Reason, datetime | None]] = field(default_factory=dict)
    #: Whether orders that a daemon died over were looked for.
    _has_resumed: bool = False
    _looked_at: float = float("-inf")
    _handled: dict[Stream, datetime] = field(default_factory=dict)
    _passed: dict[Kind, int] = field(default_factory=dict)
    _loaded: set[Stream] = field(default_factory=set)
    _read_at: dict[Stream, float] = field(default_factory=dict)
    _day: DayPlan = field(init=False)

    def __post_init__(self) -> None:
        self._day = DayPlan(self.account, self.shared.tools, self.shared.schedule)

    def go_on(self) -> None:
        """Do what there is to do now, the most urgent first, until nothing is left or the loop wants a word."""
        while not self.shared.tools.stop.is_set() and not self.shared.is_wanted_back(self.account):
            asks = self._asks()
            self._looked_at = self.shared.tools.clock.monotonic()
            chosen = choose(asks, self._day.room_to_begin, is_quiet=self._is_quiet(), passed=self._passed)
            self._tell_waits(asks)
            if chosen is None:
                return
            able = [ask for ask in asks if why_not(ask, self._day.room_to_begin, is_quiet=self._is_quiet()) is None]
            is_starved = self._passed.get(chosen.kind, 0) >= PATIENCE
            self._passed = passed_over(able, chosen, self._passed)
            self.doing = chosen.kind.value
            try:
                self._do(chosen, is_starved=is_starved)
            finally:
                self.doing = ""

    @property
    def is_due(self) -> bool:
        """Return whether there may be something to do; what waits is looked at anew once in a while only."""
        now = self.shared.tools.clock.monotonic()
        if now - self._looked_at >= LOOK_EVERY_S and (self.waiting or self._is_ordered()):
            return True
        due = {one.stream for one in (*self.shared.schedule.due(self.setups, now), *self._announced(()))}
        due |= {*self._newly_approved(), *(one.stream for one in self._swept())}
        return bool(due - self.waiting.keys())

    # What there is to do

    def _asks(self) -> list[Ask]:
        now = self.shared.tools.clock.monotonic()
        due = self.shared.schedule.due(self.setups, now)
        loads = [one for one in due if not self._is_loaded(one.stream)]
        light = [one for one in due if one not in loads] + self._announced(due)
        asks = []
        if self._is_ordered():
            asks.append(Ask(Kind.ORDER, Purpose.PERSON, (), now - 1.0))
        if approved := self._newly_approved():
            asks.append(Ask(Kind.APPROVED, Purpose.PERSON, approved, now))
        if light:
            purpose = Purpose.LATE if any(self._is_late(one, now) for one in light) else Purpose.CHANGES
            asks.append(Ask(Kind.PASS, purpose, _streams(light), now))
        if swept := self._swept():
            asks.append(Ask(Kind.SWEEP, Purpose.SWEEPS, _streams(swept), now))
        if loads:
            asks.append(Ask(Kind.LOAD, Purpose.FIRST_LOADS, _streams(loads), now, is_heavy=True))
        return asks

    def _announced(self, due: Sequence[StreamSetup]) -> list[StreamSetup]:
        """Return the streams that are not due, but of which the CRM has said that something changed."""
        return [
            one
            for one in self.setups
            if one.stream in self.announced and one not in due and one.stream not in self.shared.failures
        ]

    def _is_ordered(self) -> bool:
        return (
            self.desk is not None and bool(self.setups) and (not self._has_resumed or self.desk.is_wanted(self.setups))
        )

    def _newly_approved(self) -> tuple[Stream, ...]:
        ours = {one.stream for one in self.setups}
        return tuple(sorted(one for one, at in self.approved.items() if one in ours and at != self._handled.get(one)))

    def _swept(self) -> list[StreamSetup]:
        return self.shared.sweeping.due(self.setups, self.shared.failures, is_quiet=self._is_quiet())

    def _is_loaded(self, stream: Stream) -> bool:
        if stream not in self._loaded:
            with self.shared.tools.store.reading() as tx:
                cursor = tx.cursors.read(stream)
            if cursor is None or cursor.after is not None:
                return False
            self._loaded.add(stream)
        return True

    def _is_late(self, setup: StreamSetup, now: float) -> bool:
        read_at = self._read_at.setdefault(setup.stream, now)
        return setup.stream in self.shared.failures or now - read_at > LATE_AFTER * setup.every_s

    # Doing it

    def _do(self, chosen: Ask, *, is_starved: bool) -> None:
        setups = [one for one in self.setups if one.stream in chosen.streams]
        if chosen.kind is Kind.ORDER:
            self._carry_out_orders()
        elif chosen.kind is Kind.APPROVED:
            self._write_approved(setups)
        elif chosen.kind is Kind.SWEEP:
            self.shared.sweeping.turn(setups, self.shared.failures, is_quiet=self._is_quiet())
        else:
            self._pass(chosen, setups, is_starved=is_starved)

    def _carry_out_orders(self) -> None:
        if self.desk is not None:
            with calling_for(Purpose.PERSON):
                self.desk.work(self.setups)
        self._has_resumed = True

    def _write_approved(self, setups: Sequence[StreamSetup]) -> None:
        asked = {one.stream: self.approved[one.stream] for one in setups}
        run, results = apply_approved(self.shared.tools, setups, trigger="approval")
        self._handled.update(asked)
        self.shared.after_pass(run, results)

    def _pass(self, chosen: Ask, setups: Sequence[StreamSetup], *, is_starved: bool) -> None:
        shared, now = self.shared, self.shared.tools.clock.monotonic()
        due = shared.schedule.due(setups, now)
        only = {one.stream for one in setups if one not in due}
        shared.schedule.begin(due, now)
        least_s = SLICE_S if is_starved else 0.0
        why_pause = self._why_pause(now + least_s) if chosen.is_heavy else self._why_wait
        try:
            run, results = run_pass(
                shared.tools,
                setups,
                trigger="schedule" if due else "announcement",
                may_write=chosen.is_heavy or not self._is_base_missing(),
                announced_only=only,
                pace=Pace(chosen.purpose, why_pause),
            )
        except StoreError:
            # Cut off, whatever it had come to: begun again as soon as the store works.
            for setup in due:
                shared.schedule.forget(setup.stream)
            raise
        self.announced -= {one.stream for one in setups}
        for result in results:
            self._note(result, now)
        self._day.make(self.setups)
        shared.after_pass(run, results)

    def _note(self, result: PassResult, began: float) -> None:
        shared, stream = self.shared, result.setup.stream
        if result.tally.paused:
            shared.schedule.forget(stream)
            return
        if result.error is None:
            shared.failures.pop(stream, None)
            if not shared.tools.stop.is_set():
                shared.health.pass_done(stream)
            shared.schedule.release(stream)
            self._read_at[stream] = began
            self._day.learn(result)
            return
        self._loaded.discard(stream)
        shared.failures[stream] = shared.failures.get(stream, 0) + 1
        pause_s = pause_after(result.error, shared.failures[stream])
        shared.schedule.postpone(stream, shared.tools.clock.monotonic() + pause_s)

    # What it has to wait for

    def _why_pause(self, not_before: float) -> Callable[[], str]:
        """Return what tells heavy work why to pause behind a page; not for what is due before some moment."""

        def why() -> str:
            if self.shared.is_wanted_back(self.account):
                return "the account is wanted for something else"
            if told := self._why_wait():
                return told
            now = self.shared.tools.clock.monotonic()
            due = [one for one in self.shared.schedule.due(self.setups, now) if one.stream in self._loaded]
            is_urgent = bool(due or self._newly_approved() or self._announced(due) or self._is_ordered())
            return "something more urgent is due" if is_urgent and now >= not_before else ""

        return why

    def _why_wait(self) -> str:
        """Return why a whole base may not be read now; empty when it may."""
        if not self._is_quiet():
            return "it is for quiet hours"
        return "" if self._day.room(Purpose.FIRST_LOADS) > 0 else "the day has no more calls for it"

    def _is_base_missing(self) -> bool:
        """Return whether a stream that decisions span is about to be read for the first time."""
        if self._why_wait():
            return False
        ours = [one.stream for one in self.setups if one.stream.kind in _SPANNED]
        return any(not self._is_loaded(one) and one not in self.shared.failures for one in ours)

    def _is_quiet(self) -> bool:
        now = self.shared.tools.clock.now()
        return all(is_within(one.quiet_hours, one.quiet_zone, now) for one in self.setups)

    def _tell_waits(self, asks: Sequence[Ask]) -> None:
        found: dict[Stream, tuple[Reason, datetime | None]] = {}
        for ask in asks:
            reason = why_not(ask, self._day.room_to_begin, is_quiet=self._is_quiet())
            if reason is not None:
                found |= {one: (reason, self._until(reason, ask.purpose)) for one in ask.streams}
        for stream in self.shared.failures:
            if stream.account == self.account:
                found[stream] = (Reason.FAILURE, self._tried_again_at(stream))
        self.waiting = found
        for setup in self.setups:
            told, until = found.get(setup.stream, (None, None))
            name = "" if told is None else told.value
            self.shared.tools.telemetry.workload.waits(setup.stream, name, until)
            self.shared.health.held_up(setup.stream, name)

    def _until(self, reason: Reason, purpose: Purpose) -> datetime | None:
        if reason is Reason.QUIET_HOURS:
            first = self.setups[0]
            return next_turn(first.quiet_hours, first.quiet_zone, self.shared.tools.clock.now())
        return self._day.room_again_at(purpose)

    def _tried_again_at(self, stream: Stream) -> datetime | None:
        clock = self.shared.tools.clock
        until = self.shared.schedule.not_before.get(stream)
        return None if until is None else clock.now() + timedelta(seconds=max(0.0, until - clock.monotonic()))


def _streams(setups: Sequence[StreamSetup]) -> tuple[Stream, ...]:
    return tuple(one.stream for one in setups)
