"""Companies without people and deals that are silent are let go in time."""

from __future__ import annotations

from pydantic import Field

from quality.rule import FINE, Case, Example, Verdict
from quality.subjects.purge import PurgeOptions, examples_of, let_go, purging

_MESSAGE = "nobody belongs to the company"


class EmptyCompanyOptions(PurgeOptions):
    """How long there is time for somebody to come."""

    days: int = Field(default=730, ge=1, le=36500)


def check(case: Case) -> Verdict:
    """Let go of companies that the CRM counts no people for."""
    return let_go(case, _MESSAGE) if case.get("people_count") == 0 else FINE


RULE = purging(
    check,
    flag="purge_empty_company",
    options=EmptyCompanyOptions,
    kind="company",
    examples=(
        *examples_of(_MESSAGE, {"people_count": 0}, kind="company", days=730),
        Example(None, FINE, {"people_count": 3}, kind="company"),
        Example(None, FINE, {"people_count": None}, kind="company"),
        Example(None, FINE, {"name": "Acme"}, kind="company"),
    ),
)
