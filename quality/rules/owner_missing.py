"""Work has somebody who does it: open deals and tickets have an owner."""

from __future__ import annotations

from quality.fields import is_empty
from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag
from quality.subjects.deals import Standing, standing

_NOBODY = "open, and nobody's"


def check(case: Case) -> Verdict:
    """Flag open work without an owner; what is over needs none."""
    if not is_empty(case.value):
        return FINE
    if case.record.kind == "ticket":
        return FINE if not is_empty(case.get("closed_at")) else flag(_NOBODY)
    return flag(_NOBODY) if standing(case) in {Standing.OPEN, Standing.UNKNOWN} else FINE


RULE = Rule(
    check,
    fields={"deal": ("owner",), "ticket": ("owner",)},
    phase=Phase.VALIDATE,
    depends_on=("is_closed", "is_won", "stage", "closed_at"),
    examples=(
        Example(None, flag(_NOBODY), kind="deal"),
        Example("", flag(_NOBODY), {"is_closed": False}, "deal"),
        Example(None, FINE, {"is_closed": True, "is_won": False}, "deal"),
        Example("42", FINE, kind="deal"),
        Example(None, flag(_NOBODY), {"closed_at": None}, "ticket"),
        Example(None, FINE, {"closed_at": "2025-01-01"}, "ticket"),
        Example("Продажи", FINE, kind="ticket"),
    ),
)
