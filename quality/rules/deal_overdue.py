"""An open deal's closing day is still to come: one that is past was forgotten, or slipped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import Field

from quality.rule import FINE, Case, Example, Options, Phase, Rule, Surroundings, Verdict, fine_until, flag
from quality.subjects.deals import Standing, close_moment, standing
from syncd.model import Severity, Value

_OVERDUE = "open, and the day it should have closed is past"


class OverdueOptions(Options):
    """How late an open deal may be."""

    #: Days after its closing day from which an open deal counts as forgotten.
    grace_days: int = Field(default=7, ge=0, le=365)


def check(case: Case) -> Verdict:
    """Flag the deal. Information: in many a pipeline the day is a wish, and half of all deals are late."""
    moment = close_moment(case)
    if moment is None or standing(case) is not Standing.OPEN:
        return FINE
    late_at = moment + timedelta(days=case.options.grace_days + 1)
    return flag(_OVERDUE) if case.surroundings.now >= late_at else fine_until(late_at)


_NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
_MAY, _JUNE, _JULY = (datetime(2025, month, 12, tzinfo=UTC) for month in (5, 6, 7))


def _example(verdict: Verdict, *, grace: int = 7, **values: Value) -> Example:
    return Example(None, verdict, values, surroundings=Surroundings(_NOW), options={"grace_days": grace})


RULE = Rule(
    check,
    fields={"deal": ()},
    phase=Phase.DECAY,
    severity=Severity.INFO,
    options=OverdueOptions,
    examples=(
        _example(flag(_OVERDUE), is_closed=False, close_date=_MAY),
        _example(fine_until(datetime(2025, 6, 20, tzinfo=UTC)), is_closed=False, close_date=_JUNE),
        _example(flag(_OVERDUE), grace=0, is_closed=False, close_date=_JUNE),
        _example(fine_until(datetime(2025, 7, 20, tzinfo=UTC)), is_closed=False, close_date=_JULY),
        _example(FINE, is_closed=True, is_won=True, close_date=_MAY),
        _example(FINE, is_closed=False, close_date=None),
        _example(FINE, stage="contractsent", close_date=_MAY),  # is it open? not said
        _example(FINE, is_closed=False),  # the day was not fetched
    ),
)
