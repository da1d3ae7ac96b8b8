"""Records whose date is long past are old: nobody has come back to them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal

from pydantic import Field

from quality.rule import FINE, Case, Example, Options, Phase, Rule, Surroundings, Verdict, fine_until, flag
from syncd.model import Severity

_OLD = "older than records may become"


class OldOptions(Options):
    """Which date counts, and how old is old."""

    #: `created`, `modified`, or the name of a field that holds a date or moment.
    date_of: Literal["created", "modified"] | str = "created"  # noqa: PYI051 - the two are told to editors
    days: int = Field(default=1825, ge=1, le=36500)


def check(case: Case) -> Verdict:
    """Flag a record whose date is that long ago; one without the date says nothing."""
    moment = _moment(case, case.options.date_of)
    if moment is None:
        return FINE
    due = moment + timedelta(days=case.options.days)
    return flag(_OLD) if case.surroundings.now >= due else fine_until(due)


def _moment(case: Case, name: str) -> datetime | None:
    if name == "created":
        return case.record.created_at
    value = case.record.modified_at if name == "modified" else case.get(name)
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else None


_NOW = datetime(2025, 6, 1, tzinfo=UTC)
_NOW_IS = Surroundings(_NOW)


def _ago(days: int) -> datetime:
    return _NOW - timedelta(days=days)


RULE = Rule(
    check,
    fields={"person": (), "company": (), "deal": (), "ticket": (), "activity": ()},
    phase=Phase.DECAY,
    severity=Severity.INFO,
    options=OldOptions,
    flag="old",
    is_on=False,
    examples=(
        Example(None, flag(_OLD), surroundings=_NOW_IS, created_at=_ago(1825)),
        Example(None, fine_until(_NOW + timedelta(days=1)), surroundings=_NOW_IS, created_at=_ago(1824)),
        Example(None, FINE, surroundings=_NOW_IS),
        Example(
            None,
            flag(_OLD),
            {"last_contacted": _ago(31)},
            surroundings=_NOW_IS,
            options={"date_of": "last_contacted", "days": 30},
        ),
        Example(
            None,
            flag(_OLD),
            {"close_date": date(2024, 1, 1)},
            kind="deal",
            surroundings=_NOW_IS,
            options={"date_of": "close_date", "days": 30},
        ),
        Example(None, FINE, {"last_contacted": "soon"}, surroundings=_NOW_IS, options={"date_of": "last_contacted"}),
        Example(None, FINE, surroundings=_NOW_IS, options={"date_of": "last_contacted"}),
        Example(None, FINE, surroundings=_NOW_IS, options={"date_of": "modified"}),
    ),
)
