"""A deal that was lost says why."""

from __future__ import annotations

from quality.fields import is_empty
from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag
from quality.subjects.deals import Standing, standing
from syncd.model import Severity

_NONE = "lost, and nothing says why"


def check(case: Case) -> Verdict:
    """Flag a lost deal without a reason. Information: nobody may remember."""
    return flag(_NONE) if is_empty(case.value) and standing(case) is Standing.LOST else FINE


RULE = Rule(
    check,
    fields={"deal": ("lost_reason",)},
    phase=Phase.VALIDATE,
    severity=Severity.INFO,
    depends_on=("is_closed", "is_won", "stage"),
    examples=(
        Example(None, flag(_NONE), {"is_closed": True, "is_won": False}),
        Example(" ", flag(_NONE), {"stage": "Closed Lost"}),
        Example("price", FINE, {"is_closed": True, "is_won": False}),
        Example("価格", FINE, {"stage": "closedlost"}),
        Example(None, FINE, {"is_closed": True, "is_won": True}),
        Example(None, FINE, {"is_closed": False}),
        Example(None, FINE, {"stage": "negotiation"}),
        Example(None, FINE),
    ),
)
