"""Persons who can be reached in no way at all are let go when nobody adds an address or number."""

from __future__ import annotations

from pydantic import Field

from quality.rule import FINE, Case, Example, Verdict
from quality.subjects.purge import PurgeOptions, examples_of, let_go, purging
from quality.words import is_stand_in
from syncd.model import Value

_MESSAGE = "no address and no number, and nobody has added one"

_WAYS = ("email", "phone", "mobile")


class IncompleteOptions(PurgeOptions):
    """How long there is time to add what is missing."""

    days: int = Field(default=180, ge=1, le=36500)


def check(case: Case) -> Verdict:
    """Let go of persons without any way to reach them; a field that was not fetched may hold one."""
    if any(not case.is_fetched(name) or not _is_blank(case.get(name)) for name in _WAYS):
        return FINE
    return let_go(case, _MESSAGE)


def _is_blank(value: Value) -> bool:
    """Return whether a value is empty, or stands in for an empty one."""
    return value is None or value == "" or is_stand_in(value)


RULE = purging(
    check,
    flag="purge_incomplete",
    options=IncompleteOptions,
    examples=(
        *examples_of(_MESSAGE, {"email": None, "phone": "", "mobile": "[not provided]"}, days=180),
        Example(None, FINE, {"email": "ada@acme.com", "phone": None, "mobile": None}),
        Example(None, FINE, {"email": None, "phone": "+14155550100", "mobile": None}),
        Example(None, FINE, {"email": None, "phone": None}),
    ),
)
