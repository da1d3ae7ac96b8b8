"""A deal's amount is one that a deal can have, and a deal that was won brought something."""

from __future__ import annotations

from pydantic import Field

from quality.fields import is_empty
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag
from quality.subjects.deals import Standing, standing

_NEGATIVE = "the amount is below zero"
_ABSURD = "the amount is larger than any deal's"
_WON_FOR_NOTHING = "won, and the amount is nothing or empty"


class AmountOptions(Options):
    """What an amount may be."""

    #: Larger amounts are taken for slips.
    most: float = Field(default=1_000_000_000, gt=0)


_SMALL = {"most": 50_000}


def check(case: Case) -> Verdict:
    """Flag amounts that cannot be meant."""
    amount = case.value
    if isinstance(amount, int | float) and not isinstance(amount, bool):
        if amount < 0:
            return flag(_NEGATIVE)
        if amount > case.options.most:
            return flag(_ABSURD)
        is_nothing = amount == 0
    else:
        is_nothing = is_empty(amount)
    return flag(_WON_FOR_NOTHING) if is_nothing and standing(case) is Standing.WON else FINE


RULE = Rule(
    check,
    fields={"deal": ("amount",)},
    phase=Phase.VALIDATE,
    options=AmountOptions,
    depends_on=("is_closed", "is_won", "stage"),
    examples=(
        Example(1200.5, FINE, {"is_won": True}),
        Example(0, FINE, {"is_closed": False, "is_won": False}),
        Example(None, FINE, {"stage": "Contract Sent"}),
        Example(None, flag(_WON_FOR_NOTHING), {"is_won": True}),
        Example(0, flag(_WON_FOR_NOTHING), {"stage": "closedwon"}),
        Example(None, FINE, {"is_closed": True, "is_won": False}),
        Example(-5, flag(_NEGATIVE)),
        Example(10**12, flag(_ABSURD)),
        Example(60_000, flag(_ABSURD), options=_SMALL),
        Example("сто", FINE),  # no number; the mapping says so
    ),
)
