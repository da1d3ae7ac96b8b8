"""Mail to the person's address arrives."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag

_BOUNCED = "mail to the address came back for good"


def check(case: Case) -> Verdict:
    """Flag a person whose address the CRM saw bounce."""
    return flag(_BOUNCED) if case.value is True else FINE


RULE = Rule(
    check,
    fields={"person": ("has_bounced",)},
    phase=Phase.DECAY,
    flag="bounced",
    examples=(
        Example(True, flag(_BOUNCED)),
        Example(True, flag(_BOUNCED), {"email": "ada@acme.com"}),
        Example(False, FINE),
        Example(False, FINE, {"email": None}),
        Example(None, FINE),
        Example("", FINE),
    ),
)
