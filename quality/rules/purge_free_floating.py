"""Persons without a company, linked or named, who are silent are let go in time."""

from __future__ import annotations

from pydantic import Field

from quality.rule import FINE, Case, Example, Verdict
from quality.subjects.purge import PurgeOptions, examples_of, let_go, purging

_MESSAGE = "belongs to no company"


class FloatingOptions(PurgeOptions):
    """How long there is time to find the company."""

    days: int = Field(default=730, ge=1, le=36500)


def check(case: Case) -> Verdict:
    """Let go of persons without a company; links that were not fetched may be there."""
    has_none = case.record.links.get("company") == () and not case.text("company_name")
    return let_go(case, _MESSAGE) if has_none else FINE


RULE = purging(
    check,
    flag="purge_free_floating",
    options=FloatingOptions,
    examples=(
        *examples_of(_MESSAGE, {"company_name": None}, days=730, links={"company": ()}),
        Example(None, FINE, {"company_name": "Acme"}, links={"company": ()}),
        Example(None, FINE, links={"company": ("7",)}),
        Example(None, FINE, links={}),
    ),
)
