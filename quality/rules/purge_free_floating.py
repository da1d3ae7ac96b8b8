"""Persons without a company, linked or named, who are silent are let go in time."""

from __future__ import annotations

from pydantic import Field

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict
from quality.subjects.purge import PurgeOptions, examples_of, let_go
from syncd.model import Mode, Severity

_MESSAGE = "belongs to no company"


class FloatingOptions(PurgeOptions):
    """How long there is time to find the company."""

    days: int = Field(default=730, ge=1, le=36500)


def check(case: Case) -> Verdict:
    """Let go of persons without a company; links that were not fetched may be there."""
    has_none = case.record.links.get("company") == () and not case.text("company_name")
    return let_go(case, _MESSAGE) if has_none else FINE


RULE = Rule(
    check,
    fields={"person": ()},
    phase=Phase.PURGE,
    severity=Severity.INFO,
    mode=Mode.SUGGEST,
    options=FloatingOptions,
    flag="purge_free_floating",
    is_on=False,
    examples=(
        *examples_of(_MESSAGE, {"company_name": None}, days=730, links={"company": ()}),
        Example(None, FINE, {"company_name": "Acme"}, links={"company": ()}),
        Example(None, FINE, links={"company": ("7",)}),
        Example(None, FINE, links={}),
    ),
)
