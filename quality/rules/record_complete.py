"""A record is called complete only when every field is filled that its kind, stage or team needs."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag
from quality.subjects.required import KINDS, RequiredOptions, is_missing, requirements
from syncd.model import Severity

_INCOMPLETE = "something needed is not filled in yet"

_FULL = {"email": "ada@acme.com", "last_name": "Lovelace"}
_CUSTOMER = {"by": {"lifecycle_stage": {"customer": ["country"]}}}


def check(case: Case) -> Verdict:
    """Flag a record that lacks anything; what was not fetched is not missing."""
    needed = requirements(case.options, case.record)
    return flag(_INCOMPLETE) if any(is_missing(case, name) for name in needed) else FINE


RULE = Rule(
    check,
    fields=dict.fromkeys(KINDS, ()),
    phase=Phase.VALIDATE,
    severity=Severity.INFO,
    flag="incomplete",
    options=RequiredOptions,
    is_on=False,
    examples=(
        Example(None, FINE, _FULL),
        Example(None, flag(_INCOMPLETE), {**_FULL, "email": None}),
        Example(None, flag(_INCOMPLETE), {**_FULL, "last_name": "[not provided]"}),
        Example(None, FINE, {"email": "ada@acme.com"}),  # the name was not fetched
        Example(None, flag(_INCOMPLETE), {**_FULL, "phone": ""}, options={"person": ("phone",)}),
        Example(
            None,
            flag(_INCOMPLETE),
            {**_FULL, "lifecycle_stage": "customer", "country": None},
            options=_CUSTOMER,
        ),
        Example(None, FINE, {**_FULL, "lifecycle_stage": "lead", "country": None}, options=_CUSTOMER),
        Example(None, flag(_INCOMPLETE), {"name": "ООО Ромашка", "domain": None}, kind="company"),
        Example(None, FINE, {"name": None}, kind="ticket"),
    ),
)
