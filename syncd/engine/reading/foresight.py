"""Foretells when a first load, or other reading of a whole base, will be done; tells how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.book import CallBook
from connectors.day import Day
from connectors.forecast import Forecast, Means, foresee, in_words
from connectors.purpose import Purpose
from syncd.engine.load import Load
from syncd.engine.setup import StreamPass, StreamSetup
from syncd.model import Page
from syncd.settings import is_within, next_turn

_DAY = timedelta(days=1)


@dataclass(slots=True)
class Progress:
    """Follows one full pull of a pass, and tells of it."""

    work: StreamPass
    load: Load | None = None

    def page_kept(self, page: Page) -> None:
        """Tell how far it is; before the first page nobody knows how much there is."""
        work, now = self.work, self.work.tools.clock.monotonic()
        if page.total is None:
            work.tools.telemetry.progressed(work.stream, work.tally.pulled, None)
            return
        if self.load is None:
            self._begin(page.total, now)
        else:
            self.load.advance(len(page.records), now)
        self._tell()

    def paused(self, why: str) -> None:
        """Tell that it stands still."""
        done = self.work.tally.pulled if self.load is None else self.load.done
        self.work.tools.telemetry.workload.load_paused(self.work.stream, why, done)

    def finished(self) -> None:
        """Tell that nothing is left."""
        self.work.tools.loads.pop(self.work.stream, None)
        self.work.tools.telemetry.workload.load_finished(self.work.stream)

    def _begin(self, total: int, now: float) -> None:
        """Begin, or go on where an earlier pass or process left off; foretell how long it takes."""
        work, loads = self.work, self.work.tools.loads
        is_new = work.stream not in loads
        if is_new:
            with work.tools.store.reading() as tx:
                held = tx.records.count(work.stream)
                is_first = tx.cursors.last_success(work.stream) is None
            loads[work.stream] = Load(total, min(total, held) if is_first else work.tally.pulled)
        self.load = loads[work.stream]
        self.load.total = total
        self.load.begin(now)
        if not is_new:
            self.load.done = min(total, self.load.done + work.tally.pulled)
            return
        forecast = self.load.forecast = forecast_of(work.setup, self.load, work.tools.clock.now())
        if not forecast.records:
            return
        work.tools.telemetry.workload.load_foreseen(
            work.stream,
            self._sentence(forecast),
            records=total,
            remaining=forecast.records,
            calls=forecast.calls,
            seconds=forecast.seconds,
            limited_by=forecast.limited_by.value,
        )

    def _sentence(self, forecast: Forecast) -> str:
        setup = self.work.setup
        share = 1.0 if setup.book is None else setup.book.day().share
        return sentence_of(setup.stream.name, forecast, share, setup.quiet_zone, self.work.tools.clock.now())

    def _tell(self) -> None:
        work, load = self.work, self.load
        if load is None:
            return
        forecast = load.forecast = forecast_of(work.setup, load, work.tools.clock.now())
        work.tools.telemetry.workload.load_progressed(work.stream, load.total, forecast.records, forecast.seconds)
        work.tools.telemetry.progressed(work.stream, load.done, load.total, forecast.seconds)


def forecast_of(setup: StreamSetup, load: Load, now: datetime) -> Forecast:
    """Return when a load will be done, as things are now; makes no call."""
    effort = load.measured(setup.connector.effort(setup.want, load.total - load.done))
    return foresee(effort, means_of(setup.book, setup.quiet_hours, setup.quiet_zone, now), now)


def means_of(book: CallBook | None, hours: str, zone: str, now: datetime) -> Means:
    """Return what there is for reading a whole base: calls of the day, and hours."""

    def at(moment: datetime) -> tuple[bool, datetime | None]:
        return is_within(hours, zone, moment), next_turn(hours, zone, moment)

    if book is None or (day := book.day()).ours is None:
        return Means(hours=at)
    fresh = Day(day.limit, None, {}, day.share, day.reserve, {})
    room = max(0.0, book.room(Purpose.FIRST_LOADS))
    return Means(room, fresh.room(Purpose.FIRST_LOADS), _resets_at(book, now), at)


def sentence_of(name: str, forecast: Forecast, share: float, zone: str, now: datetime) -> str:
    """Return the forecast of a stream as a person would say it."""
    end = forecast.done_at.astimezone(ZoneInfo(zone))
    is_soon = forecast.done_at - now < _DAY
    at = f"{end:%H:%M}" if is_soon else f"{end:%Y-%m-%d %H:%M}"
    return (
        f"first load of {name}: {forecast.records:,} records, about {forecast.calls:,} calls, "
        f"{in_words(forecast.seconds)} at {share:.0%} of the limit, done about {at}{' UTC' if zone == 'UTC' else ''}"
    )


def _resets_at(book: CallBook, now: datetime) -> datetime:
    told = book.told()
    if told is None or told.is_rolling or told.resets_at <= now:
        return now + _DAY
    return told.resets_at
