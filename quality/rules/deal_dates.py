"""A deal's closing day fits how the deal stands: past when it is closed, to come when it is open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import Field

from quality.deals import SLACK, Standing, close_moment, standing
from quality.fields import is_empty
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Surroundings, Verdict, fine_until, flag
from syncd.model import Value

_OVERDUE = "open, and the day it should have closed is past"
_UNDATED = "closed, and nothing says when"
_AHEAD = "closed, and its closing day is still to come"


class DealDatesOptions(Options):
    """How late an open deal may be."""

    #: Days after its closing day from which an open deal counts as forgotten.
    grace_days: int = Field(default=7, ge=0, le=365)


def check(case: Case) -> Verdict:
    """Flag the contradiction. Whether the stage or the day is wrong, a person has to say."""
    stands = standing(case)
    if stands is Standing.UNKNOWN or not case.is_fetched("close_date"):
        return FINE
    moment, now = close_moment(case), case.surroundings.now
    if moment is None:
        return flag(_UNDATED) if stands is not Standing.OPEN and is_empty(case.get("close_date")) else FINE
    if stands is Standing.OPEN:
        late_at = moment + timedelta(days=case.options.grace_days + 1)
        return flag(_OVERDUE) if now >= late_at else fine_until(late_at)
    return flag(_AHEAD) if moment > now + SLACK else FINE


_NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)


def _example(verdict: Verdict, *, grace: int = 7, **values: Value) -> Example:
    return Example(None, verdict, values, surroundings=Surroundings(_NOW), options={"grace_days": grace})


RULE = Rule(
    check,
    fields={"deal": ()},
    phase=Phase.VALIDATE,
    options=DealDatesOptions,
    examples=(
        _example(flag(_OVERDUE), is_closed=False, close_date=datetime(2025, 5, 1, tzinfo=UTC)),
        _example(
            fine_until(datetime(2025, 6, 20, tzinfo=UTC)), is_closed=False, close_date=datetime(2025, 6, 12, tzinfo=UTC)
        ),
        _example(flag(_OVERDUE), grace=0, is_closed=False, close_date=datetime(2025, 6, 12, tzinfo=UTC)),
        _example(
            fine_until(datetime(2025, 7, 9, tzinfo=UTC)), is_closed=False, close_date=datetime(2025, 7, 1, tzinfo=UTC)
        ),
        _example(flag(_AHEAD), is_closed=True, is_won=True, close_date=datetime(2025, 8, 1, tzinfo=UTC)),
        _example(FINE, is_closed=True, is_won=True, close_date=datetime(2025, 6, 16, tzinfo=UTC)),  # a time zone ahead
        _example(FINE, stage="Closed Lost", close_date=datetime(2025, 1, 1, tzinfo=UTC)),
        _example(flag(_UNDATED), stage="closedwon", close_date=None),
        _example(FINE, is_closed=False, close_date=None),
        _example(FINE, stage="contractsent", close_date=datetime(2025, 1, 1, tzinfo=UTC)),  # is it open? not said
        _example(FINE, is_closed=True),  # the day was not fetched
    ),
)
