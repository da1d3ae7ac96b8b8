"""Persons who never came further than a first contact, and are silent, are let go in time."""

from __future__ import annotations

from pydantic import Field

from quality.rule import FINE, Case, Example, Verdict
from quality.subjects.purge import PurgeOptions, examples_of, let_go, purging

_MESSAGE = "never came further than a first contact"


class FirstContactOptions(PurgeOptions):
    """What a first contact is, and how long there is hope."""

    days: int = Field(default=730, ge=1, le=36500)
    #: Lifecycle stages, in small letters.
    stages: frozenset[str] = frozenset({"subscriber", "other"})


def check(case: Case) -> Verdict:
    """Let go of persons in an early lifecycle stage."""
    is_early = case.text("lifecycle_stage").casefold() in case.options.stages
    return let_go(case, _MESSAGE) if is_early else FINE


RULE = purging(
    check,
    flag="purge_unqualified_contact",
    options=FirstContactOptions,
    examples=(
        *examples_of(_MESSAGE, {"lifecycle_stage": "Subscriber"}, days=730),
        Example(None, FINE, {"lifecycle_stage": "lead"}),
        Example(None, FINE, {"lifecycle_stage": None}),
    ),
)
