"""Companies without people and deals that are silent are let go in time."""

from __future__ import annotations

from pydantic import Field

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict
from quality.subjects.purge import PurgeOptions, examples_of, let_go
from syncd.model import Mode, Severity

_MESSAGE = "nobody belongs to the company"


class EmptyCompanyOptions(PurgeOptions):
    """How long there is time for somebody to come."""

    days: int = Field(default=730, ge=1, le=36500)


def check(case: Case) -> Verdict:
    """Let go of companies that the CRM counts no people for."""
    return let_go(case, _MESSAGE) if case.get("people_count") == 0 else FINE


RULE = Rule(
    check,
    fields={"company": ()},
    phase=Phase.PURGE,
    severity=Severity.INFO,
    mode=Mode.SUGGEST,
    options=EmptyCompanyOptions,
    flag="purge_empty_company",
    is_on=False,
    examples=(
        *examples_of(_MESSAGE, {"people_count": 0}, kind="company", days=730),
        Example(None, FINE, {"people_count": 3}, kind="company"),
        Example(None, FINE, {"people_count": None}, kind="company"),
        Example(None, FINE, {"name": "Acme"}, kind="company"),
    ),
)
