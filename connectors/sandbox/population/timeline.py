"""When records were made and last touched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.life import QUIET, whole_millisecond
from connectors.sandbox.population.sources import Entrance

_HISTORY = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Moments within the last three years, none in the last hours before `now`."""

    dice: Dice
    now: datetime
    #: Moments at which a workflow touched a lot of records in one millisecond.
    storms: tuple[datetime, ...]

    @classmethod
    def of(cls, dice: Dice, now: datetime) -> Calendar:
        """Return the calendar of a base with a few bulk changes in its past."""
        days = (4.4, 19.7, 47.1, 133.3, 301.9)
        return cls(dice, now, tuple(whole_millisecond(now - timedelta(days=day, milliseconds=417)) for day in days))

    def created_at(self, entrance: Entrance) -> datetime:
        """Return when a record from `entrance` was made; files arrive within minutes."""
        if entrance.happened_days_ago:
            start = self.now - timedelta(days=self.dice.pick(entrance.happened_days_ago), hours=5)
            return whole_millisecond(start + timedelta(seconds=600 * self.dice.random()))
        return self.after(self.now - _HISTORY)

    def after(self, moment: datetime) -> datetime:
        """Return some later moment, before the quiet hours."""
        span = max(self.now - QUIET - moment, timedelta(0))
        return whole_millisecond(moment + span * self.dice.random())

    def modified_at(self, earliest: datetime) -> datetime:
        """Return when a record was last touched, not before `earliest`; for some it was in a bulk change."""
        if self.dice.chance(0.12):
            storm = self.dice.pick(self.storms)
            if storm > earliest:
                return storm
        span = max(self.now - QUIET - earliest, timedelta(0))
        return whole_millisecond(earliest + span * self.dice.random() ** 3)
