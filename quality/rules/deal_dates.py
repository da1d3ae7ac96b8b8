"""A deal that is closed has a closing day, and it is past."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.fields import is_empty
from quality.rule import FINE, Case, Example, Phase, Rule, Surroundings, Verdict, flag
from quality.subjects.deals import SLACK, Standing, close_moment, standing
from syncd.model import Value

_UNDATED = "closed, and nothing says when"
_AHEAD = "closed, and its closing day is still to come"


def check(case: Case) -> Verdict:
    """Flag the contradiction. Whether the stage or the day is wrong, a person has to say."""
    if standing(case) in {Standing.UNKNOWN, Standing.OPEN} or not case.is_fetched("close_date"):
        return FINE
    moment = close_moment(case)
    if moment is None:
        return flag(_UNDATED) if is_empty(case.get("close_date")) else FINE
    return flag(_AHEAD) if moment > case.surroundings.now + SLACK else FINE


_NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)


def _example(verdict: Verdict, **values: Value) -> Example:
    return Example(None, verdict, values, surroundings=Surroundings(_NOW))


RULE = Rule(
    check,
    fields={"deal": ()},
    phase=Phase.VALIDATE,
    examples=(
        _example(flag(_AHEAD), is_closed=True, is_won=True, close_date=datetime(2025, 8, 1, tzinfo=UTC)),
        _example(FINE, is_closed=True, is_won=True, close_date=datetime(2025, 6, 16, tzinfo=UTC)),  # a time zone ahead
        _example(FINE, stage="Closed Lost", close_date=datetime(2025, 1, 1, tzinfo=UTC)),
        _example(flag(_UNDATED), stage="closedwon", close_date=None),
        _example(FINE, is_closed=False, close_date=None),
        _example(FINE, is_closed=False, close_date=datetime(2025, 8, 1, tzinfo=UTC)),
        _example(FINE, stage="contractsent", close_date=datetime(2025, 8, 1, tzinfo=UTC)),  # is it closed? not said
        _example(FINE, is_closed=True),  # the day was not fetched
    ),
)
