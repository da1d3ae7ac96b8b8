"""The person wants to hear from us."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag
from syncd.model import Severity

_OPTED_OUT = "opted out of mail"


def check(case: Case) -> Verdict:
    """Flag a person who opted out. A fact to respect, not a defect: it does not make a record dirty."""
    return flag(_OPTED_OUT) if case.value is True else FINE


RULE = Rule(
    check,
    fields={"person": ("has_opted_out",)},
    phase=Phase.DECAY,
    severity=Severity.INFO,
    flag="unsubscribed",
    examples=(
        Example(True, flag(_OPTED_OUT)),
        Example(True, flag(_OPTED_OUT), {"email": "ada@acme.com"}),
        Example(False, FINE),
        Example(False, FINE, {"email": None}),
        Example(None, FINE),
        Example("", FINE),
    ),
)
