"""Hours of the day, as people write them: `20:00-06:00`, in a time zone of their own."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOMENT = re.compile(rf"({'|'.join(WEEKDAYS)}) (([01]\d|2[0-3]):[0-5]\d)")
_SHAPE = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def is_within(hours: str, zone: str, moment: datetime) -> bool:
    """Return whether a moment lies in the hours, which may go over midnight; empty hours are always."""
    if not hours:
        return True
    begin, end = (time.fromisoformat(part) for part in hours.split("-"))
    now = moment.astimezone(ZoneInfo(zone)).time()
    return begin <= now < end if begin <= end else now >= begin or now < end


def next_turn(hours: str, zone: str, moment: datetime) -> datetime | None:
    """Return when the hours next begin or end after a moment, in UTC; None where they are always."""
    if not hours:
        return None
    local = moment.astimezone(ZoneInfo(zone))
    turns = [
        datetime.combine(local.date() + timedelta(days=day), time.fromisoformat(part), ZoneInfo(zone)).astimezone(UTC)
        for day in (0, 1, 2)
        for part in hours.split("-")
    ]
    return min(turn for turn in turns if turn > moment)


def last_moment(weekly: str, zone: str, now: datetime) -> datetime:
    """Return when a weekly moment (`monday 08:00`) last was, in UTC."""
    day, hour = weekly.split(" ")
    local = now.astimezone(ZoneInfo(zone))
    back = (local.weekday() - WEEKDAYS.index(day)) % 7
    for days in (back, back + 7):
        date = local.date() - timedelta(days=days)
        moment = datetime.combine(date, time.fromisoformat(hour), ZoneInfo(zone)).astimezone(UTC)
        if moment <= now:
            return moment
    raise AssertionError("a week has no end")


def _moment(given: str) -> str:
    if not _MOMENT.fullmatch(given.lower()):
        raise ValueError("should be a day and a time, monday 08:00")
    return given.lower()


def _hours(given: str) -> str:
    if given and not _SHAPE.fullmatch(given):
        raise ValueError("should be a time of day to another, 20:00-06:00")
    if given and given[:5] == given[6:]:
        raise ValueError("begins and ends at the same time; leave it out for the whole day")
    return given


def _zone(given: str) -> str:
    if given not in available_timezones():
        raise ValueError("should be the name of a time zone, Europe/Berlin")
    return given


Hours = Annotated[str, AfterValidator(_hours)]
Zone = Annotated[str, AfterValidator(_zone)]
Moment = Annotated[str, AfterValidator(_moment)]
