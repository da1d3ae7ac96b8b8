"""Fields that operations, sales and marketing cannot do without are filled."""

from __future__ import annotations

from typing import Literal

from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag
from quality.words import is_stand_in

_EMPTY = "a required field is empty"

PersonField = Literal[
    "first_name", "last_name", "email", "phone", "mobile", "job_title", "company_name", "website", "street", "city",
    "state", "postal_code", "country", "lifecycle_stage", "lead_status", "lead_source", "owner", "birth_date",
]  # fmt: skip
CompanyField = Literal[
    "name", "domain", "website", "phone", "street", "city", "state", "postal_code", "country", "industry",
    "employee_count", "description", "owner", "lifecycle_stage",
]  # fmt: skip
DealField = Literal["name", "amount", "stage", "pipeline", "close_date", "owner"]


class RequiredOptions(Options):
    """The required fields of each kind."""

    person: tuple[PersonField, ...] = ("last_name", "email")
    company: tuple[CompanyField, ...] = ("name", "domain")
    deal: tuple[DealField, ...] = ("name", "stage")

    def judged_fields(self, fields: tuple[str, ...], kind: str) -> tuple[str, ...]:
        """Return the required fields of the kind."""
        required: tuple[str, ...] = getattr(self, kind)
        return tuple(name for name in fields if name in required)


def check(case: Case) -> Verdict:
    """Flag a required field that is empty. One that was not fetched is never judged."""
    if case.value is not None and case.value != "" and not is_stand_in(case.value):
        return FINE
    return flag(_EMPTY) if case.field in getattr(case.options, case.record.kind) else FINE


RULE = Rule(
    check,
    fields={
        "person": PersonField.__args__,  # type: ignore[attr-defined]
        "company": CompanyField.__args__,  # type: ignore[attr-defined]
        "deal": DealField.__args__,  # type: ignore[attr-defined]
    },
    phase=Phase.VALIDATE,
    options=RequiredOptions,
    depends_on=(),
    examples=(
        Example(None, flag(_EMPTY), kind="person", field="email"),
        Example("", flag(_EMPTY), kind="person", field="email"),
        Example("ada@acme.com", FINE, kind="person", field="email"),
        Example("[not provided]", flag(_EMPTY), kind="person", field="last_name"),
        Example("Ада", FINE, kind="person", field="last_name"),
        Example(None, FINE, kind="person", field="phone"),
        Example(None, flag(_EMPTY), kind="person", field="phone", options={"person": ("phone",)}),
        Example(None, FINE, kind="person", field="email", options={"person": ("phone",)}),
        Example(None, flag(_EMPTY), kind="company", field="domain"),
        Example(None, flag(_EMPTY), kind="deal", field="stage"),
        Example(0, FINE, kind="deal", field="amount", options={"deal": ("amount",)}),
    ),
)
