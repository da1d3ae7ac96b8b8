"""How far a person or company has come fits the deals they have."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag
from syncd.model import Severity

_NO_DEAL = "its stage says it bought, and no deal hangs on the record"
_NO_CUSTOMER = "deals hang on the record, and its stage is from before the first"


class StageOptions(Options):
    """Which stages say what; compared without case, blanks and signs."""

    #: Stages that only somebody with a deal has reached.
    with_deals: tuple[str, ...] = ("customer", "evangelist")
    #: Stages that nobody with a deal is still in.
    without_deals: tuple[str, ...] = ("subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead")


def check(case: Case) -> Verdict:
    """Flag the contradiction; where deals were not counted nothing is said."""
    count = case.get("deals_count")
    stage = _plain(case.value) if isinstance(case.value, str) else ""
    if not stage or not case.is_fetched("deals_count") or isinstance(count, bool | str):
        return FINE
    has_deals = bool(count)
    if not has_deals and stage in map(_plain, case.options.with_deals):
        return flag(_NO_DEAL)
    return flag(_NO_CUSTOMER) if has_deals and stage in map(_plain, case.options.without_deals) else FINE


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


_GERMAN = {"with_deals": ("Kunde",)}

RULE = Rule(
    check,
    fields={"person": ("lifecycle_stage",), "company": ("lifecycle_stage",)},
    phase=Phase.VALIDATE,
    severity=Severity.INFO,
    options=StageOptions,
    depends_on=("deals_count",),
    examples=(
        Example("customer", FINE, {"deals_count": 1}),
        Example("customer", flag(_NO_DEAL), {"deals_count": 0}),
        Example("customer", flag(_NO_DEAL), {"deals_count": None}),
        Example("customer", FINE),  # deals were not counted
        Example("Sales Qualified Lead", flag(_NO_CUSTOMER), {"deals_count": 2}),
        Example("lead", FINE, {"deals_count": 0}),
        Example("opportunity", FINE, {"deals_count": 2}),
        Example("Kunde", flag(_NO_DEAL), {"deals_count": 0}, options=_GERMAN),
        Example("Клиент", FINE, {"deals_count": 0}),
        Example(None, FINE, {"deals_count": 3}),
    ),
)
