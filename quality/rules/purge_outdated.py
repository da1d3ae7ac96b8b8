"""Persons who have shown no sign of life for years are let go."""

from __future__ import annotations

from pydantic import Field

from quality.rule import FINE, Case, Example, Verdict
from quality.subjects.purge import SIGNS, PurgeOptions, examples_of, let_go, purging

_MESSAGE = "no sign of life for years"


class OutdatedOptions(PurgeOptions):
    """Years rather than months: everybody is silent now and then."""

    days: int = Field(default=1095, ge=1, le=36500)


def check(case: Case) -> Verdict:
    """Let go of persons who are known to have been silent: at least one sign of life has to be fetched."""
    return let_go(case, _MESSAGE) if any(case.is_fetched(name) for name in SIGNS) else FINE


RULE = purging(
    check,
    flag="purge_outdated",
    options=OutdatedOptions,
    examples=(
        *examples_of(_MESSAGE, {"last_opened": None}, days=1095),
        Example(None, FINE, {"email": "ada@acme.com"}),
    ),
)
