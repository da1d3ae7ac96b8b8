"""Fields that operations, sales and marketing cannot do without are filled."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag
from quality.subjects.required import (
    CompanyField,
    DealField,
    PersonField,
    RequiredOptions,
    TicketField,
    is_missing,
    requirements,
)
from syncd.model import Value

_EMPTY = "a required field is empty"

_CUSTOMERS = {"by": {"lifecycle_stage": {"customer": ["phone", "country"]}}}
_TEAM = {"by": {"x_team": {"EMEA": ["country"]}}}


def _may_be_missing(value: Value) -> bool:
    return not isinstance(value, str) or not value[:1].isalnum()


def check(case: Case) -> Verdict:
    """Flag a required field that is empty. One that was not fetched is never judged."""
    if not _may_be_missing(case.value) or not is_missing(case, case.field):
        return FINE
    return flag(_EMPTY) if case.field in requirements(case.options, case.record) else FINE


RULE = Rule(
    check,
    fields={
        "person": PersonField.__args__,  # type: ignore[attr-defined]
        "company": CompanyField.__args__,  # type: ignore[attr-defined]
        "deal": DealField.__args__,  # type: ignore[attr-defined]
        "ticket": TicketField.__args__,  # type: ignore[attr-defined]
    },
    phase=Phase.VALIDATE,
    options=RequiredOptions,
    depends_on=(),
    clue=_may_be_missing,
    examples=(
        Example(None, flag(_EMPTY), kind="person", field="email"),
        Example("", flag(_EMPTY), kind="person", field="email"),
        Example("ada@acme.com", FINE, kind="person", field="email"),
        Example("[not provided]", flag(_EMPTY), kind="person", field="last_name"),
        Example("Ада", FINE, kind="person", field="last_name"),
        Example(None, FINE, kind="person", field="phone"),
        Example(None, flag(_EMPTY), kind="person", field="phone", options={"person": ("phone",)}),
        Example(None, FINE, kind="person", field="email", options={"person": ("phone",)}),
        Example(None, flag(_EMPTY), {"lifecycle_stage": "Customer"}, "person", "phone", _CUSTOMERS),
        Example(None, FINE, {"lifecycle_stage": "lead"}, "person", "phone", _CUSTOMERS),
        Example(None, FINE, {}, "person", "phone", _CUSTOMERS),  # the stage was not fetched
        Example(None, flag(_EMPTY), {"x_team": "EMEA"}, "company", "country", _TEAM),
        Example(None, FINE, {"x_team": "APAC"}, "company", "country", _TEAM),
        Example(None, flag(_EMPTY), kind="company", field="domain"),
        Example(None, flag(_EMPTY), kind="deal", field="stage"),
        Example(0, FINE, kind="deal", field="amount", options={"deal": ("amount",)}),
        Example(None, flag(_EMPTY), kind="ticket", field="owner", options={"ticket": ("owner",)}),
    ),
)
