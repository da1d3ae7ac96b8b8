"""The calls of an account's day: what there is room for, and how what is left of them is made to last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connectors.book import CallBook
from connectors.purpose import Purpose
from syncd.engine import PassResult, StreamSetup, Tools
from syncd.model import Stream
from syncd.scheduler import Habit, Schedule, beyond, planned_calls, stretch

#: Heavy work is begun only where so many more calls are left, or this part of our day: pages are on their way when it
#: pauses.
SLACK, SLACK_SHARE = 40, 0.05
#: How much the newest pass weighs in what one usually costs.
_NEWEST = 0.2
_DAY_S = 86_400.0


@dataclass(slots=True)
class DayPlan:
    """What one account's passes cost, held against the calls of its day; without a daily limit there is always room."""

    account: str
    tools: Tools
    schedule: Schedule
    _records: dict[Stream, int] = field(default_factory=dict)
    _calls_a_pass: dict[Stream, float] = field(default_factory=dict)

    @property
    def _book(self) -> CallBook | None:
        return self.tools.books.get(self.account)

    def room(self, purpose: Purpose) -> float:
        """Return how many calls are left for something."""
        book = self._book
        return float("inf") if book is None else book.room(purpose)

    def room_to_begin(self, purpose: Purpose) -> float:
        """Return how many calls are left for something that has not begun: heavy work leaves some slack."""
        book = self._book
        if book is None or purpose is not Purpose.FIRST_LOADS:
            return self.room(purpose)
        ours = book.day().ours
        return book.room(purpose) - (0 if ours is None else min(SLACK, SLACK_SHARE * ours))

    def room_again_at(self, purpose: Purpose) -> datetime | None:
        """Return when there will be calls for something; None where nothing limits them."""
        book = self._book
        return None if book is None else self.tools.clock.now() + timedelta(seconds=book.wait_s(purpose))

    def learn(self, result: PassResult) -> None:
        """Take in what a pass that went well has cost."""
        stream, calls = result.setup.stream, float(result.tally.calls)
        self._records[stream] = result.kpis.records
        usual = self._calls_a_pass.get(stream, calls)
        self._calls_a_pass[stream] = usual + _NEWEST * (calls - usual)

    def make(self, setups: Iterable[StreamSetup]) -> None:
        """Plan the calls of the rest of the day, and stretch the rhythm where they would not last."""
        book = self._book
        if book is None:
            return
        told = book.told()
        left_s = _DAY_S
        if told is not None and not told.is_rolling:
            left_s = max(60.0, (told.resets_at - self.tools.clock.now()).total_seconds())
        plan = planned_calls([self._habit(one) for one in setups], left_s)
        day = book.day()
        is_rolling = told is None or told.is_rolling
        book.plan(beyond(plan, day.used) if is_rolling else plan)
        # Where the day rolls, a whole one has to be enough for what a day takes.
        room = replace(day, remaining=None, used={}).room(Purpose.CHANGES) if is_rolling else book.room(Purpose.CHANGES)
        self.schedule.stretched[self.account] = stretch(plan[Purpose.CHANGES], room)

    def _habit(self, setup: StreamSetup) -> Habit:
        """Return what a stream usually costs: passes, comparisons of counts, and looks through all of it."""
        counting, looking = setup.reconcile.count_every.total_seconds(), setup.reconcile.every.total_seconds()
        pages = setup.connector.effort(setup.want, self._records.get(setup.stream, 0)).calls
        sweeping = _DAY_S / counting + _DAY_S / looking * pages
        return Habit(setup.every_s, max(1.0, self._calls_a_pass.get(setup.stream, 1.0)), sweeping)
